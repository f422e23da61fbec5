package io.cachingproxy.store.memory;

import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Moves scattered bodies together, so that segments of the arena can be freed. Used by one thread
 * at a time, while others use the store.
 */
final class Compaction {

  /** How many segments are emptied at once, which limits the memory for copies. */
  private static final int MAX_RETIRED = 8;

  /**
   * How many calls are skipped at most, about 3 s, after a pass over the index has copied nothing:
   * segments may be held by bodies that are not stored, but arriving or only read.
   */
  private static final int LONGEST_PAUSE = 63;

  private final OffHeapArena arena;
  private final Collection<Variants> index;
  private final LongFunction<@Nullable BodyWriter> newBody;
  private final BiPredicate<Stored, Stored> exchange;
  private int copies;
  private int pause;
  private int lastPause;

  /**
   * Creates a compaction that has moved nothing.
   *
   * @param index a live view of what is stored
   * @param newBody starts a body of that length; null if there is no room
   * @param exchange replaces the first by the second without releasing the first; false if the
   *     first is no longer stored
   */
  Compaction(
      OffHeapArena arena,
      Collection<Variants> index,
      LongFunction<@Nullable BodyWriter> newBody,
      BiPredicate<Stored, Stored> exchange) {
    this.arena = arena;
    this.index = index;
    this.newBody = newBody;
    this.exchange = exchange;
  }

  /** Runs one pass, which copies a few megabytes at most. */
  void run() {
    if (pause > 0) {
      pause--;
      return;
    }
    BitSet retired = arena.retire(MAX_RETIRED);
    if (retired.isEmpty()) {
      lastPause = 0;
      return;
    }
    int copiesBefore = copies;
    try {
      for (Variants variants : index) {
        for (Stored stored : variants.responses()) {
          if (ArenaUse.touches(stored, retired)) {
            move(stored, retired);
          }
        }
      }
    } finally {
      arena.reinstate(retired);
      lastPause = copies == copiesBefore ? Math.min(LONGEST_PAUSE, 2 * lastPause + 1) : 0;
      pause = lastPause;
    }
  }

  /** Replaces a response by the same entry with copies of the content that must move. */
  private void move(Stored old, BitSet retired) {
    if (!old.tryRetain()) {
      return;
    }
    try {
      int copiesBefore = copies;
      Stored moved = moved(old, retired);
      if (moved == null) {
        return;
      }
      if (copies > copiesBefore && exchange.test(old, moved)) {
        old.release();
      } else {
        moved.release();
      }
    } finally {
      old.release();
    }
  }

  private @Nullable Stored moved(Stored old, BitSet retired) {
    PartialBody parts = ArenaUse.parts(old);
    if (parts == null) {
      Body body = ((StoredResponse) old).body();
      Body copy = copy(body.buffers(), body.length());
      return copy == null ? null : new StoredResponse(old.key(), old.head(), copy, old.stamp());
    }
    PartialBody copied = parts.copied(body -> ArenaUse.touches(body, retired), this::copy);
    return old instanceof PartialResponse
        ? new PartialResponse(old.key(), old.head(), copied, old.stamp())
        : new StoredResponse(old.key(), old.head(), copied.complete(), old.stamp());
  }

  private @Nullable Body copy(List<ByteBuffer> buffers, long length) {
    BodyWriter writer = newBody.apply(length);
    if (writer == null) {
      return null;
    }
    for (ByteBuffer buffer : buffers) {
      writer.append(buffer);
    }
    copies++;
    return writer.complete();
  }
}
