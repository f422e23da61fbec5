package io.cachingproxy.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Range requests for bytes (RFC 9110 §14). */
class ByteRangesTest {

  private static List<ByteRange> resolve(String value, long length) {
    return requireNonNull(ByteRanges.parse(value)).resolve(length);
  }

  @Test
  void theExamplesOfTheRfc() {
    assertThat(resolve("bytes=0-499", 10000)).containsExactly(new ByteRange(0, 499));
    assertThat(resolve("bytes=500-999", 10000)).containsExactly(new ByteRange(500, 999));
    assertThat(resolve("bytes=-500", 10000)).containsExactly(new ByteRange(9500, 9999));
    assertThat(resolve("bytes=9500-", 10000)).containsExactly(new ByteRange(9500, 9999));
    assertThat(resolve("bytes=0-0,-1", 10000))
        .containsExactly(new ByteRange(0, 0), new ByteRange(9999, 9999));
    assertThat(resolve("bytes= 0-999, 4500-5499, -1000", 10000)).hasSize(3);
  }

  @Test
  void rangesAreCutToTheRepresentation() {
    assertThat(resolve("bytes=5-99", 10)).containsExactly(new ByteRange(5, 9));
    assertThat(resolve("bytes=-99", 10)).containsExactly(new ByteRange(0, 9));
    assertThat(resolve("bytes=0-99999999999999999999999", 10)).containsExactly(new ByteRange(0, 9));
  }

  @Test
  void whatLiesBeyondTheEndIsNotSatisfiable() {
    assertThat(resolve("bytes=10-", 10)).isEmpty();
    assertThat(resolve("bytes=-0", 10)).isEmpty();
    assertThat(resolve("bytes=-5", 0)).isEmpty();
    assertThat(resolve("bytes=99999999999999999999999-", 10)).isEmpty();
    assertThat(resolve("bytes=10-, 0-1", 10)).containsExactly(new ByteRange(0, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=1-2x",
        "bytes=1",
        "bytes=1-2,x",
        "items=0-1",
        "bytes 0-1",
        "bytes=--1",
        "bytes=1--"
      })
  void anotherUnitAndMalformedRangesAreIgnored(String value) {
    assertThat(ByteRanges.parse(value)).isNull();
  }

  @Property
  void whatIsResolvedLiesWithinTheRepresentation(
      @ForAll("values") String value, @ForAll @LongRange(min = 0, max = 50) long length) {
    ByteRanges ranges = ByteRanges.parse(value);
    if (ranges != null) {
      for (ByteRange range : ranges.resolve(length)) {
        assertThat(range.first()).isBetween(0L, range.last());
        assertThat(range.last()).isLessThan(length);
      }
    }
  }

  @Provide
  Arbitrary<String> values() {
    return Text.fieldValues("-", ",", "0", "1", "7", "49", "50").map(text -> "bytes=" + text);
  }
}
