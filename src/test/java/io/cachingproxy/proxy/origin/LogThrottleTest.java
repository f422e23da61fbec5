package io.cachingproxy.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A storm of failures makes few lines, and none is lost from the count. */
class LogThrottleTest {

  private static final long INTERVAL = LogThrottle.INTERVAL.toNanos();
  private static final long START = Long.MAX_VALUE - INTERVAL; // nanoTime may overflow

  private final LogThrottle throttle = new LogThrottle(2);

  @Test
  void theFirstOfAKindIsWrittenAtOnceAndTheNextAfterAWhileWithTheNumberBetween() {
    assertThat(throttle.suppressedBefore(0, START)).hasValue(0);
    for (int i = 1; i <= 7; i++) {
      assertThat(throttle.suppressedBefore(0, START + i)).isEmpty();
    }
    assertThat(throttle.suppressedBefore(0, START + INTERVAL - 1)).isEmpty();
    assertThat(throttle.suppressedBefore(0, START + INTERVAL)).hasValue(8);
    assertThat(throttle.suppressedBefore(0, START + 2 * INTERVAL)).hasValue(0);
  }

  @Test
  void oneKindDoesNotSuppressAnother() {
    assertThat(throttle.suppressedBefore(0, START)).hasValue(0);
    assertThat(throttle.suppressedBefore(1, START)).hasValue(0);
    assertThat(throttle.suppressedBefore(1, START)).isEmpty();
  }
}
