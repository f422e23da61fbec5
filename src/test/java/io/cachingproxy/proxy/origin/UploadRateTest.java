package io.cachingproxy.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who sends too slowly: by the time for which the client is waited for, and no other. */
final class UploadRateTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final AtomicInteger givenUp = new AtomicInteger();
  private final UploadRate rate =
      new UploadRate(100, now::get, tooSlow -> givenUp.incrementAndGet());

  private void pass(Duration time) {
    for (long seconds = 0; seconds < time.toSeconds(); seconds++) {
      rate.look(now.addAndGet(Duration.ofSeconds(1).toNanos()));
    }
  }

  /** Waits for so long, and gets so much at the end. */
  private void receive(int bytes, Duration wait) {
    rate.awaiting();
    pass(wait);
    rate.arrived(bytes);
  }

  @Test
  void whoSendsNothingIsGivenUpOnce() {
    rate.awaiting();
    pass(Duration.ofSeconds(29));
    assertThat(givenUp).hasValue(0);
    pass(Duration.ofSeconds(1));
    assertThat(givenUp).hasValue(1);
    pass(Duration.ofSeconds(100));
    assertThat(givenUp).hasValue(1);
  }

  @Test
  void whoDripsIsGivenUpHoweverSteadilyTheBytesCome() {
    for (int i = 0; i < 40; i++) {
      receive(1, Duration.ofSeconds(1));
    }
    assertThat(givenUp).hasValue(1);
  }

  @Test
  void whoComesUpToTheRateMayTakeAnyTime() {
    for (int i = 0; i < 1_000; i++) {
      receive(250, Duration.ofSeconds(2));
    }
    assertThat(givenUp).hasValue(0);
  }

  @Test
  void whatWasSentAtFirstBuysHalfAMinuteAndNotMore() {
    receive(1_000_000, Duration.ofSeconds(1));
    rate.awaiting();
    pass(Duration.ofSeconds(58));
    assertThat(givenUp).hasValue(0);
    pass(Duration.ofSeconds(2));
    assertThat(givenUp).hasValue(1);
  }

  @Test
  void theTimeThatTheOriginTakesDoesNotCount() {
    for (int i = 0; i < 20; i++) {
      receive(100, Duration.ofSeconds(1));
      pass(Duration.ofMinutes(1));
    }
    assertThat(givenUp).hasValue(0);
  }

  @Test
  void aDemandThatIsRepeatedStartsNoNewWait() {
    for (int i = 0; i < 40; i++) {
      rate.awaiting();
      pass(Duration.ofSeconds(1));
    }
    assertThat(givenUp).hasValue(1);
  }
}
