package io.cachingproxy.store.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.PartialBody;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Protects against a byte in the wrong place, and against parts that are taken for a whole. */
class PartialBodyTest {

  private static final int LENGTH = 2000;
  private static final byte[] WHOLE = Responses.content(Responses.key(1), "", LENGTH);

  private final MemoryStore store = new MemoryStore(1 << 20, 1 << 19, new Removals());

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  private PartialBody part(ByteRange range) {
    BodyWriter writer = requireNonNull(store.newPart(range.length(), LENGTH));
    writer.append(ByteBuffer.wrap(WHOLE, (int) range.first(), (int) range.length()));
    return PartialBody.of(range, LENGTH, writer.complete());
  }

  private PartialBody part(long first, long last) {
    return part(new ByteRange(first, last));
  }

  private static byte[] bytes(List<ByteBuffer> buffers) {
    ByteBuffer all = ByteBuffer.allocate(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
    buffers.forEach(all::put);
    return all.array();
  }

  private static byte[] expected(ByteRange range) {
    return Arrays.copyOfRange(WHOLE, (int) range.first(), (int) range.last() + 1);
  }

  @Provide
  Arbitrary<ByteRange> ranges() {
    Arbitrary<Integer> position = Arbitraries.integers().between(0, LENGTH - 1);
    return Combinators.combine(position, position)
        .as((a, b) -> new ByteRange(Math.min(a, b), Math.max(a, b)));
  }

  @Property(tries = 500)
  void partsInAnyOrderHoldExactlyTheirBytes(
      @ForAll @Size(min = 1, max = 12) List<@net.jqwik.api.From("ranges") ByteRange> ranges,
      @ForAll("ranges") ByteRange wanted) {
    BitSet there = new BitSet();
    PartialBody body = null;
    for (ByteRange range : ranges) {
      there.set((int) range.first(), (int) range.last() + 1);
      PartialBody part = part(range);
      PartialBody before = body;
      body = before == null ? part : requireNonNull(before.joinedWith(part));
      if (before != null) {
        before.release();
        part.release();
      }
    }
    PartialBody joined = requireNonNull(body);
    int firstMissing = there.nextClearBit((int) wanted.first());
    if (firstMissing > wanted.last()) {
      assertThat(joined.missing(wanted)).isNull();
      assertThat(bytes(joined.buffers(wanted))).isEqualTo(expected(wanted));
    } else {
      int lastMissing = there.previousClearBit((int) wanted.last());
      assertThat(joined.missing(wanted)).isEqualTo(new ByteRange(firstMissing, lastMissing));
      assertThatThrownBy(() -> joined.buffers(wanted))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(joined.isComplete()).isEqualTo(there.cardinality() == LENGTH);
    joined.release();
    assertThat(store.inFlightBytes()).isZero();
  }

  @Test
  void allPartsTogetherAreTheWhole() {
    PartialBody left = part(0, 999);
    PartialBody right = part(500, LENGTH - 1);
    PartialBody joined = requireNonNull(left.joinedWith(right));
    left.release();
    right.release();
    Body whole = joined.complete();
    assertThat(whole.length()).isEqualTo(LENGTH);
    assertThat(Responses.bytes(whole)).isEqualTo(WHOLE);
    assertThat(bytes(whole.buffers(900, 200))).isEqualTo(expected(new ByteRange(900, 1099)));
    assertThat(whole.buffers(3, 0)).isEmpty();
    assertThat(whole.tryRetain()).isTrue();
    whole.release();
    whole.release();
    assertThat(whole.tryRetain()).isFalse();
  }

  @Test
  void partsThatAreNotTheWholeNeverBecomeABody() {
    PartialBody part = part(1, LENGTH - 1);
    assertThatThrownBy(part::complete).isInstanceOf(IllegalArgumentException.class);
    part.release();
  }

  @Test
  void aPartThatAnotherContainsGivesItsMemoryBack() {
    PartialBody small = part(100, 199);
    PartialBody large = part(0, 999);
    PartialBody joined = requireNonNull(small.joinedWith(large));
    assertThat(ArenaUse.allocated(joined.bodies())).isEqualTo(ArenaUse.allocated(large.bodies()));
    small.release();
    large.release();
    assertThat(store.inFlightBytes()).isEqualTo(ArenaUse.allocated(joined.bodies()));
    joined.release();
  }

  @Test
  void whatIsReleasedCantBeJoinedOrRead() {
    PartialBody gone = part(0, 9);
    gone.release();
    PartialBody part = part(20, 29);
    assertThat(part.joinedWith(gone)).isNull();
    assertThat(gone.joinedWith(part)).isNull();
    assertThat(gone.tryRetain()).isFalse();
    assertThatThrownBy(gone::release).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> gone.buffers(new ByteRange(0, 9)))
        .isInstanceOf(IllegalStateException.class);
    part.release();
  }

  @Test
  void thereIsAnEndToTheNumberOfParts() {
    PartialBody body = part(0, 0);
    for (int i = 1; i < PartialBody.MAX_PARTS; i++) {
      PartialBody part = part(2L * i, 2L * i);
      PartialBody joined = requireNonNull(body.joinedWith(part));
      body.release();
      part.release();
      body = joined;
    }
    PartialBody larger = part(LENGTH - 2, LENGTH - 1);
    PartialBody joined = requireNonNull(body.joinedWith(larger));
    larger.release();
    body.release();
    assertThat(joined.missing(new ByteRange(LENGTH - 2, LENGTH - 1))).isNull();
    int held = 0;
    for (int i = 0; i < PartialBody.MAX_PARTS; i++) {
      held += joined.missing(new ByteRange(2L * i, 2L * i)) == null ? 1 : 0;
    }
    assertThat(held).as("one of the smallest went, and not all").isEqualTo(511);
    PartialBody last = requireNonNull(joined.joinedWith(joined));
    last.release();
    joined.release();
  }

  @Test
  void aPartOfWhatIsTooLargeToBeStoredIsNotStored() {
    assertThat(store.newPart(10, (1 << 19) + 1)).isNull();
  }

  @Test
  void aPartHasExactlyItsBytes() {
    Body ten = requireNonNull(Responses.body(store, Responses.key(1), "", 10, true));
    assertThatThrownBy(() -> PartialBody.of(new ByteRange(0, 8), 100, ten))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PartialBody.of(new ByteRange(95, 104), 100, ten))
        .isInstanceOf(IllegalArgumentException.class);
    ten.release();
  }
}
