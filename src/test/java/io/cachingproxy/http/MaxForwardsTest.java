package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a request may go (RFC 9110 §7.6.2). */
final class MaxForwardsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "000, 0",
    "1, 1",
    "0010, 10",
    "999999999, 999999999",
    "1000000000, 999999999",
    "99999999999999999999999999, 999999999",
    "-1, -2",
    "+1, -2",
    "1.0, -2",
    "'1, 2', -2",
    "x, -2",
    "'', -2",
    "\u0661, -2"
  })
  void itIsANumberOfDigits(String value, int expected) {
    assertThat(MaxForwards.of(Fields.of("max-forwards", value))).isEqualTo(expected);
  }

  @Test
  void thereIsOneOrNone() {
    assertThat(MaxForwards.of(Fields.empty())).isEqualTo(MaxForwards.ABSENT);
    assertThat(MaxForwards.of(Fields.of("Max-Forwards", "1", "Max-Forwards", "1")))
        .isEqualTo(MaxForwards.INVALID);
  }
}
