package io.cachingproxy.events;

import io.cachingproxy.cache.Exchange;
import io.cachingproxy.http.Redaction;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An event log on a Kafka topic: one JSON record for each exchange, keyed by cache key.
 *
 * <p>Brokers that are slow, down or never reachable don't affect requests. Events wait in a bounded
 * queue and, once Kafka's client has them, in its bounded buffer; those that find no room or wait
 * too long are counted as lost. One line is logged when Kafka becomes unreachable and one when it
 * is reachable again; no restart is needed. Thread-safe.
 */
public final class KafkaEventLog implements EventLog {

  /**
   * The limits of the log.
   *
   * @param queueBytes approximate memory for exchanges that Kafka's client doesn't have yet
   * @param inFlightBytes approximate memory for events that Kafka's client has
   * @param deliveryTimeout how long an event may wait in the queue, and again in Kafka's client
   * @param patience how long nothing may be delivered before Kafka counts as unreachable
   */
  public record Limits(
      long queueBytes, long inFlightBytes, Duration deliveryTimeout, Duration patience) {

    /** 16 MB, 8 MB, a minute, five seconds. */
    public static Limits standard() {
      return new Limits(16 << 20, 8 << 20, Duration.ofSeconds(60), Duration.ofSeconds(5));
    }
  }

  private static final Pattern SERVER =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[^\\s,:/@\\[\\]]+):([0-9]{1,5})");
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");
  private static final int MAX_PORT = 65_535;

  private final EventCounts counts = new EventCounts();
  private final EventQueue queue;
  private final EventsInFlight inFlight;
  private final EventSender sender;
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Starts a log with the standard limits. Returns at once: the connection is made in the
   * background.
   *
   * @param bootstrapServers {@code host:port}, several separated by commas
   * @throws IllegalArgumentException with one line of text, if either argument is invalid
   */
  public KafkaEventLog(String bootstrapServers, String topic) {
    this(bootstrapServers, topic, Limits.standard());
  }

  /** As {@link #KafkaEventLog(String, String)}, with other limits. */
  public KafkaEventLog(String bootstrapServers, String topic, Limits limits) {
    this(bootstrapServers, topic, Map.of(), Redaction.none(), limits);
  }

  /**
   * Starts a log.
   *
   * @param properties for Kafka's client, which must pass {@link #checkProperties}
   * @param redaction what is hidden in events
   * @throws IllegalArgumentException with one line of text, if the servers or the topic are invalid
   */
  public KafkaEventLog(
      String bootstrapServers,
      String topic,
      Map<String, String> properties,
      Redaction redaction,
      Limits limits) {
    this(
        checkServers(bootstrapServers),
        checkTopic(topic),
        redaction,
        limits,
        () ->
            new KafkaProducer<>(
                ProducerSettings.of(bootstrapServers, limits, properties),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
  }

  KafkaEventLog(
      String bootstrapServers,
      String topic,
      Limits limits,
      Supplier<Producer<byte[], byte[]>> client) {
    this(bootstrapServers, topic, Redaction.none(), limits, client);
  }

  private KafkaEventLog(
      String bootstrapServers,
      String topic,
      Redaction redaction,
      Limits limits,
      Supplier<Producer<byte[], byte[]>> client) {
    queue = new EventQueue(limits.queueBytes(), counts);
    inFlight = new EventsInFlight(counts);
    ExchangeJson json = new ExchangeJson(redaction);
    String where = "topic " + topic + " at " + bootstrapServers;
    KafkaAvailability availability =
        new KafkaAvailability(where, counts, limits.patience(), System.nanoTime());
    sender = new EventSender(queue, inFlight, counts, availability, client, topic, json, limits);
    thread = new Thread(sender, "event-log");
    thread.setDaemon(true);
    // Kafka's client loads classes through the thread: in a WAR the web application's loader is
    // needed.
    thread.setContextClassLoader(KafkaEventLog.class.getClassLoader());
    thread.start();
  }

  /** The names of all properties that Kafka's client knows, sorted. */
  public static Set<String> propertyNames() {
    return ProducerSettings.names();
  }

  /**
   * Checks whether Kafka's client can be created with these properties; connects to nothing.
   *
   * @throws IllegalArgumentException with one line of text that reveals no secret, if not
   */
  public static void checkProperties(Map<String, String> properties) {
    ProducerSettings.check(properties);
  }

  @Override
  public void exchangeCompleted(Exchange exchange) {
    queue.offer(exchange);
  }

  @Override
  public long sent() {
    return counts.sent();
  }

  @Override
  public long waiting() {
    return queue.size() + inFlight.size();
  }

  @Override
  public long lost() {
    return counts.lost();
  }

  @Override
  public void close(Duration timeout) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    sender.finishBy(System.nanoTime() + timeout.toNanos());
    queue.close();
    if (sender.isReaching() && waiting() == 0) {
      thread.interrupt();
    }
    LockSupport.unpark(thread);
    try {
      thread.join(Math.max(1, timeout.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (sender.isReaching()) {
      thread
          .interrupt(); // Elsewhere it ends by itself, and Kafka's client would log a stack trace.
    }
    queue.abandon();
    inFlight.abandon();
  }

  private static String checkServers(String servers) {
    for (String server : servers.split(",", -1)) {
      Matcher matcher = SERVER.matcher(server.strip());
      if (!matcher.matches() || !isPort(Integer.parseInt(matcher.group(1)))) {
        throw new IllegalArgumentException(
            "Kafka bootstrap servers: '" + server.strip() + "' is not host:port");
      }
    }
    return servers;
  }

  private static boolean isPort(int port) {
    return port >= 1 && port <= MAX_PORT;
  }

  private static String checkTopic(String topic) {
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "Kafka topic: '"
              + topic
              + "' is not 1 to 249 letters, digits, dots, underscores or hyphens");
    }
    return topic;
  }
}
