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

  /** For the launcher: flags of the JVM. */
  private static final String JAVA_OPTS = PREFIX + "JAVA_OPTS";

  /**
   * Kubernetes puts variables of this kind into every container if there is a service named
   * caching-proxy. Nobody wrote them for us.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          PREFIX + "(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

  /** Another one of that kind, whose name is also that of a setting. */
  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private Environment() {}

  /**
   * The values of the variables that begin with {@link #PREFIX}. An empty variable counts as not
   * set: that is what tools make of one they have no value for.
   */
  static Map<Setting<?>, RawValue> read(Map<String, String> environment) throws ConfigException {
    Map<Setting<?>, RawValue> values = new HashMap<>();
    // Sorted, so that of several errors always the same is reported.
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

  /** The variable for the setting of that name. */
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
