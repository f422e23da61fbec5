package io.cachingproxy.app;

import io.cachingproxy.config.ProgramVersion;
import io.cachingproxy.config.ProxyConfig;
import org.jspecify.annotations.Nullable;

/** What the program prints when it has started. */
final class Banner {

  private static final long MEBIBYTE = 1024 * 1024;

  private Banner() {}

  static String of(ProxyConfig config, int port, int managementPort) {
    ProxyConfig.Kafka kafka = config.kafka();
    String management = "http://" + address(config.management().host()) + ":" + managementPort;
    return """
        caching-proxy %s
          listening   http://%s:%d
          origin      %s
          metrics     %s/metrics
          admin       %s/admin
          memory      %s
          events      %s
        """
        .formatted(
            ProgramVersion.current(),
            address(config.listener().host()),
            port,
            config.origin().url(),
            management,
            management,
            size(config.cache().memory()),
            kafka == null
                ? "off"
                : "Kafka topic %s at %s".formatted(kafka.topic(), kafka.bootstrapServers()));
  }

  /** An address for a URL: the wildcard is shown as localhost. */
  private static String address(@Nullable String host) {
    if (host == null) {
      return "localhost";
    }
    return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private static String size(long bytes) {
    return bytes % MEBIBYTE == 0 ? bytes / MEBIBYTE + " MB" : bytes + " bytes";
  }
}
