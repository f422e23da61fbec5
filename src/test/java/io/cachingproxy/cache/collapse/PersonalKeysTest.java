package io.cachingproxy.cache.collapse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Protects that responses for one alone stay known for a while, in bounded memory. */
final class PersonalKeysTest {

  private final PersonalKeys<Integer> unshared = new PersonalKeys<>();
  private final Instant now = Instant.EPOCH;

  @Test
  void itIsRememberedForAMinuteOrUntilItIsShared() {
    unshared.remember(1, now);
    unshared.remember(2, now);
    unshared.forget(2);
    assertThat(unshared.contains(1, now.plus(PersonalKeys.MEMORY))).isTrue();
    assertThat(unshared.contains(1, now.plus(PersonalKeys.MEMORY).plusMillis(1))).isFalse();
    assertThat(unshared.contains(2, now)).isFalse();
    assertThat(unshared.size()).isZero();
  }

  @Test
  void itIsBounded() {
    for (int i = 0; i < 100_000; i++) {
      unshared.remember(i, now);
    }
    assertThat(unshared.size()).isEqualTo(PersonalKeys.MAX);
    assertThat(unshared.contains(99_999, now)).as("the last ones stay").isTrue();
    assertThat(unshared.contains(0, now)).isFalse();
  }

  @Test
  void whatNobodyAsksForAgainIsForgottenInTime() {
    for (int i = 0; i < 1000; i++) {
      unshared.remember(i, now);
    }
    Instant later = now.plus(PersonalKeys.MEMORY).plusMillis(1);
    for (int i = 0; i < 400; i++) {
      unshared.remember(1000 + i, later);
    }
    assertThat(unshared.size()).isEqualTo(400);
  }

  @Test
  void whatIsAskedForHasTheOthersForgottenInTime() {
    for (int i = 0; i < 1000; i++) {
      unshared.remember(i, now);
    }
    Instant later = now.plus(PersonalKeys.MEMORY).plusMillis(1);
    for (int i = 0; i < 400; i++) {
      assertThat(unshared.contains(-1, later)).isFalse();
    }
    assertThat(unshared.size()).isZero();
  }

  @Test
  void whatIsRememberedAgainIsRememberedLonger() {
    unshared.remember(1, now);
    Instant half = now.plus(PersonalKeys.MEMORY.dividedBy(2));
    unshared.remember(1, half);
    assertThat(unshared.contains(1, half.plus(PersonalKeys.MEMORY))).isTrue();
  }
}
