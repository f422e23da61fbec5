package io.cachingproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Protects that responses for one alone stay known for a while, in bounded memory. */
final class UnsharedTest {

  private final Unshared<Integer> unshared = new Unshared<>();
  private final Instant now = Instant.EPOCH;

  @Test
  void itIsRememberedForAMinuteOrUntilItIsShared() {
    unshared.remember(1, now);
    unshared.remember(2, now);
    unshared.forget(2);
    assertThat(unshared.contains(1, now.plus(Unshared.MEMORY))).isTrue();
    assertThat(unshared.contains(1, now.plus(Unshared.MEMORY).plusMillis(1))).isFalse();
    assertThat(unshared.contains(2, now)).isFalse();
    assertThat(unshared.size()).isZero();
  }

  @Test
  void itIsBounded() {
    for (int i = 0; i < 100_000; i++) {
      unshared.remember(i, now);
    }
    assertThat(unshared.size()).isLessThan(20_000);
  }
}
