package io.cachingproxy.config;

import io.cachingproxy.config.Setting.Group;
import java.util.ArrayList;
import java.util.List;

/** The output of {@code --help}; it fits a page of 60 lines and 100 columns. */
final class HelpText {

  private static final String LINE = "  %-32s %s\n";
  private static final int LONGEST_DEFAULT = 20;

  private HelpText() {}

  static String text() {
    StringBuilder help = new StringBuilder("Usage: caching-proxy --origin URL [--port PORT] ...\n");
    for (Group group : Group.values()) {
      help.append(group.title()).append(":\n");
      lines(group).forEach(help::append);
    }
    return help.append(
            """
            Settings also come from the environment (CACHING_PROXY_DEFAULT_TTL=30s) and the file; flags win.
            Examples:
              caching-proxy --port 3000 --origin http://dummyjson.com
              caching-proxy --config proxy.yaml --check-config
              caching-proxy --clear-cache
            """)
        .toString();
  }

  private static List<String> lines(Group group) {
    List<String> lines = new ArrayList<>();
    for (Setting<?> setting : Settings.all()) {
      // Only meaningful after --clear-cache.
      if (setting.group() == group && setting != (Object) Settings.ADMIN_URL) {
        lines.add(line(setting));
      }
    }
    if (group == Group.OTHER) {
      lines.add(line("--" + Flags.CHECK_CONFIG, "check the settings, print them and exit"));
      lines.add(line("--" + Flags.CLEAR_CACHE, "clear the cache of the running proxy and exit"));
      lines.add(line(Settings.ADMIN_URL));
      lines.add(
          line(
              "-h, --" + Flags.HELP + ", --" + Flags.VERSION,
              "print this, or the version, and exit"));
    }
    return lines;
  }

  private static String line(Setting<?> setting) {
    String defaultText = setting.defaultText();
    String told =
        defaultText == null || setting.isSwitch() ? "" : " (default: " + shown(defaultText) + ")";
    return line(
        "--" + setting.name() + (setting.isSwitch() ? "" : " " + setting.metavar()),
        setting.description() + told);
  }

  /** Shortens a long list: the rest is in the README and in the output of --check-config. */
  private static String shown(String defaultText) {
    return defaultText.length() <= LONGEST_DEFAULT
        ? defaultText
        : defaultText.substring(0, defaultText.indexOf(',')) + " ...";
  }

  private static String line(String flag, String description) {
    return LINE.formatted(flag, description);
  }
}
