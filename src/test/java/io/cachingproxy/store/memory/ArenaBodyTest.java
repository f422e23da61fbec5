package io.cachingproxy.store.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Protects the bytes of a body, and the memory of one that never became one. */
class ArenaBodyTest {

  private static final CacheKey KEY = Responses.key(1);
  private static final int LIMIT = 1 << 20;

  private final MemoryStore store = new MemoryStore(LIMIT, LIMIT / 2, new Removals());

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @Property(tries = 200)
  void theContentIsWhatWasAppendedInWhateverPieces(
      @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 20_000) Integer> pieces,
      @ForAll boolean announced) {
    int length = pieces.stream().mapToInt(Integer::intValue).sum();
    byte[] content = Responses.content(KEY, "", length);
    BodyWriter writer = requireNonNull(store.newBody(announced ? length : -1));
    int at = 0;
    for (int piece : pieces) {
      ByteBuffer chunk = ByteBuffer.wrap(content, at, piece);
      assertThat(writer.append(chunk)).isTrue();
      assertThat(chunk.position()).as("the chunk's position stays").isEqualTo(at);
      at += piece;
      assertThat(writer.length()).isEqualTo(at);
    }
    Body body = writer.complete();
    assertThat(body.length()).isEqualTo(length);
    assertThat(Responses.bytes(body)).isEqualTo(content);
    assertThat(store.inFlightBytes())
        .as("no more than the last block is rounded up")
        .isEqualTo((length + 255L) / 256 * 256);
    body.release();
    nothingIsLeftBehindYet();
  }

  private void nothingIsLeftBehindYet() {
    assertThat(store.inFlightBytes()).isZero();
  }

  @Property(tries = 100)
  void anyRangeOfTheContentCanBeRead(
      @ForAll @IntRange(min = 1, max = 100_000) int length,
      @ForAll @IntRange(min = 0, max = 100_000) int a,
      @ForAll @IntRange(min = 0, max = 100_000) int b) {
    Body body = fragmented(length);
    int first = Math.min(a, b) % (length + 1);
    int count = Math.max(a, b) % (length - first + 1);
    byte[] content = Responses.content(KEY, "", length);
    ByteBuffer read = ByteBuffer.allocate(count);
    for (ByteBuffer buffer : body.buffers(first, count)) {
      assertThat(buffer.hasRemaining()).isTrue();
      read.put(buffer);
    }
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(content, first, count));
    body.release();
  }

  /** A body in many extents: every other of many small ones was freed before. */
  private Body fragmented(int length) {
    List<Body> small = new ArrayList<>();
    while (true) {
      Body body = Responses.body(store, KEY, "", 256, true);
      if (body == null || small.size() >= 2000) {
        if (body != null) {
          body.release();
        }
        break;
      }
      small.add(body);
    }
    for (int i = 0; i < small.size(); i += 2) {
      small.get(i).release();
    }
    Body body = requireNonNull(Responses.body(store, KEY, "", length, true));
    for (int i = 1; i < small.size(); i += 2) {
      small.get(i).release();
    }
    return body;
  }

  @Test
  void aBodyInOneExtentIsOneReadOnlyDirectBuffer() {
    Body body = requireNonNull(Responses.body(store, KEY, "", 77_777, true));
    assertThat(body.buffers()).hasSize(1).allMatch(b -> b.isDirect() && b.isReadOnly());
    body.release();
  }

  @Test
  void anEmptyBodyHasNoBuffers() {
    for (long announced : new long[] {0, -1}) {
      Body body = requireNonNull(store.newBody(announced)).complete();
      assertThat(body.length()).isZero();
      assertThat(body.buffers()).isEmpty();
      body.release();
    }
  }

  @Test
  void rangesOutsideTheContentAreRefused() {
    Body body = requireNonNull(Responses.body(store, KEY, "", 10, true));
    assertThatThrownBy(() -> body.buffers(5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
    body.release();
  }

  @Test
  void aBodyIsGoneAfterItsLastHolderReleasedIt() {
    Body body = requireNonNull(Responses.body(store, KEY, "", 10, true));
    assertThat(body.tryRetain()).isTrue();
    body.release();
    assertThat(body.buffers()).hasSize(1);
    body.release();
    assertThat(body.tryRetain()).isFalse();
    assertThatThrownBy(body::release).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(body::buffers).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void abortGivesTheMemoryBackAndMayBeRepeated() {
    BodyWriter writer = requireNonNull(store.newBody(5000));
    assertThat(store.inFlightBytes()).isEqualTo(5120);
    assertThat(writer.append(ByteBuffer.allocate(1000))).isTrue();
    writer.abort();
    writer.abort();
    assertThat(store.inFlightBytes()).isZero();
    assertThat(writer.append(ByteBuffer.allocate(1))).isFalse();
    assertThatThrownBy(writer::complete).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void abortAfterCompleteLeavesTheBodyAlone() {
    BodyWriter writer = requireNonNull(store.newBody(-1));
    writer.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    Body body = writer.complete();
    writer.abort();
    assertThat(Responses.bytes(body)).containsExactly(1, 2, 3);
    body.release();
  }

  @Test
  void aTruncatedBodyNeverBecomesOne() {
    BodyWriter writer = requireNonNull(store.newBody(10));
    writer.append(ByteBuffer.allocate(9));
    assertThatThrownBy(writer::complete)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10 bytes");
  }

  @Test
  void whatHasArrivedCanBeReadBeforeAndAfterTheRest() {
    BodyWriter writer = requireNonNull(store.newBody(-1));
    byte[] content = new byte[100_000];
    new java.util.Random(1).nextBytes(content);
    byte[] read = new byte[content.length];
    int position = 0;
    for (int at = 0; at < content.length; at += 777) {
      writer.append(ByteBuffer.wrap(content, at, Math.min(777, content.length - at)));
      if (at % 2 == 0) {
        position = readOn(writer, position, read);
      }
    }
    Body body = writer.complete();
    position = readOn(writer, position, read);
    assertThat(position).isEqualTo(content.length);
    assertThat(read).isEqualTo(content);
    assertThatThrownBy(() -> writer.read(content.length))
        .isInstanceOf(IndexOutOfBoundsException.class);
    body.release();
  }

  private static int readOn(BodyWriter writer, int from, byte[] into) {
    int position = from;
    while (position < writer.length()) {
      ByteBuffer piece = writer.read(position);
      int count = piece.remaining();
      piece.get(into, position, count);
      position += count;
    }
    return position;
  }

  @Test
  void moreThanWasAnnouncedEndsTheWriter() {
    BodyWriter writer = requireNonNull(store.newBody(10));
    assertThat(writer.append(ByteBuffer.allocate(11))).isFalse();
    writer.abort();
  }

  @Test
  void moreThanTheLargestObjectEndsTheWriterOrNeverStartsIt() {
    assertThat(store.newBody(LIMIT / 2 + 1)).isNull();
    BodyWriter writer = requireNonNull(store.newBody(-1));
    assertThat(writer.append(ByteBuffer.allocate(LIMIT / 2))).isTrue();
    assertThat(writer.append(ByteBuffer.allocate(1))).isFalse();
    assertThat(writer.read(LIMIT / 2 - 1).remaining())
        .as("what came before is still there for its readers")
        .isOne();
    writer.abort();
    assertThat(store.inFlightBytes()).isZero();
  }
}
