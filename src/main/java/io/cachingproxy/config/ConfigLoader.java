package io.cachingproxy.config;

import io.cachingproxy.config.Command.CheckConfig;
import io.cachingproxy.config.Command.Help;
import io.cachingproxy.config.Command.Run;
import io.cachingproxy.config.Command.Version;
import io.cachingproxy.config.Setting.Place;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads settings. Flags (or, in a servlet container, servlet parameters) take precedence over the
 * environment, the file and the defaults, in this order.
 */
public final class ConfigLoader {

  private ConfigLoader() {}

  /**
   * Parses the command line.
   *
   * @throws ConfigException if a setting is invalid, unknown or missing; its message is one line
   *     for stderr
   */
  public static Command fromCommandLine(String[] args, Map<String, String> environment)
      throws ConfigException {
    Flags flags = Flags.parse(args);
    if (flags.has(Flags.HELP)) {
      return new Help(HelpText.text());
    }
    if (flags.has(Flags.VERSION)) {
      return new Version("caching-proxy " + ProgramVersion.current() + "\n");
    }
    boolean clear = flags.has(Flags.CLEAR_CACHE);
    boolean check = flags.has(Flags.CHECK_CONFIG);
    if (clear && check) {
      throw new ConfigException("flags --clear-cache and --check-config exclude each other");
    }
    if (!clear && flags.values().containsKey(Settings.ADMIN_URL)) {
      throw new ConfigException("flag --admin-url has no effect without --clear-cache");
    }
    Resolved settings = resolve(flags.values(), environment);
    Assembly assembly = new Assembly(settings);
    if (clear) {
      return assembly.clearCache();
    }
    ProxyConfig config = assembly.standalone();
    return check ? new CheckConfig(config, Report.of(settings)) : new Run(config);
  }

  /**
   * Loads the settings of a proxy inside a servlet container.
   *
   * @param parameter the value of the init parameter of that name
   * @param names the names of all init parameters
   * @throws ConfigException if a setting is invalid, unknown or missing; its message is one line
   *     for the log
   */
  public static ProxyConfig fromServletParameters(
      Function<String, @Nullable String> parameter,
      Iterable<String> names,
      Map<String, String> environment)
      throws ConfigException {
    return new Assembly(resolve(ServletParameters.read(parameter, names), environment))
        .inContainer();
  }

  /**
   * The sources of settings that have no effect inside a servlet container, since the container
   * decides them; worded as in error messages.
   *
   * @throws ConfigException as {@link #fromServletParameters} does
   */
  public static List<String> withoutEffectInContainer(
      Function<String, @Nullable String> parameter,
      Iterable<String> names,
      Map<String, String> environment)
      throws ConfigException {
    Resolved settings = resolve(ServletParameters.read(parameter, names), environment);
    return Settings.all().stream()
        .filter(setting -> !setting.places().contains(Place.SERVLET_PARAMETER))
        .filter(settings::isGiven)
        .map(setting -> settings.source(setting).toString())
        .toList();
  }

  private static Resolved resolve(
      Map<Setting<?>, RawValue> strongest, Map<String, String> environment) throws ConfigException {
    Map<Setting<?>, RawValue> variables = Environment.read(environment);
    Resolved withoutFile = new Resolved(List.of(strongest, variables));
    String path = withoutFile.find(Settings.CONFIG);
    if (path == null) {
      return withoutFile;
    }
    Map<Setting<?>, RawValue> file = ConfigFile.read(path, withoutFile.source(Settings.CONFIG));
    return new Resolved(List.of(strongest, variables, file));
  }
}
