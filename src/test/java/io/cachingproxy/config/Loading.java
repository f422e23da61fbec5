package io.cachingproxy.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;

/** Loads settings in few words. */
final class Loading {

  private Loading() {}

  static Command command(Map<String, String> environment, String... args) throws ConfigException {
    return ConfigLoader.fromCommandLine(args, environment);
  }

  static ProxyConfig config(Map<String, String> environment, String... args)
      throws ConfigException {
    return ((Command.Run) command(environment, args)).config();
  }

  static ProxyConfig config(String... args) throws ConfigException {
    return config(Map.of(), args);
  }

  static ProxyConfig inContainer(Map<String, String> parameters, Map<String, String> environment)
      throws ConfigException {
    return ConfigLoader.fromServletParameters(parameters::get, parameters.keySet(), environment);
  }

  /** The message of the error. */
  static String error(Map<String, String> environment, String... args) {
    return catchThrowableOfType(ConfigException.class, () -> command(environment, args))
        .getMessage();
  }

  static String error(String... args) {
    return error(Map.of(), args);
  }
}
