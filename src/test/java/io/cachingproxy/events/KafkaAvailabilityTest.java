package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One line for each change, and none for what is no change. */
class KafkaAvailabilityTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Exception TIMEOUT = new TimeoutException("Expiring 3 record(s)");
  private static final Exception NO_TOPIC =
      new TimeoutException("not in metadata", new UnknownTopicOrPartitionException("none"));
  private static final Exception DENIED = new TopicAuthorizationException("Not\nauthorized");

  private final Logger logger = (Logger) LoggerFactory.getLogger(KafkaEventLog.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final EventCounts counts = new EventCounts();
  private final KafkaAvailability availability =
      new KafkaAvailability("topic t at h:1", counts, Duration.ofSeconds(5), 0);

  @BeforeEach
  void captureTheLog() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void releaseTheLog() {
    logger.detachAppender(appender);
  }

  @Test
  void isUnreachableOnlyAfterPatienceHasRunOut() {
    availability.failed(TIMEOUT, 4 * SECOND);
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.CONNECTING);
    availability.failed(TIMEOUT, 5 * SECOND);
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.UNREACHABLE);
    availability.failed(TIMEOUT, 60 * SECOND);
    assertThat(lines()).hasSize(1);
  }

  @Test
  void silenceWhileSomethingWaitsMeansUnreachable() {
    deliver(1, 0);
    availability.look(report(1, null), true, 1 * SECOND);
    availability.look(report(1, null), true, 6 * SECOND);
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.UNREACHABLE);
  }

  @Test
  void silenceWhileNothingWaitsMeansNothing() {
    deliver(1, 0);
    availability.look(report(1, null), false, 60 * SECOND);
    availability.look(report(1, null), true, 61 * SECOND);
    availability.look(report(1, null), true, 65 * SECOND);
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.DELIVERING);
    assertThat(availability.isWatching()).isTrue();
  }

  @Test
  void aLateFailureAfterADeliveryIsNoNews() {
    deliver(1, 0);
    availability.look(report(1, TIMEOUT), false, 1 * SECOND);
    availability.look(report(1, TIMEOUT), false, 60 * SECOND);
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.DELIVERING);
    assertThat(lines()).hasSize(1);
  }

  @Test
  void oneDeliveryIsGoodNewsAtOnceAndTellsWhatWasLost() {
    deliver(1, 0);
    availability.look(report(1, null), true, 10 * SECOND);
    availability.look(report(1, null), true, 15 * SECOND);
    counts.addLost(42);
    deliver(2, 20 * SECOND);
    assertThat(lines()).hasSize(3);
    assertThat(lines().get(2)).contains("takes events again").contains("42 were lost");
  }

  @Test
  void aMissingTopicIsToldApartAndNotContradictedByEventsThatTimeOut() {
    availability.failed(NO_TOPIC, 5 * SECOND);
    for (int second = 6; second < 60; second++) {
      availability.look(report(0, new TimeoutException("event " + second)), true, second * SECOND);
      availability.failed(NO_TOPIC, second * SECOND);
    }
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.NO_TOPIC);
    assertThat(lines()).hasSize(1);
  }

  @Test
  void aRefusalIsToldWithItsReasonEvenThoughNothingIsLeftWaiting() {
    availability.answered(0);
    for (int second = 1; second < 60; second++) {
      availability.look(report(0, DENIED), false, second * SECOND);
      availability.answered(second * SECOND); // A new client gets answers, too.
      availability.look(
          report(0, new KafkaException("Producer is closed forcefully.")), false, second * SECOND);
    }
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.REFUSED);
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(1)).contains("refuses").contains("(Not authorized)");
    deliver(1, 61 * SECOND);
    assertThat(availability.state()).isEqualTo(KafkaAvailability.State.DELIVERING);
  }

  @Test
  void ofAStoreOfCertificatesThatIsGoneThePathIsNotShown() {
    Exception gone = new KafkaException("/s3cret", new NoSuchFileException("/s3cret"));
    availability.failed(gone, 5 * SECOND);
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("(NoSuchFileException)")
        .doesNotContain("s3cret");
  }

  @Test
  void brokersThatChangeTheirMindEverySecondDoNotFloodTheLog() {
    for (int second = 0; second < 50; second++) {
      availability.failed(second % 2 == 0 ? NO_TOPIC : TIMEOUT, second * SECOND);
    }
    assertThat(lines().size()).isBetween(2, 10);
  }

  private void deliver(long confirmed, long now) {
    availability.look(report(confirmed, null), false, now);
  }

  private static EventsInFlight.Report report(long confirmed, @Nullable Exception failure) {
    return new EventsInFlight.Report(0, confirmed, failure);
  }

  private List<String> lines() {
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
