package io.cachingproxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class ManualClockTest {

  @Test
  void standsStillUntilItIsAdvanced() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    Clock elsewhere = clock.withZone(ZoneId.of("Europe/Berlin"));
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    clock.advance(Duration.ofSeconds(90));
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(90));
    assertThat(elsewhere.instant()).isEqualTo(Instant.ofEpochSecond(90));
    clock.set(Instant.ofEpochSecond(5));
    assertThat(elsewhere.millis()).isEqualTo(5000);
  }
}
