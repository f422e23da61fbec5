package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Closing is bounded in time, and settles the counts for good. */
@Timeout(value = 3, unit = TimeUnit.MINUTES) // Something waits that must not.
class KafkaEventLogCloseTest {

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
  void closingSendsWhatIsWaiting() throws Exception {
    KafkaEventLog log = new KafkaEventLog("h:1", "t", MockClient.limits(1 << 20, 1 << 20), hanging);
    hanging.awaitCall();
    for (int i = 0; i < 10; i++) {
      log.exchangeCompleted(Exchanges.hit("/" + i));
    }
    Thread closer = new Thread(() -> log.close(LONG));
    closer.start();
    hanging.release();
    closer.join();
    assertThat(MockClient.counts(log)).isEqualTo(List.of(10L, 0L, 0L));
  }

  @Test
  void closingDoesNotWaitLongerThanToldAndCountsTheRestAsLost() throws Exception {
    KafkaEventLog log = new KafkaEventLog("h:1", "t", MockClient.limits(1 << 20, 1 << 20), hanging);
    hanging.awaitCall();
    log.exchangeCompleted(Exchanges.hit("/early"));
    log.close(Duration.ofMillis(1)); // Hangs here for good, if it waits for the client.
    log.exchangeCompleted(Exchanges.hit("/late"));
    log.close(LONG);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 0L, 2L));
  }

  @Test
  void aConfirmationAfterTheCloseChangesNothing() {
    MockProducer<byte[], byte[]> producer = MockClient.producer(false);
    KafkaEventLog log = MockClient.log(producer);
    log.exchangeCompleted(Exchanges.hit("/"));
    await().atMost(LONG).until(() -> producer.history().size() == 1);
    log.close(LONG);
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 0L, 1L));
    producer.completeNext();
    assertThat(MockClient.counts(log)).isEqualTo(List.of(0L, 0L, 1L));
  }

  @Test
  void theCountsAddUpWhenManyThreadsRaceWithTheClose() throws Exception {
    for (int round = 0; round < 50; round++) {
      KafkaEventLog log =
          new KafkaEventLog(
              "h:1", "t", MockClient.limits(50 * ONE, 20 * ONE), () -> MockClient.producer(true));
      AtomicInteger heard = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(4);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Thread thread =
            new Thread(
                () -> {
                  started.countDown();
                  for (int i = 0; i < 200; i++) {
                    log.exchangeCompleted(Exchanges.hit("/"));
                    heard.incrementAndGet();
                  }
                });
        thread.start();
        threads.add(thread);
      }
      started.await();
      log.close(LONG);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(log.waiting()).isZero();
      assertThat(log.sent() + log.lost()).isEqualTo(heard.get()).isEqualTo(800);
    }
  }
}
