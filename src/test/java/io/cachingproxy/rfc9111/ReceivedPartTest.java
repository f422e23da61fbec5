package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.stored;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A 206 as a piece of a 200 (RFC 9111 §3.3), and which pieces fit together (§3.4). */
class ReceivedPartTest {

  private static final String RANGE = "Content-Range";

  @Test
  void aPartSpeaksForTheWhole() {
    ReceivedPart part =
        requireNonNull(
            ReceivedPart.of(
                bare(
                    206,
                    "ETag",
                    "\"1\"",
                    RANGE,
                    "bytes 0-4/10",
                    "Content-Length",
                    "5",
                    "Content-Digest",
                    "of the part")));
    assertThat(part.whole())
        .isEqualTo(new ResponseHead(200, Fields.of("ETag", "\"1\"", "Content-Length", "10")));
    assertThat(part.range()).isEqualTo(new ByteRange(0, 4));
    assertThat(part.isComplete()).isFalse();
  }

  @Test
  void aPartMayBeAllThereIs() {
    assertThat(requireNonNull(ReceivedPart.of(bare(206, RANGE, "bytes 0-9/10"))).isComplete())
        .isTrue();
  }

  @Test
  void whatCantBePlacedIsNoPart() {
    assertThat(ReceivedPart.of(bare(206))).isNull();
    assertThat(ReceivedPart.of(bare(200, RANGE, "bytes 0-4/10"))).isNull();
    assertThat(ReceivedPart.of(bare(416, RANGE, "bytes */10"))).isNull();
    assertThat(ReceivedPart.of(bare(206, RANGE, "bytes 0-4/*"))).isNull();
    assertThat(ReceivedPart.of(bare(206, RANGE, "bytes 0-4/10", RANGE, "bytes 5-9/10"))).isNull();
    assertThat(ReceivedPart.of(bare(206, RANGE, "bytes 0-4/10", "Content-Length", "6"))).isNull();
    assertThat(ReceivedPart.of(bare(206, RANGE, "bytes 0-4/10", "Content-Length", "x"))).isNull();
    assertThat(
            ReceivedPart.of(
                bare(
                    206,
                    RANGE,
                    "bytes 0-4/10",
                    "Content-Type",
                    "Multipart/ByteRanges; boundary=x")))
        .isNull();
  }

  private static boolean combines(StoredHead part, StoredHead stored, long storedLength) {
    return requireNonNull(ReceivedPart.of(bare(206, RANGE, "bytes 0-4/10")))
        .combinesWith(part, stored, storedLength);
  }

  @Test
  void onlyTheSameStrongValidatorJoinsParts() {
    StoredHead tagged = stored("ETag", "\"1\"");
    assertThat(combines(tagged, stored("ETag", "\"1\""), 10)).isTrue();
    assertThat(combines(tagged, stored("ETag", "\"2\""), 10)).isFalse();
    assertThat(combines(tagged, stored("ETag", "W/\"1\""), 10)).isFalse();
    assertThat(combines(tagged, stored(), 10)).isFalse();
    assertThat(combines(stored("ETag", "W/\"1\""), stored("ETag", "W/\"1\""), 10)).isFalse();
    assertThat(combines(stored(), stored(), 10)).isFalse();
    assertThat(combines(tagged, tagged, 11)).as("another length").isFalse();
  }

  @Test
  void aDateJoinsPartsOnlyIfItIsClearlyInThePast() {
    StoredHead old = stored("Last-Modified", date(-60));
    StoredHead now = stored("Last-Modified", date(0));
    assertThat(combines(old, old, 10)).isTrue();
    assertThat(combines(now, now, 10)).isFalse();
    assertThat(combines(old, stored("Last-Modified", date(-61)), 10)).isFalse();
    assertThat(combines(old, stored("Last-Modified", date(-60), "ETag", "\"1\""), 10))
        .as("a tag outranks the date")
        .isFalse();
  }

  private static boolean maySupplant(StoredHead part, StoredHead stored, long storedLength) {
    return requireNonNull(ReceivedPart.of(bare(206, RANGE, "bytes 0-4/10")))
        .maySupplant(part, stored, storedLength);
  }

  @Test
  void aPartTakesThePlaceOfAWholeOnlyIfThatIsUselessOrAnotherRepresentation() {
    StoredHead fresh = stored("Cache-Control", "max-age=60");
    StoredHead stale = stored("Cache-Control", "max-age=0");
    StoredHead weak = stored("Cache-Control", "max-age=0", "ETag", "W/\"1\"");
    StoredHead dated = stored("Cache-Control", "max-age=0", "Last-Modified", date(0));
    for (StoredHead whole : List.of(fresh, weak, dated)) {
      assertThat(maySupplant(whole, whole, 10)).isFalse();
      assertThat(maySupplant(whole, whole, 11)).as("another length").isTrue();
      assertThat(maySupplant(stored(), whole, 10)).as("who knows").isFalse();
    }
    assertThat(maySupplant(stale, stale, 10)).as("of no use").isTrue();
    assertThat(maySupplant(stored("ETag", "\"1\""), weak, 10)).as("the same").isFalse();
    assertThat(maySupplant(stored("ETag", "\"2\""), weak, 10)).as("has changed").isTrue();
    assertThat(maySupplant(stored("Last-Modified", date(-1)), dated, 10)).as("dates").isTrue();
  }

  @Test
  void anotherCodingIsAnotherRepresentation() {
    StoredHead gzip = stored("ETag", "\"1\"", "Content-Encoding", "gzip");
    StoredHead plain = stored("ETag", "\"1\"");
    assertThat(combines(gzip, gzip, 10)).isTrue();
    assertThat(combines(gzip, plain, 10)).isFalse();
    assertThat(combines(plain, gzip, 10)).as("left out after If-Range").isTrue();
  }
}
