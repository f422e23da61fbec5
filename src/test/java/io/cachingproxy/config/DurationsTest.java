package io.cachingproxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects against timeouts and lifetimes in another unit than the operator meant. */
class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "500ms, PT0.5S",
    "30s, PT30S",
    "5m, PT5M",
    "2h, PT2H",
    "1d, PT24H",
    "2147483647s, PT2147483647S",
  })
  void aDurationIsANumberWithAUnit(String text, Duration duration) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "s",
        "-1s",
        "+1s",
        "1.5h",
        "1 s",
        "1S",
        "1min",
        "1m30s",
        "00",
        "2147483648s",
        "999999999999999999d",
        "9999999999999999999s"
      })
  void anythingElseIsNoDuration(String text) {
    assertThat(Durations.parse(text)).isNull();
  }

  @Property
  void aDurationThatIsPrintedReadsBackTheSame(
      @ForAll @LongRange(min = 0, max = 2147483647000L) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0", "PT0.5S, 500ms", "PT90S, 90s", "PT120S, 2m", "PT24H, 1d", "PT36H, 36h"})
  void aDurationPrintsInTheLargestUnitThatDividesIt(Duration duration, String text) {
    assertThat(Durations.print(duration)).isEqualTo(text);
  }
}
