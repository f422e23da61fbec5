package io.cachingproxy.events;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The configuration of Kafka's client: our settings and the reasons for them, and what an operator
 * may set instead.
 */
final class ProducerSettings {

  /** The longest wait for a look-up of the topic, and so for a close. */
  private static final Duration MAX_BLOCK = Duration.ofSeconds(1);

  private static final Duration MAX_REQUEST_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration LINGER = Duration.ofMillis(50);
  private static final int BATCH_BYTES = 64 * 1024;

  /** Properties that operators can't set, and why. */
  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry(
              ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "it is the setting kafka-bootstrap-servers"),
          Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "events are bytes already"),
          Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "events are bytes already"),
          Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "events are not sent in transactions"),
          Map.entry(
              ProducerConfig.MAX_BLOCK_MS_CONFIG, "it bounds how long the proxy takes to stop"),
          Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, "it bounds the memory of the event log"),
          Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, "it bounds the memory of the event log"));

  private ProducerSettings() {}

  /**
   * The configuration of the client.
   *
   * @param properties the operator's, which take precedence over our defaults
   */
  static Map<String, Object> of(
      String bootstrapServers, KafkaEventLog.Limits limits, Map<String, String> properties) {
    Duration half = limits.deliveryTimeout().minus(LINGER).dividedBy(2);
    Duration requestTimeout = half.compareTo(MAX_REQUEST_TIMEOUT) < 0 ? half : MAX_REQUEST_TIMEOUT;
    // Kafka's defaults are acks=all and idempotence: confirmed means stored, and a retry makes no
    // duplicate, so our counts match the topic. No request waits for events, so this costs nothing.
    Map<String, Object> settings =
        new HashMap<>(
            Map.ofEntries(
                Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "caching-proxy"),
                Map.entry(
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(limits.deliveryTimeout())),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(requestTimeout)),
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, millis(LINGER)),
                // CPU time is for requests; and lz4, snappy and zstd load native libraries.
                Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"),
                Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
                Map.entry(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of())));
    settings.putAll(properties);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    // Twice the limit in flight: each partition's open batch takes a whole batch size.
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * limits.inFlightBytes());
    return settings;
  }

  /** The names of all properties of the client, sorted. */
  static Set<String> names() {
    return new TreeSet<>(ProducerConfig.configNames());
  }

  /**
   * Checks whether a client can be created with an operator's properties, without creating one or
   * connecting to anything.
   *
   * <p>Kafka's own messages are never shown, since they quote values: because of a stray backslash
   * at the end of a line, the password on the next line may be part of any value.
   *
   * @throws IllegalArgumentException with one line of text that has names and expectations but no
   *     values, if not
   */
  static void check(Map<String, String> properties) {
    properties.keySet().stream()
        .sorted()
        .filter(OURS::containsKey)
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(name + " can't be set: " + OURS.get(name));
            });
    ProducerConfig config = parse(properties);
    checkTimes(config);
    checkClasses(config, ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, ProducerInterceptor.class);
    checkClasses(config, ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, MetricsReporter.class);
    checkSecurity(config, properties.keySet());
  }

  @SuppressWarnings("UnusedException") // it quotes values
  private static ProducerConfig parse(Map<String, String> properties) {
    Map<String, Object> settings = of("localhost:1", KafkaEventLog.Limits.standard(), properties);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    try {
      return new ProducerConfig(settings);
    } catch (RuntimeException e) {
      new TreeMap<>(properties).forEach(PropertyFormat::check);
      throw new IllegalArgumentException(
          named(e, properties.keySet()) + ": Kafka's client takes no such properties together");
    }
  }

  /** The names that Kafka's message mentions; all of them if it mentions none. */
  private static String named(Throwable failure, Set<String> names) {
    Set<String> words = new HashSet<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      words.addAll(List.of(String.valueOf(cause.getMessage()).split("[^a-z0-9._-]+")));
    }
    Set<String> named = new TreeSet<>(names);
    named.retainAll(words);
    return String.join(", ", named.isEmpty() ? new TreeSet<>(names) : named);
  }

  /** Kafka's client checks this as well, but only when it is created. */
  private static void checkTimes(ProducerConfig config) {
    long least =
        config.getLong(ProducerConfig.LINGER_MS_CONFIG)
            + config.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    if (config.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG) < least) {
      throw new IllegalArgumentException(
          "delivery.timeout.ms is less than linger.ms and request.timeout.ms together");
    }
  }

  @SuppressWarnings("UnusedException") // it quotes the value
  private static void checkClasses(ProducerConfig config, String name, Class<?> type) {
    for (String className : config.getList(name)) {
      try {
        Utils.loadClass(className, type);
      } catch (ClassNotFoundException | ClassCastException | LinkageError e) {
        throw new IllegalArgumentException(
            name + " names a class that isn't there, or is no " + type.getSimpleName());
      }
    }
  }

  /** Checks the credentials and certificates as far as that is possible without a network. */
  private static void checkSecurity(ProducerConfig config, Set<String> names) {
    SecurityProtocol protocol =
        SecurityProtocol.forName(config.getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG));
    if (protocol == SecurityProtocol.SASL_PLAINTEXT || protocol == SecurityProtocol.SASL_SSL) {
      checkJaas(config);
    }
    if (protocol == SecurityProtocol.SSL || protocol == SecurityProtocol.SASL_SSL) {
      TlsStores.check(config.values(), names);
    }
  }

  @SuppressWarnings("UnusedException") // its message may have a piece of the password in it
  private static void checkJaas(ProducerConfig config) {
    try {
      JaasContext.loadClientContext(config.values());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          config.getPassword("sasl.jaas.config") == null
              ? "sasl.jaas.config is missing, which security.protocol asks for"
              : "sasl.jaas.config is no login module with options and a semicolon at its end"
                  + " (not shown)");
    }
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
