package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.cachingproxy.cache.Exchange;
import io.cachingproxy.http.Redaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Every exchange ends as sent or lost, once; and none waits for Kafka. */
@Timeout(value = 3, unit = TimeUnit.MINUTES) // Something waits that must not.
class KafkaEventLogTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  /** What one plain exchange weighs in the queue, about. */
  private static final int ONE = 600;

  private final HangingClient hanging = new HangingClient();

  @BeforeEach
  void quietTheLog() {
    ((Logger) LoggerFactory.getLogger(KafkaEventLog.class)).setLevel(Level.OFF);
  }

  @AfterEach
  void letTheLogSpeak() {
    ((Logger) LoggerFactory.getLogger(KafkaEventLog.class)).setLevel(null);
    hanging.release();
  }

  @Test
  void sendsEachExchangeWithItsKeyToTheTopicAndCountsItOnceConfirmed() {
    MockProducer<byte[], byte[]> producer = MockClient.producer(false);
    KafkaEventLog log = MockClient.log(producer);
    log.exchangeCompleted(Exchanges.hit("/a"));
    await().atMost(LONG).until(() -> producer.history().size() == 1);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 1L, 0L));

    producer.completeNext();
    assertThat(MockClient.counts(log)).isEqualTo(List.of(1L, 0L, 0L));
    ProducerRecord<byte[], byte[]> record = producer.history().get(0);
    assertThat(record.topic()).isEqualTo("t");
    assertThat(record.key())
        .isEqualTo("http://origin.example/a?q=1".getBytes(StandardCharsets.UTF_8));
    assertThat(record.value())
        .isEqualTo(new ExchangeJson(Redaction.none()).event(Exchanges.hit("/a")).value());
    log.close(LONG);
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void anEventTheBrokersRefuseIsLost() {
    MockProducer<byte[], byte[]> producer = MockClient.producer(false);
    KafkaEventLog log = MockClient.log(producer);
    log.exchangeCompleted(Exchanges.hit("/a"));
    await().atMost(LONG).until(() -> producer.history().size() == 1);
    producer.errorNext(new TimeoutException("too late"));
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 0L, 1L));
    log.close(LONG);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 0L, 1L));
  }

  @Test
  void aFailureThatIsBothThrownAndReportedIsCountedOnce() {
    KafkaEventLog log =
        MockClient.log(
            new MockProducer<byte[], byte[]>(
                true,
                new RoundRobinPartitioner(),
                new ByteArraySerializer(),
                new ByteArraySerializer()) {
              @Override
              public synchronized Future<RecordMetadata> send(
                  ProducerRecord<byte[], byte[]> record, Callback callback) {
                KafkaException failure = new KafkaException("in an error state");
                callback.onCompletion(null, failure);
                throw failure;
              }
            });
    for (int i = 0; i < 10; i++) {
      log.exchangeCompleted(Exchanges.hit("/" + i));
    }
    await().atMost(LONG).until(() -> log.lost() == 10);
    log.close(LONG);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 0L, 10L));
  }

  @Test
  void whileTheClientHangsTheQueueFillsUpToItsBoundAndTheRestIsLost() throws Exception {
    KafkaEventLog log =
        new KafkaEventLog("h:1", "t", MockClient.limits(10 * ONE, 1 << 20), hanging);
    hanging.awaitCall();
    for (int i = 0; i < 100; i++) {
      log.exchangeCompleted(Exchanges.hit("/" + i)); // Would hang here, if it waited for anything.
    }
    long waiting = log.waiting();
    assertThat(waiting).isBetween(9L, 11L);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, waiting, 100 - waiting));

    hanging.release();
    await().atMost(LONG).until(() -> log.waiting() == 0);
    log.close(LONG);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(waiting, 0L, 100 - waiting));
  }

  @Test
  void longUrlsCountForWhatTheyTake() throws Exception {
    KafkaEventLog log = new KafkaEventLog("h:1", "t", MockClient.limits(100_000, 1 << 20), hanging);
    hanging.awaitCall();
    for (int i = 0; i < 100; i++) {
      log.exchangeCompleted(Exchanges.hit("/" + "x".repeat(20_000)));
    }
    assertThat(log.waiting()).isEqualTo(2);
    log.close(Duration.ZERO);
  }

  @Test
  void theClientIsNotGivenMoreThanItsShare() {
    MockProducer<byte[], byte[]> producer = MockClient.producer(false);
    KafkaEventLog log =
        new KafkaEventLog("h:1", "t", MockClient.limits(1 << 20, 10_000), () -> producer);
    for (int i = 0; i < 200; i++) {
      log.exchangeCompleted(Exchanges.hit("/" + i));
    }
    await().atMost(LONG).until(() -> !producer.history().isEmpty());
    long confirmed = 0;
    while (confirmed < 200) {
      if (producer.completeNext()) {
        confirmed++;
      }
      assertThat(producer.history().size() - confirmed).isLessThanOrEqualTo(20);
    }
    assertThat(MockClient.counts(log)).isEqualTo(List.of(200L, 0L, 0L));
    log.close(LONG);
  }

  @Test
  void aClientThatCannotBeMadeIsTriedAgain() {
    AtomicInteger attempts = new AtomicInteger();
    KafkaEventLog log =
        new KafkaEventLog(
            "h:1",
            "t",
            MockClient.limits(1 << 20, 1 << 20),
            () -> {
              if (attempts.incrementAndGet() < 3) {
                throw new KafkaException("No resolvable bootstrap urls");
              }
              return MockClient.producer(true);
            });
    log.exchangeCompleted(Exchanges.hit("/"));
    await().atMost(LONG).until(() -> log.sent() == 1);
    assertThat(attempts).hasValue(3);
    log.close(LONG);
  }

  @Test
  void anExchangeThatCannotBeWrittenIsLostAndTheNextIsSent() {
    MockProducer<byte[], byte[]> producer = MockClient.producer(true);
    KafkaEventLog log = MockClient.log(producer);
    Exchange plain = Exchanges.hit("/");
    @SuppressWarnings("NullAway") // Just what the contract forbids.
    Exchange broken =
        new Exchange(
            null,
            "GET",
            "http",
            "h",
            "/",
            null,
            "1.1",
            "::1",
            null,
            "k",
            200,
            null,
            0,
            Duration.ZERO,
            null,
            false);
    log.exchangeCompleted(broken);
    log.exchangeCompleted(plain);
    await().atMost(LONG).until(() -> log.sent() == 1);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(1L, 0L, 1L));
    log.close(LONG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "host", "host:", "host:x", "host:0", "host:65536", "a:1,", "http://a:1"})
  void serversThatCannotBeRightAreRefusedInOneLine(String servers) {
    assertThatThrownBy(() -> new KafkaEventLog(servers, "t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not host:port")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä"})
  void aTopicThatCannotBeRightIsRefusedInOneLine(String topic) {
    assertThatThrownBy(() -> new KafkaEventLog("127.0.0.1:1,[::1]:2, b:3", topic))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Kafka topic: '" + topic + "'");
  }
}
