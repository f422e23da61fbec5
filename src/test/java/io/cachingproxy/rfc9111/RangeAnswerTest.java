package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.request;
import static io.cachingproxy.rfc9111.Heads.response;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.RequestHead;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a stored representation a request for ranges gets (RFC 9110 §14.2). */
class RangeAnswerTest {

  private static final StoredHead TAGGED =
      stored("ETag", "\"v1\"", "Last-Modified", date(-3600), "Cache-Control", "max-age=60");

  private static RangeAnswer answer(String range, long length) {
    return RangeAnswer.of(get("Range", range), TAGGED, length);
  }

  private static RangeAnswer parts(long... bounds) {
    List<ByteRange> ranges = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new ByteRange(bounds[i], bounds[i + 1]));
    }
    return new RangeAnswer.Parts(ranges);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-4, 0, 4",
    "bytes=5-, 5, 9",
    "bytes=-3, 7, 9",
    "bytes=9-9, 9, 9",
    "bytes=8-20, 8, 9",
    "bytes=-20, 0, 9",
    "bytes=0-, 0, 9",
    "BYTES=0-0, 0, 0",
  })
  void oneRangeIsAnsweredWithJustThat(String range, long first, long last) {
    assertThat(answer(range, 10)).isEqualTo(parts(first, last));
  }

  @Test
  void severalRangesKeepTheirOrder() {
    assertThat(answer("bytes=6-7, 0-1, 3-4", 10)).isEqualTo(parts(6, 7, 0, 1, 3, 4));
  }

  @Test
  void theSatisfiableOnesOfSeveralAreAnswered() {
    assertThat(answer("bytes=10-20, 2-3", 10)).isEqualTo(parts(2, 3));
  }

  @Test
  void rangesThatOverlapOrTouchBecomeOneWhereTheFirstOfThemStood() {
    assertThat(answer("bytes=0-4,3-6", 10)).isEqualTo(parts(0, 6));
    assertThat(answer("bytes=0-4,5-6", 10)).isEqualTo(parts(0, 6));
    assertThat(answer("bytes=6-7,0-1,7-9", 10)).isEqualTo(parts(6, 9, 0, 1));
    assertThat(answer("bytes=0-1,8-9,4-5,2-7", 10)).isEqualTo(parts(0, 9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=10-,11-12"})
  void whatLiesBehindTheEndIsUnsatisfiable(String range) {
    assertThat(answer(range, 10)).isInstanceOf(RangeAnswer.Unsatisfiable.class);
  }

  @Test
  void anEmptyRepresentationHasNoRangesButASuffixOfItIsAllOfIt() {
    assertThat(answer("bytes=0-", 0)).isInstanceOf(RangeAnswer.Unsatisfiable.class);
    assertThat(answer("bytes=0-0", 0)).isInstanceOf(RangeAnswer.Unsatisfiable.class);
    assertThat(answer("bytes=-0", 0)).isInstanceOf(RangeAnswer.Unsatisfiable.class);
    assertThat(answer("bytes=-5", 0)).isInstanceOf(RangeAnswer.Whole.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"items=0-1", "bytes=2-1", "bytes=x", "bytes", "bytes=0-1;q=1", ""})
  void whatIsNotUnderstoodIsIgnored(String range) {
    assertThat(answer(range, 10)).isInstanceOf(RangeAnswer.Whole.class);
  }

  @Test
  void twoRangeFieldsAreIgnored() {
    RequestHead twice = get("Range", "bytes=0-1", "Range", "bytes=3-4");
    assertThat(RangeAnswer.of(twice, TAGGED, 10)).isInstanceOf(RangeAnswer.Whole.class);
  }

  @Test
  void rangesAreForGetAlone() {
    RequestHead head = request("HEAD", "Range", "bytes=0-1");
    assertThat(RangeAnswer.of(head, TAGGED, 10)).isInstanceOf(RangeAnswer.Whole.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {203, 301, 404, 410, 500})
  void onlyA200HasParts(int status) {
    StoredHead stored = stored(get(), response(status, "Cache-Control", "max-age=60"));
    assertThat(RangeAnswer.of(get("Range", "bytes=0-1"), stored, 10))
        .isInstanceOf(RangeAnswer.Whole.class);
  }

  @Test
  void ifRangeLetsAPartThroughOnlyByTheStrongComparison() {
    assertThat(ifRange("\"v1\"", TAGGED)).isInstanceOf(RangeAnswer.Parts.class);
    assertThat(ifRange("\"v2\"", TAGGED)).isInstanceOf(RangeAnswer.Whole.class);
    assertThat(ifRange("W/\"v1\"", TAGGED)).isInstanceOf(RangeAnswer.Whole.class);
    assertThat(ifRange("\"v1\", \"v2\"", TAGGED)).isInstanceOf(RangeAnswer.Whole.class);
    assertThat(ifRange("*", TAGGED)).isInstanceOf(RangeAnswer.Whole.class);
    assertThat(ifRange("W/\"v1\"", stored("ETag", "W/\"v1\"")))
        .isInstanceOf(RangeAnswer.Whole.class);
  }

  @Test
  void ifRangeTakesTheExactDateOfTheLastModification() {
    assertThat(ifRange(date(-3600), TAGGED)).isInstanceOf(RangeAnswer.Parts.class);
    assertThat(ifRange(date(-3599), TAGGED)).isInstanceOf(RangeAnswer.Whole.class);
    assertThat(ifRange(date(-3601), TAGGED)).isInstanceOf(RangeAnswer.Whole.class);
    assertThat(ifRange(date(0), stored("Last-Modified", date(0))))
        .as("a date that may have been changed within the same second")
        .isInstanceOf(RangeAnswer.Whole.class);
  }

  @Test
  void ifRangeThatFailsOutranksThatNothingCouldBeSatisfied() {
    RequestHead late = get("Range", "bytes=50-", "If-Range", "\"v2\"");
    assertThat(RangeAnswer.of(late, TAGGED, 10)).isInstanceOf(RangeAnswer.Whole.class);
  }

  private static RangeAnswer ifRange(String validator, StoredHead stored) {
    return RangeAnswer.of(get("Range", "bytes=0-1", "If-Range", validator), stored, 10);
  }

  @Test
  void setsThatOnlyCauseEffortGetTheWholeInstead() {
    String many = ranges(101, i -> 3 * i + "-" + 3 * i);
    String overlapping = "bytes=0-,0-,0-,0-";
    String backwards = ranges(17, i -> (100 - 3 * i) + "-" + (100 - 3 * i));
    for (String abuse : List.of(many, overlapping, backwards)) {
      assertThat(answer(abuse, 1000)).as(abuse).isInstanceOf(RangeAnswer.Whole.class);
    }
  }

  @Test
  void setsThatAReaderOfAnArchiveNeedsAreAnswered() {
    assertThat(answer(ranges(100, i -> 3 * i + "-" + 3 * i), 1000))
        .isInstanceOfSatisfying(
            RangeAnswer.Parts.class, parts -> assertThat(parts.ranges()).hasSize(100));
    assertThat(answer("bytes=-10,0-9,5-12", 1000)).isEqualTo(parts(990, 999, 0, 12));
  }

  private static String ranges(int count, java.util.function.IntFunction<String> range) {
    return IntStream.range(0, count).mapToObj(range).collect(Collectors.joining(",", "bytes=", ""));
  }

  @Property
  void theAnswerHasExactlyTheBytesAskedForEachOnce(
      @ForAll("specs") @Size(min = 1, max = 6) List<String> specs,
      @ForAll @IntRange(min = 1, max = 30) int length) {
    BitSet wanted = new BitSet();
    specs.forEach(spec -> reference(spec, length, wanted));

    RangeAnswer answer = answer("bytes=" + String.join(",", specs), length);

    if (answer instanceof RangeAnswer.Parts parts) {
      BitSet sent = new BitSet();
      for (ByteRange range : parts.ranges()) {
        BitSet part = new BitSet();
        part.set((int) range.first(), (int) range.last() + 1);
        assertThat(sent.intersects(part)).as("sent twice: %s", range).isFalse();
        sent.or(part);
        assertThat(parts.ranges())
            .filteredOn(other -> !other.equals(range))
            .noneMatch(range::touches);
      }
      assertThat(sent).isEqualTo(wanted);
    } else if (answer instanceof RangeAnswer.Unsatisfiable) {
      assertThat(wanted.isEmpty()).isTrue();
    } else {
      assertThat(specs).as("only several can be an abuse").hasSizeGreaterThan(3);
    }
  }

  /** What one range means, byte by byte. */
  private static void reference(String spec, int length, BitSet wanted) {
    String[] ends = spec.split("-", 2);
    for (int i = 0; i < length; i++) {
      boolean in =
          ends[0].isEmpty()
              ? i >= length - Integer.parseInt(ends[1])
              : i >= Integer.parseInt(ends[0])
                  && (ends[1].isEmpty() || i <= Integer.parseInt(ends[1]));
      if (in) {
        wanted.set(i);
      }
    }
  }

  @Provide
  Arbitrary<List<String>> specs() {
    Arbitrary<Integer> position = Arbitraries.integers().between(0, 40);
    return Arbitraries.oneOf(
            Combinators.combine(position, position)
                .as((a, b) -> Math.min(a, b) + "-" + Math.max(a, b)),
            position.map(first -> first + "-"),
            position.map(suffix -> "-" + suffix))
        .list();
  }

  @Test
  void aPartHasTheFieldsOfTheWholeButThoseOfItsContent() {
    StoredHead stored =
        stored(
            get(),
            ok(
                "Content-Type",
                "a/b",
                "Content-Length",
                "10",
                "Content-Digest",
                "x",
                "ETag",
                "\"1\""));
    assertThat(RangeFields.ofPart(stored.fields(), new ByteRange(2, 4), 10).without("Date"))
        .isEqualTo(
            io.cachingproxy.http.Fields.of(
                "Content-Type", "a/b",
                "ETag", "\"1\"",
                "Content-Range", "bytes 2-4/10",
                "Content-Length", "3"));
  }

  @Test
  void a416TellsNoOtherCacheToKeepIt() {
    StoredHead stored =
        stored(
            "Cache-Control", "max-age=60",
            "CDN-Cache-Control", "max-age=60",
            "Expires", date(60),
            "ETag", "\"1\"",
            "Content-Type", "a/b",
            "Access-Control-Allow-Origin", "*");
    assertThat(RangeFields.unsatisfiable(stored.fields(), 10).without("Date"))
        .isEqualTo(
            io.cachingproxy.http.Fields.of(
                "Access-Control-Allow-Origin", "*",
                "Cache-Control", "no-store",
                "Content-Range", "bytes */10",
                "Content-Length", "0"));
  }
}
