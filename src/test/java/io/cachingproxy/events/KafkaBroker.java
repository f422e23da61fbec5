package io.cachingproxy.events;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in KRaft mode inside this JVM, on loopback. It can be stopped and started
 * again: same ports, same data. Whoever makes one closes it, which deletes its data. Not
 * thread-safe.
 */
public final class KafkaBroker implements AutoCloseable {

  /**
   * The loggers of Kafka, clients and broker; the proxy's own configuration quiets them likewise.
   */
  private static final List<String> CHATTY =
      List.of("org.apache.kafka", "kafka", "state.change.logger", "com.yammer.metrics");

  private final Path directory;
  private final int port;
  private final Map<String, Object> settings;
  private final Map<String, Object> clients;
  private @Nullable KafkaRaftServer server;

  private KafkaBroker(
      Path directory, int port, Map<String, Object> settings, Map<String, Object> clients) {
    this.directory = directory;
    this.port = port;
    this.settings = settings;
    this.clients = clients;
  }

  /** A broker that has ports and storage but isn't started. It creates topics on demand. */
  public static KafkaBroker create() {
    return create(Map.of());
  }

  /** As {@link #create()}, with broker settings over the usual ones. */
  public static KafkaBroker create(Map<String, Object> more) {
    return create(more, Map.of());
  }

  /** A broker that takes clients with this name and this password only (SASL, PLAIN). */
  public static KafkaBroker createWithPassword(String user, String password) {
    String login =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
                .formatted(user)
            + " password=\"%s\"".formatted(password);
    return create(
        Map.of(
            "listener.security.protocol.map",
            "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms",
            "PLAIN",
            "sasl.mechanism.inter.broker.protocol",
            "PLAIN",
            "listener.name.plaintext.plain.sasl.jaas.config",
            login + " user_%s=\"%s\";".formatted(user, password)),
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            login + ";"));
  }

  private static KafkaBroker create(Map<String, Object> more, Map<String, Object> clients) {
    quiet();
    try {
      Path directory = Files.createTempDirectory("kafka-broker");
      int port;
      int controllerPort;
      try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = one.getLocalPort();
        controllerPort = two.getLocalPort();
      }
      Map<String, Object> settings = new HashMap<>(settings(directory, port, controllerPort));
      settings.putAll(more);
      format(directory, settings);
      return new KafkaBroker(directory, port, settings, clients);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kafka's logging, of broker and clients, down to what needs somebody's attention: nothing. */
  public static void quiet() {
    for (String name : CHATTY) {
      ((Logger) LoggerFactory.getLogger(name)).setLevel(Level.OFF);
    }
  }

  private static Map<String, Object> settings(Path directory, int port, int controllerPort) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
        Map.entry(
            "listeners",
            "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
        Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("inter.broker.listener.name", "PLAINTEXT"),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("log.dirs", directory.resolve("data").toString()),
        Map.entry("num.partitions", "2"),
        Map.entry("auto.create.topics.enable", "true"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("num.network.threads", "1"),
        Map.entry("num.io.threads", "2"),
        Map.entry("log.cleaner.enable", "false"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // A test that stops the broker doesn't want to wait for clients to take their leave.
        Map.entry("controlled.shutdown.enable", "false"));
  }

  private static void format(Path directory, Map<String, Object> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    Path file = directory.resolve("server.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
    String[] arguments = {
      "format", "--cluster-id", Uuid.randomUuid().toString(), "--config", file.toString()
    };
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    if (StorageTool.execute(arguments, nowhere) != 0) {
      throw new IllegalStateException("the broker's storage could not be formatted");
    }
  }

  /** Starts it; returns when it takes requests. */
  public KafkaBroker start() {
    if (server == null) {
      server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
      server.startup();
    }
    return this;
  }

  /** Stops it, if it runs; ports and data stay. */
  public void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
      server = null;
    }
  }

  /** What to give to a client; the same before, during and after a stop. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  private Map<String, Object> clientSettings() {
    Map<String, Object> all = new HashMap<>(clients);
    all.put("bootstrap.servers", bootstrapServers());
    return all;
  }

  /** Makes a topic of one partition; returns when it is there. */
  public void createTopic(String topic) {
    try (Admin admin = Admin.create(clientSettings())) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  /** All records of a topic, from its beginning to the last that the broker has confirmed. */
  public List<ConsumerRecord<String, String>> read(String topic) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    Map<String, Object> consumerSettings = clientSettings();
    consumerSettings.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(consumerSettings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    stop();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
