package io.cachingproxy.config;

import io.cachingproxy.config.Setting.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings among the init parameters of a servlet. */
final class ServletParameters {

  /** Parameters of Jetty's ProxyServlet, and the settings that replace them, if any. */
  private static final Map<String, String> OF_JETTY =
      Map.ofEntries(
          Map.entry("proxyTo", "origin"),
          Map.entry("prefix", "origin"),
          Map.entry("viaHost", ""),
          Map.entry("whiteList", ""),
          Map.entry("blackList", ""),
          Map.entry("maxThreads", ""),
          Map.entry("maxConnections", ""),
          Map.entry("hostHeader", "preserve-host"),
          Map.entry("preserveHost", "preserve-host"),
          Map.entry("idleTimeout", "idle-timeout"),
          Map.entry("timeout", "first-byte-timeout"),
          Map.entry("requestBufferSize", "max-request-header-size"),
          Map.entry("responseBufferSize", "max-response-header-size"));

  private ServletParameters() {}

  static Map<Setting<?>, RawValue> read(
      Function<String, @Nullable String> parameter, Iterable<String> names) throws ConfigException {
    Map<Setting<?>, RawValue> values = new HashMap<>();
    for (String name : names) {
      Setting<?> setting = Settings.named(name, Place.SERVLET_PARAMETER);
      if (setting == null) {
        throw unknown(name);
      }
      String text = parameter.apply(name);
      values.put(setting, new RawValue(text == null ? "" : text, Source.servletParameter(name)));
    }
    return values;
  }

  private static ConfigException unknown(String name) {
    String ours = OF_JETTY.get(name);
    if (ours != null) {
      return new ConfigException(
          "servlet parameter %s belongs to Jetty's ProxyServlet and has no effect here%s"
              .formatted(name, Suggestion.ending(ours.isEmpty() ? null : ours)));
    }
    if (Settings.named(name, Place.FILE) != null) {
      return new ConfigException(
          "servlet parameter " + name + " has no effect: the servlet container decides this");
    }
    return new ConfigException(
        "unknown servlet parameter "
            + Quoted.plain(name)
            + Suggestion.ending(Suggestion.nearest(name, Settings.names(Place.SERVLET_PARAMETER))));
  }
}
