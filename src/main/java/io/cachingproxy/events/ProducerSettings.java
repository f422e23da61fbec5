package io.cachingproxy.events;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** How Kafka's client is set up, and why so. */
final class ProducerSettings {

  /** How long a question about the topic may hold up the courier, and with it a close. */
  private static final Duration MAX_BLOCK = Duration.ofSeconds(1);

  private static final Duration MAX_REQUEST_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration LINGER = Duration.ofMillis(50);
  private static final int BATCH_BYTES = 64 * 1024;

  private ProducerSettings() {}

  static Map<String, Object> of(String bootstrapServers, KafkaEventLog.Limits limits) {
    Duration half = limits.deliveryTimeout().minus(LINGER).dividedBy(2);
    Duration requestTimeout = half.compareTo(MAX_REQUEST_TIMEOUT) < 0 ? half : MAX_REQUEST_TIMEOUT;
    return Map.ofEntries(
        Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "caching-proxy"),
        // Confirmed means kept, and a retry makes no second copy: then our counts are the topic's.
        // Events aren't waited for, so the latency of acks=all costs nothing.
        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
        Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(limits.deliveryTimeout())),
        Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(requestTimeout)),
        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis()),
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, millis(LINGER)),
        Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES),
        // Twice what we let under way: each partition's open batch takes a whole batch size.
        Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * limits.inFlightBytes()),
        // The CPU belongs to the requests; and lz4, snappy and zstd load native libraries.
        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"),
        Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
        Map.entry(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of()));
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
