package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP dates (RFC 9110 §5.6.7), read as a cache reads them (RFC 9111 §4.2). */
class HttpDateTest {

  private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "SUN, 06 NOV 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        " Sun, 06 Nov 1994 08:49:37 GMT "
      })
  void allThreeFormsInAnyCase(String text) {
    assertThat(HttpDate.parse(text, NOW)).isEqualTo(EXAMPLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "Never",
        "1994-11-06T08:49:37Z",
        "784111777",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun,  06 Nov 1994 08:49:37 GMT",
        "Sun 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 08.49.37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 AEST",
        "Sun, 06 Nov 1994 08:49:37 EST",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nvm 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT"
      })
  void everythingElseIsNoDate(String text) {
    assertThat(HttpDate.parse(text, NOW)).isNull();
  }

  @Test
  void aTwoDigitYearMoreThanFiftyYearsAheadIsInThePast() {
    assertThat(HttpDate.parse("Sunday, 06-Nov-76 08:49:37 GMT", NOW))
        .isEqualTo("2076-11-06T08:49:37Z");
    assertThat(HttpDate.parse("Sunday, 06-Nov-77 08:49:37 GMT", NOW))
        .isEqualTo("1977-11-06T08:49:37Z");
  }

  @Test
  void aLeapSecondIsADateToo() {
    assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW))
        .isEqualTo("2017-01-01T00:00:00Z");
  }

  @Property
  void readingWhatWasPrintedGivesTheSame(@ForAll @LongRange(min = 0, max = 253402300799L) long s) {
    Instant instant = Instant.ofEpochSecond(s);
    assertThat(HttpDate.parse(HttpDate.print(instant), NOW)).isEqualTo(instant);
  }

  @Property
  void readingNeverThrows(@ForAll("texts") String text) {
    Instant date = HttpDate.parse(text, NOW);
    assertThat(date == null || HttpDate.parse(HttpDate.print(date), NOW) != null).isTrue();
  }

  @Provide
  Arbitrary<String> texts() {
    return Text.fieldValues(
        "Sun", ", ", "06", " ", "Nov", "1994", "08:49:37", "99:99:99", "GMT", "-", "94", "day");
  }
}
