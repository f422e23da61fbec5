package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.POLICY;
import static io.cachingproxy.rfc9111.Heads.T0;
import static io.cachingproxy.rfc9111.Heads.after;
import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.DeltaSeconds;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ages (RFC 9111 §4.2.3, §5.1). */
class AgeTest {

  @ParameterizedTest
  @CsvSource({
    "7200, 7200",
    "0, 0",
    "007200, 7200",
    "' 7200 ', 7200",
    "'7200, 0', 7200",
    "'0, 7200', 0",
    "',7200', 7200",
    "-7200, 0",
    "7200.0, 0",
    "7200.5, 0",
    "a7200, 0",
    "7200a, 0",
    "7200;foo=bar, 0",
    "'7200 0', 0",
    "+7200, 0",
    "'\"7200\"', 0",
    "abc, 0",
    "'abc, 7200', 0",
    "2147483648, 2147483648",
    "99999999999999999999, 2147483648"
  })
  void theFieldIsItsFirstMemberAndOtherThanDigitsItIsIgnored(String value, long seconds) {
    assertThat(Age.fieldValue(List.of(value))).isEqualTo(seconds);
  }

  @Test
  void ofSeveralLinesTheFirstCounts() {
    assertThat(Age.fieldValue(List.of("5", "7200"))).isEqualTo(5);
    assertThat(Age.fieldValue(List.of("", "7200"))).isEqualTo(7200);
    assertThat(Age.fieldValue(List.of())).isZero();
  }

  @Test
  void aResponseIsAsOldAsItsAgeSays() {
    assertThat(stored("Age", "30").age(after(12.9))).isEqualTo(42);
  }

  @Test
  void orAsItsDateSaysIfThatIsMore() {
    StoredHead head = stored(get(), bare(200, "Date", date(-50), "Age", "30"));
    assertThat(head.age(after(0))).isEqualTo(50);
  }

  @Test
  void aDateInTheFutureMakesNothingYounger() {
    StoredHead head = stored(get(), bare(200, "Date", date(500), "Age", "3"));
    assertThat(head.age(after(1))).isEqualTo(4);
  }

  @Test
  void theTimeTheOriginTookCounts() {
    StoredHead head = StoredHead.of(get(), ok("Age", "30"), T0.minusSeconds(5), T0, POLICY);
    assertThat(head.age(after(0))).isEqualTo(35);
  }

  @Test
  void aDateCutToSecondsMakesNothingOlder() {
    StoredHead head =
        StoredHead.of(get(), ok("Cache-Control", "max-age=1"), after(0.9), after(0.9), POLICY);
    assertThat(head.isFresh(after(1.8))).isTrue();
    assertThat(head.isFresh(after(1.9))).isFalse();
  }

  @Test
  void freshMeansYoungerThanTheLifetime() {
    StoredHead head = stored("Cache-Control", "max-age=10");
    assertThat(head.isFresh(after(9.999))).isTrue();
    assertThat(head.isFresh(after(10))).isFalse();
    assertThat(head.ttl(after(4))).isEqualTo(6);
    assertThat(head.ttl(after(13))).isEqualTo(-3);
  }

  @Test
  void aHugeAgeIsTheGreatestThatCanBeSaid() {
    StoredHead head = stored("Cache-Control", "max-age=99999999999", "Age", "99999999999");
    assertThat(head.age(after(100))).isEqualTo(DeltaSeconds.MAX);
    assertThat(head.isFresh(after(0))).isFalse();
  }

  @Property
  void theAgeNeverFallsAndIsNeverLessThanWhatArrived(
      @ForAll @LongRange(min = 0, max = 100_000) long field,
      @ForAll @LongRange(min = -100_000, max = 100_000) long date,
      @ForAll @LongRange(min = -10_000, max = 100_000) long earlier,
      @ForAll @LongRange(min = 0, max = 100_000) long more) {
    StoredHead head =
        stored(get(), bare(200, "Date", date((double) date), "Age", Long.toString(field)));
    long first = head.age(T0.plusMillis(earlier));
    assertThat(first).isGreaterThanOrEqualTo(Math.max(field, -date));
    assertThat(head.age(T0.plusMillis(earlier + more))).isGreaterThanOrEqualTo(first);
  }
}
