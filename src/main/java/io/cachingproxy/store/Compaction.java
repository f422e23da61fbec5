package io.cachingproxy.store;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Collection;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Moves bodies together that lie scattered over the arena, so that their segments can be given up.
 * For one thread at a time, beside all that use the store.
 */
final class Compaction {

  /** How many segments of the arena are emptied at once, so that memory for copies is bounded. */
  private static final int MOST_RETIRED = 8;

  private final OffHeapArena arena;
  private final Collection<Variants> index;
  private final LongFunction<@Nullable BodyWriter> newBody;
  private final BiPredicate<Stored, Stored> exchange;

  /**
   * A compaction that has moved nothing yet.
   *
   * @param index what is stored, at any time
   * @param newBody makes a body of that length; null if there is no room
   * @param exchange puts the second in the place of the first, which it does not release; false if
   *     that one is gone
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

  /** Copies some megabytes at most. */
  void run() {
    BitSet retired = arena.retire(MOST_RETIRED);
    if (retired.isEmpty()) {
      return;
    }
    try {
      for (Variants variants : index) {
        for (Stored stored : variants.responses()) {
          if (stored instanceof StoredResponse response
              && response.body() instanceof ArenaBody body
              && body.touches(retired)) {
            move(response);
          }
        }
      }
    } finally {
      arena.reinstate(retired);
    }
  }

  /** Puts the same response over a copy of its body in its place. */
  private void move(StoredResponse old) {
    if (!old.tryRetain()) {
      return;
    }
    try {
      Body copy = copy(old.body());
      if (copy == null) {
        return;
      }
      if (exchange.test(old, new StoredResponse(old.key(), old.head(), copy, old.stamp()))) {
        old.release();
      } else {
        copy.release();
      }
    } finally {
      old.release();
    }
  }

  private @Nullable Body copy(Body body) {
    BodyWriter writer = newBody.apply(body.length());
    if (writer == null) {
      return null;
    }
    for (ByteBuffer buffer : body.buffers()) {
      writer.append(buffer);
    }
    return writer.complete();
  }
}
