package io.cachingproxy.app;

import io.cachingproxy.config.ConfigException;
import io.cachingproxy.config.KafkaProperties;
import io.cachingproxy.config.ProxyConfig;
import io.cachingproxy.events.EventLog;
import io.cachingproxy.events.KafkaEventLog;
import io.cachingproxy.http.Redaction;
import java.util.Set;

/** Creates event logs from settings. Without Kafka settings, no class of Kafka is loaded. */
final class EventLogs {

  private EventLogs() {}

  /** Creates an event log, which the caller must close. */
  static EventLog of(ProxyConfig.Kafka kafka, Redaction redaction) {
    return new KafkaEventLog(
        kafka.bootstrapServers(),
        kafka.topic(),
        kafka.properties().values(),
        redaction,
        KafkaEventLog.Limits.standard());
  }

  /** Lets Kafka's client check its own properties, without connecting to a broker. */
  static void check(ProxyConfig config) throws ConfigException {
    ProxyConfig.Kafka kafka = config.kafka();
    if (kafka == null || kafka.properties().values().isEmpty()) {
      return;
    }
    KafkaProperties properties = kafka.properties();
    Set<String> known = KafkaEventLog.propertyNames();
    for (String name : properties.values().keySet()) {
      if (!known.contains(name)) {
        throw properties.unknown(name, known);
      }
    }
    try {
      KafkaEventLog.checkProperties(properties.values());
    } catch (IllegalArgumentException e) {
      throw properties.wrong(String.valueOf(e.getMessage()));
    }
  }
}
