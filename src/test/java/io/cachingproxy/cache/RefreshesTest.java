package io.cachingproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.store.CacheKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Protects an origin from refreshes that fail again and again, and the memory of that. */
final class RefreshesTest {

  private static final CacheKey KEY = new CacheKey("http://o/");

  private final Refreshes refreshes = new Refreshes();
  private Instant now = Instant.EPOCH;

  @Test
  void oneAtATime() {
    assertThat(refreshes.begin(KEY, now)).isTrue();
    assertThat(refreshes.begin(KEY, now)).isFalse();
    refreshes.end(KEY, false, now);
    assertThat(refreshes.begin(KEY, now)).isTrue();
  }

  @Test
  void thePauseDoublesUpToAMinuteAndASuccessEndsIt() {
    long[] pauses = {1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000};
    for (long pause : pauses) {
      assertThat(refreshes.begin(KEY, now)).isTrue();
      refreshes.end(KEY, true, now);
      now = now.plusMillis(pause - 1);
      assertThat(refreshes.begin(KEY, now)).as("after %d ms", pause - 1).isFalse();
      now = now.plusMillis(1);
    }
    assertThat(refreshes.begin(KEY, now)).isTrue();
    refreshes.end(KEY, false, now);
    assertThat(refreshes.begin(KEY, now)).isTrue();
    refreshes.end(KEY, true, now);
    assertThat(refreshes.begin(KEY, now.plusSeconds(1))).as("the first pause again").isTrue();
  }

  @Test
  void aFailureIsForgottenInTimeThoughNobodyAsksForTheKeyAgain() {
    for (int i = 0; i < 1000; i++) {
      assertThat(refreshes.begin(new CacheKey("k" + i), now)).isTrue();
      refreshes.end(new CacheKey("k" + i), true, now);
    }
    now = now.plus(Refreshes.MEMORY).plusMillis(1);
    for (int i = 0; i < 400; i++) {
      assertThat(refreshes.begin(KEY, now)).isTrue();
      refreshes.end(KEY, false, now);
    }
    assertThat(refreshes.size()).isZero();
  }

  @Test
  void whatIsRememberedIsBounded() {
    int begun = 0;
    while (begun < 100_000 && refreshes.begin(new CacheKey("k" + begun), now)) {
      begun++;
    }
    assertThat(begun).isBetween(1000, 10_000);
    refreshes.end(new CacheKey("k0"), true, now);
    assertThat(refreshes.begin(new CacheKey("another"), now))
        .as("in place of one that only waits")
        .isTrue();
    assertThat(refreshes.begin(new CacheKey("one more"), now)).isFalse();
  }
}
