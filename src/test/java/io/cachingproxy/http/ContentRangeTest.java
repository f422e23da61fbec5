package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The place of a part in its whole (RFC 9110 §14.4): what is doubtful has none. */
class ContentRangeTest {

  @Test
  void theExamplesOfTheRfc() {
    assertThat(ContentRange.parse(List.of("bytes 42-1233/1234")))
        .isEqualTo(new ContentRange(new ByteRange(42, 1233), 1234));
    assertThat(ContentRange.parse(List.of("bytes 42-1233/*"))).as("unknown length").isNull();
    assertThat(ContentRange.parse(List.of("bytes */1234"))).as("of a 416").isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes 0-4",
        "bytes 4-0/10",
        "bytes 0-10/10",
        "bytes 0-4/4",
        "bytes -4/10",
        "bytes 0-/10",
        "bytes 0-4/10, bytes 5-9/10",
        "bytes=0-4/10",
        "bytes 0 - 4/10",
        "bytes 0-4/0x10",
        "bytes +0-4/10",
        "bytes 0/4-10",
        "items 0-4/10",
        "bytes 0-4/99999999999999999999"
      })
  void whatIsDoubtfulIsNoPart(String value) {
    assertThat(ContentRange.parse(List.of(value))).isNull();
  }

  @Test
  void twoLinesAreNoPart() {
    assertThat(ContentRange.parse(List.of("bytes 0-4/10", "bytes 0-4/10"))).isNull();
    assertThat(ContentRange.parse(List.of())).isNull();
  }

  @Property
  void whatIsPrintedIsParsed(
      @ForAll @IntRange(min = 0, max = 1000) int first,
      @ForAll @IntRange(min = 0, max = 1000) int more,
      @ForAll @IntRange(min = 1, max = 1000) int rest) {
    ByteRange range = new ByteRange(first, first + more);
    long length = range.last() + rest;
    assertThat(ContentRange.parse(List.of(range.contentRange(length))))
        .isEqualTo(new ContentRange(range, length));
  }

  @Property
  void nothingThrows(@ForAll("values") String value) {
    ContentRange parsed = ContentRange.parse(List.of(value));
    if (parsed != null) {
      assertThat(parsed.range().last()).isLessThan(parsed.completeLength());
    }
  }

  @Provide
  net.jqwik.api.Arbitrary<String> values() {
    return Text.fieldValues("bytes ", "-", "/", "0", "4", "10", "*");
  }
}
