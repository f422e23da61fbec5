package io.cachingproxy.config;

import io.cachingproxy.config.Setting.Place;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings among the environment variables. */
final class Environment {

  static final String PREFIX = "CACHING_PROXY_";

  /** JVM flags, for the launcher. */
  private static final String JAVA_OPTS = PREFIX + "JAVA_OPTS";

  /**
   * Variables that Kubernetes adds to every container if there is a service named caching-proxy.
   * They are not settings.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          PREFIX + "(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

  /** The value of another such variable, whose name is also that of a setting. */
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private Environment() {}

  /**
   * The values of the variables that begin with {@link #PREFIX}. An empty variable counts as not
   * set, since tools set variables without a value to that.
   */
  static Map<Setting<?>, RawValue> read(Map<String, String> environment) throws ConfigException {
    Map<Setting<?>, RawValue> values = new HashMap<>();
    // Sorted, so that of several errors the same one is always reported.
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      String text = variable.getValue();
      if (!name.startsWith(PREFIX) || name.equals(JAVA_OPTS) || isServiceLink(name, text)) {
        continue;
      }
      Setting<?> setting = setting(name);
      if (setting == null) {
        throw new ConfigException(
            "unknown environment variable "
                + Quoted.plain(name)
                + Suggestion.ending(
                    Suggestion.nearest(
                        name,
                        Settings.names(Place.ENVIRONMENT).stream()
                            .map(Environment::variable)
                            .toList())));
      }
      if (!text.isEmpty()) {
        values.put(setting, new RawValue(text, Source.environment(name)));
      }
    }
    return values;
  }

  /** The variable of that setting. */
  static String variable(String setting) {
    return PREFIX + setting.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static @Nullable Setting<?> setting(String variable) {
    for (String name : Settings.names(Place.ENVIRONMENT)) {
      if (variable(name).equals(variable)) {
        return Settings.named(name, Place.ENVIRONMENT);
      }
    }
    return null;
  }

  private static boolean isServiceLink(String name, String text) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.equals(PREFIX + "PORT") && SERVICE_ADDRESS.matcher(text).matches());
  }
}
