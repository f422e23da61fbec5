package io.cachingproxy.app;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the heap give memory back when bodies, which lie outside it, have come to need it: what the
 * heads of many small bodies took stays with the collector long after they have left, since little
 * is allocated while large bodies pass. Then one collection is asked for; it is short because
 * little is alive.
 *
 * <p>If it was in vain, because somebody has set a larger heap, the next one comes later each time.
 * Not thread-safe.
 */
final class HeapTrim {

  /** What the program takes of the heap without a store: its young generation and its own data. */
  static final long BASE_BYTES = 64L << 20;

  /** More than the launcher ever gives: beyond it references take twice the room. */
  private static final long LARGEST_HEAP = 30L << 30;

  private static final long LEAST_GAIN = 16L << 20;
  private static final long SHORTEST_PAUSE_MILLIS = 1000;
  private static final long LONGEST_PAUSE_MILLIS = 300_000;

  /**
   * The process's memory in bytes, as it is when asked for.
   *
   * @param limit what the store may take
   * @param bodies what it has taken outside the heap
   * @param heads what it takes of the heap
   * @param heap what the JVM has taken for its heap
   */
  record Memory(LongSupplier limit, LongSupplier bodies, LongSupplier heads, LongSupplier heap) {}

  private final Memory memory;
  private final Runnable collect;
  private final LongSupplier millis;
  private long pauseMillis = SHORTEST_PAUSE_MILLIS;
  private long notBeforeMillis;

  /**
   * A trim that has done nothing yet.
   *
   * @param collect collects garbage before it returns
   * @param millis a clock that never goes back
   */
  HeapTrim(Memory memory, Runnable collect, LongSupplier millis) {
    this.memory = memory;
    this.collect = collect;
    this.millis = millis;
    this.notBeforeMillis = millis.getAsLong();
  }

  /**
   * What to tell whoever runs the program with a heap that the heads of the responses that {@code
   * memory} is for may well fill; null if it is large enough. The launcher gives it as much as the
   * memory, and 128 MB.
   *
   * @param memory what the store may take, in bytes
   * @param heap what the heap may take, in bytes
   */
  static @Nullable String warning(long memory, long heap) {
    long muchTooSmall = BASE_BYTES / 2 + memory / 5 * 2;
    if (heap >= Math.min(muchTooSmall, LARGEST_HEAP)) {
      return null;
    }
    long enough = Math.min(2 * BASE_BYTES + memory, LARGEST_HEAP) >> 20;
    return "the heap can't hold the heads of small responses that fill the memory of %d MB: it has %d MB; start Java with -Xmx%dm, as the launcher does"
        .formatted(memory >> 20, heap >> 20, enough);
  }

  /** Collects garbage if the process takes too much and there is enough to gain. */
  void trim() {
    long gain = gain();
    if (gain <= 0 || millis.getAsLong() < notBeforeMillis) {
      return;
    }
    long before = memory.heap().getAsLong();
    collect.run();
    boolean worthIt = before - memory.heap().getAsLong() >= gain / 4;
    pauseMillis = worthIt ? SHORTEST_PAUSE_MILLIS : Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    notBeforeMillis = millis.getAsLong() + pauseMillis;
  }

  /**
   * The bytes a collection could give back, or 0 if it isn't worth it: the time it stops the
   * program for goes by what is alive.
   */
  private long gain() {
    long limit = memory.limit().getAsLong();
    long heap = memory.heap().getAsLong();
    long excess = memory.bodies().getAsLong() + heap - BASE_BYTES - limit - limit / 6;
    long gain = heap - BASE_BYTES - memory.heads().getAsLong();
    long worth = Math.max(LEAST_GAIN, Math.max(limit / 16, memory.heads().getAsLong() / 3));
    return excess > 0 && gain >= worth ? gain : 0;
  }
}
