package io.cachingproxy.cache.collapse;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.store.Body;
import io.cachingproxy.store.memory.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects what readers see of arriving content, and that its memory goes back, once. */
final class ArrivingBodyTest {

  private static final int LARGEST = 100_000;

  private final MemoryStore store = new MemoryStore(1 << 20, LARGEST, (cause, bytes) -> {});
  private final Random random = new Random(1);

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(store.inFlightBytes()).isZero();
    store.close();
  }

  private ArrivingBody arriving() {
    return new ArrivingBody(requireNonNull(store.newBody(-1)));
  }

  private byte[] content(int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return content;
  }

  /** Reads to the end on its own thread. */
  private static Callable<byte[]> toTheEnd(ArrivingBody.Reader reader) {
    return () -> {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Semaphore more = new Semaphore(0);
      while (true) {
        ArrivingBody.Piece piece = reader.read(more::release);
        if (piece == null) {
          more.acquire();
          continue;
        }
        byte[] copy = new byte[piece.content().remaining()];
        piece.content().get(copy);
        bytes.writeBytes(copy);
        if (piece.last()) {
          reader.close();
          return bytes.toByteArray();
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5_000, 99_999, 250_000})
  void everyReaderSeesTheSameBytesWhetherTheStoreHasRoomOrNot(int length) throws Exception {
    byte[] content = content(length);
    ArrivingBody arriving = arriving();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<byte[]>> results = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      results.add(threads.submit(toTheEnd(requireNonNull(arriving.open()))));
    }
    AtomicReference<@Nullable Body> kept = new AtomicReference<>();
    boolean handing = false;
    for (int at = 0; at < length; ) {
      int count = Math.min(length - at, 1 + random.nextInt(20_000));
      ByteBuffer chunk = ByteBuffer.wrap(content, at, count);
      at += count;
      if (!handing && arriving.append(chunk)) {
        arriving.publish();
        if (at < 90_000) {
          ArrivingBody.Reader late = arriving.open();
          results.add(threads.submit(toTheEnd(requireNonNull(late))));
        }
      } else {
        handing = true;
        Semaphore taken = new Semaphore(0);
        arriving.hand(chunk, at == length, taken::release);
        assertThat(arriving.open()).as("too late for a first byte").isNull();
        taken.acquire();
      }
    }
    if (!handing) {
      arriving.complete(kept::set);
    }
    for (Future<byte[]> result : results) {
      assertThat(result.get()).isEqualTo(content);
    }
    threads.shutdown();
    Body body = kept.get();
    assertThat(body == null).isEqualTo(length > LARGEST);
    if (body != null) {
      assertThat(body.length()).isEqualTo(length);
      body.release();
    }
  }

  @Test
  void aReaderHoldsTheMemoryOfWhatTheStoreHasGivenUp() throws Exception {
    byte[] content = content(50_000);
    ArrivingBody arriving = arriving();
    ArrivingBody.Reader reader = requireNonNull(arriving.open());
    arriving.append(ByteBuffer.wrap(content));
    arriving.complete(Body::release);
    assertThat(store.inFlightBytes()).isPositive();
    assertThat(toTheEnd(reader).call()).isEqualTo(content);
  }

  @Test
  void contentThatBreaksOffFailsItsReadersAndIsNotTakenForWhole() throws Exception {
    ArrivingBody arriving = arriving();
    ArrivingBody.Reader reader = requireNonNull(arriving.open());
    arriving.append(ByteBuffer.wrap(content(10)));
    arriving.publish();
    assertThat(requireNonNull(reader.read(() -> {})).last()).isFalse();
    AtomicInteger woken = new AtomicInteger();
    assertThat(reader.read(woken::incrementAndGet)).isNull();
    arriving.end(new IOException("cut"));
    assertThat(woken).hasValue(1);
    assertThatThrownBy(() -> reader.read(() -> {})).isInstanceOf(IOException.class);
    assertThat(arriving.open()).isNull();
    reader.close();
    reader.close();
  }

  @Test
  void bytesAreSeenOnlyWhenPublishedAndTheEndOnlyWhenStored() throws Exception {
    ArrivingBody arriving = arriving();
    ArrivingBody.Reader reader = requireNonNull(arriving.open());
    arriving.append(ByteBuffer.wrap(content(10)));
    assertThat(reader.read(() -> {})).isNull();
    AtomicInteger stored = new AtomicInteger();
    arriving.complete(
        body -> {
          try {
            assertThat(reader.read(() -> {})).isNull();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          stored.incrementAndGet();
          body.release();
        });
    assertThat(stored).hasValue(1);
    assertThat(requireNonNull(reader.read(() -> {})).last()).isTrue();
    reader.close();
  }

  @Test
  void theLastReadersLeavingIsHeardOfAndNobodyComesAfterThat() {
    ArrivingBody arriving = arriving();
    AtomicInteger abandoned = new AtomicInteger();
    arriving.onAbandoned(abandoned::incrementAndGet);
    ArrivingBody.Reader one = requireNonNull(arriving.open());
    ArrivingBody.Reader two = requireNonNull(arriving.open());
    one.close();
    assertThat(abandoned).hasValue(0);
    assertThat(arriving.closeIfAbandoned()).isFalse();
    two.close();
    assertThat(abandoned).hasValue(1);
    assertThat(arriving.closeIfAbandoned()).isTrue();
    assertThat(arriving.open()).isNull();
    arriving.end(new IOException("nobody"));
  }

  @Test
  void aPieceThatIsHandedOnWaitsForTheSlowestAndNotForThoseWhoLeft() throws Exception {
    ArrivingBody arriving = arriving();
    ArrivingBody.Reader fast = requireNonNull(arriving.open());
    ArrivingBody.Reader slow = requireNonNull(arriving.open());
    AtomicInteger taken = new AtomicInteger();
    arriving.hand(ByteBuffer.wrap(content(10)), false, taken::incrementAndGet);
    fast.read(() -> {});
    fast.read(() -> {});
    assertThat(taken).hasValue(0);
    slow.read(() -> {});
    assertThat(taken).as("the slow one still uses its piece").hasValue(0);
    slow.close();
    assertThat(taken).hasValue(1);
    fast.close();
    arriving.end(new IOException("over"));
  }
}
