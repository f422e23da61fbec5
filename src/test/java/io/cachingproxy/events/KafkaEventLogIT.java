package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cachingproxy.http.Redaction;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The event log against a real broker, and against none. */
@Timeout(value = 3, unit = TimeUnit.MINUTES) // Something waits that must not.
class KafkaEventLogIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String TOPIC = "log-topic";

  /** Little patience and little room, so that the tests see both run out. */
  private static final KafkaEventLog.Limits TIGHT =
      new KafkaEventLog.Limits(64 << 10, 64 << 10, Duration.ofSeconds(6), Duration.ofSeconds(2));

  /** The same with more patience, for brokers that do answer, however slow the machine is. */
  private static final KafkaEventLog.Limits PATIENT =
      new KafkaEventLog.Limits(64 << 10, 64 << 10, Duration.ofSeconds(10), Duration.ofSeconds(5));

  private final Logger logger = (Logger) LoggerFactory.getLogger(KafkaEventLog.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

  @BeforeEach
  void captureTheLog() {
    KafkaBroker.quiet();
    appender.list = new CopyOnWriteArrayList<>();
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void releaseTheLog() {
    logger.detachAppender(appender);
  }

  @Test
  void everyExchangeArrivesOnTheTopicWithItsCacheKey() throws Exception {
    try (KafkaBroker broker = KafkaBroker.create().start()) {
      KafkaEventLog log = new KafkaEventLog(broker.bootstrapServers(), TOPIC);
      for (int i = 0; i < 100; i++) {
        log.exchangeCompleted(Exchanges.hit("/" + i));
      }
      log.close(LONG);

      assertThat(counts(log)).isEqualTo(List.of(100L, 0L, 0L));
      List<ConsumerRecord<String, String>> records = broker.read(TOPIC);
      assertThat(records).extracting(ConsumerRecord::key).doesNotHaveDuplicates().hasSize(100);
      for (ConsumerRecord<String, String> record : records) {
        JsonNode event = new ObjectMapper().readTree(record.value());
        assertThat(event.get("cache.key").textValue()).isEqualTo(record.key());
        assertThat(event.get("cache.result").textValue()).isEqualTo("HIT");
      }
      assertThat(lines()).singleElement().asString().contains("INFO", "connected", TOPIC);
    }
  }

  @Test
  void aBrokerThatStopsUnderLoadIsToldOnceAndDeliveryResumesWhenItIsBack() {
    try (KafkaBroker broker = KafkaBroker.create().start()) {
      KafkaEventLog log = new KafkaEventLog(broker.bootstrapServers(), TOPIC, PATIENT);
      long heard = 0;
      while (log.sent() == 0) {
        heard += load(log);
      }

      broker.stop();
      while (lines().size() < 2 || log.lost() == 0) {
        heard += load(log);
        // Room for the queue, for what is in flight, and for one event over each.
        assertThat(log.waiting()).isLessThan(400);
      }
      long sentBefore = log.sent();

      broker.start();
      while (log.sent() < sentBefore + 500) {
        heard += load(log);
      }
      log.close(LONG);

      assertThat(log.waiting()).isZero();
      assertThat(log.sent() + log.lost()).isEqualTo(heard);
      assertThat(broker.read(TOPIC))
          .as("no event is lost that counts as sent, and none is there twice")
          .extracting(ConsumerRecord::key)
          .doesNotHaveDuplicates()
          .hasSizeGreaterThanOrEqualTo((int) log.sent());
      assertThat(lines()).hasSize(3);
      assertThat(lines().get(0)).contains("INFO", "connected");
      assertThat(lines().get(1)).contains("WARN", "no answer from Kafka");
      assertThat(lines().get(2)).contains("INFO", "takes events again", "lost meanwhile");
    }
  }

  @Test
  void aBrokerThatWasNeverThereCostsOneLineAndBoundedRoom() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    KafkaEventLog log = new KafkaEventLog("127.0.0.1:" + nobody, TOPIC, TIGHT);
    long heard = 0;
    while (lines().isEmpty() || log.lost() == 0) {
      heard += load(log);
      assertThat(log.waiting()).isLessThan(200);
    }
    long lostToBounds = log.lost();
    await().atMost(LONG).until(() -> log.waiting() == 0);
    assertThat(log.lost()).as("what waited was given up in time").isGreaterThan(lostToBounds);
    log.close(Duration.ofSeconds(1));

    assertThat(counts(log)).isEqualTo(List.of(0L, 0L, heard));
    assertThat(lines()).singleElement().asString().contains("WARN", "no answer from Kafka");
  }

  @Test
  void aNameThatCannotBeResolvedNeitherFailsNorDelaysTheStart() {
    KafkaEventLog log = new KafkaEventLog("kafka.invalid:9092", TOPIC, TIGHT);
    log.exchangeCompleted(Exchanges.hit("/"));
    await().atMost(LONG).until(() -> !lines().isEmpty());
    log.close(Duration.ZERO);

    assertThat(counts(log)).isEqualTo(List.of(0L, 0L, 1L));
    assertThat(lines()).singleElement().asString().contains("No resolvable bootstrap urls");
  }

  @Test
  void aBrokerThatStartsAfterTheProxyIsFound() {
    try (KafkaBroker broker = KafkaBroker.create()) {
      KafkaEventLog log = new KafkaEventLog(broker.bootstrapServers(), TOPIC);
      log.exchangeCompleted(Exchanges.hit("/early"));
      broker.start();
      await().atMost(LONG).until(() -> log.sent() == 1);
      log.close(LONG);
      assertThat(broker.read(TOPIC)).hasSize(1);
    }
  }

  @Test
  void aTopicThatDoesNotExistIsSaidSoAndUsedOnceItDoes() {
    try (KafkaBroker broker =
        KafkaBroker.create(Map.of("auto.create.topics.enable", "false")).start()) {
      KafkaEventLog log = new KafkaEventLog(broker.bootstrapServers(), TOPIC, PATIENT);
      log.exchangeCompleted(Exchanges.hit("/lost"));
      await().atMost(LONG).until(() -> log.lost() == 1 && !lines().isEmpty());
      assertThat(lines()).singleElement().asString().contains("WARN", "no such topic", TOPIC);

      broker.createTopic(TOPIC);
      log.exchangeCompleted(Exchanges.hit("/sent"));
      await().atMost(LONG).until(() -> log.sent() == 1);
      log.close(LONG);
      assertThat(lines()).hasSize(2);
      assertThat(lines().get(1)).contains("INFO", "takes events again");
    }
  }

  @Test
  void aBrokerThatWantsAPasswordGetsTheOneOfTheProperties() {
    try (KafkaBroker broker = KafkaBroker.createWithPassword("proxy", "s3cret").start()) {
      KafkaEventLog refused = logWith(broker, "wrong");
      refused.exchangeCompleted(Exchanges.hit("/refused"));
      await().atMost(LONG).until(() -> !lines().isEmpty());
      assertThat(lines()).singleElement().asString().contains("WARN", "refuses");
      refused.close(Duration.ZERO);

      KafkaEventLog log = logWith(broker, "s3cret");
      log.exchangeCompleted(Exchanges.hit("/a"));
      await().atMost(LONG).until(() -> log.sent() == 1);
      log.close(LONG);
      assertThat(broker.read(TOPIC)).hasSize(1);
      assertThat(lines()).noneMatch(line -> line.contains("s3cret") || line.contains("wrong"));
    }
  }

  private static KafkaEventLog logWith(KafkaBroker broker, String password) {
    Map<String, String> properties =
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"proxy\" password=\"%s\";".formatted(password));
    KafkaEventLog.checkProperties(properties);
    return new KafkaEventLog(
        broker.bootstrapServers(), TOPIC, properties, Redaction.none(), PATIENT);
  }

  private int serial;

  /** Some events, from the thread that must never wait. */
  private int load(KafkaEventLog log) {
    for (int i = 0; i < 10; i++) {
      log.exchangeCompleted(Exchanges.hit("/" + serial++));
    }
    Thread.yield();
    return 10;
  }

  private List<String> lines() {
    return appender.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  private static List<Long> counts(EventLog log) {
    return List.of(log.sent(), log.waiting(), log.lost());
  }
}
