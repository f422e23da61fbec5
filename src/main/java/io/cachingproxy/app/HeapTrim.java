package io.cachingproxy.app;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JVM return heap memory when bodies, which are outside the heap, need it. The heap that
 * the heads of many small bodies took stays committed long after they were evicted, since little is
 * allocated while large bodies pass. Then one collection is requested; it is short because few
 * objects are alive.
 *
 * <p>If collecting gained too little, because a larger heap is configured, the next attempt is
 * delayed, longer each time. Not thread-safe.
 */
final class HeapTrim {

  /** What the program needs of the heap without a store: its young generation and its own data. */
  static final long BASE_BYTES = 64L << 20;

  /** The launcher never gives more: beyond it references take twice the space. */
  private static final long LARGEST_HEAP = 30L << 30;

  private static final long LEAST_GAIN = 16L << 20;
  private static final long SHORTEST_PAUSE_MILLIS = 1000;
  private static final long LONGEST_PAUSE_MILLIS = 300_000;

  /**
   * The current memory of the process in bytes.
   *
   * @param limit of the store
   * @param bodies the direct memory of the store
   * @param heads the heap memory of the store
   * @param heap what the JVM has committed for its heap
   */
  record Memory(LongSupplier limit, LongSupplier bodies, LongSupplier heads, LongSupplier heap) {}

  private final Memory memory;
  private final Runnable collect;
  private final LongSupplier millis;
  private long pauseMillis = SHORTEST_PAUSE_MILLIS;
  private long notBeforeMillis;

  /**
   * Creates a trim that has done nothing.
   *
   * @param collect collects garbage before it returns
   * @param millis a monotonic clock in milliseconds
   */
  HeapTrim(Memory memory, Runnable collect, LongSupplier millis) {
    this.memory = memory;
    this.collect = collect;
    this.millis = millis;
    this.notBeforeMillis = millis.getAsLong();
  }

  /**
   * The warning for an operator whose heap can hardly hold the heads of the responses that fit into
   * {@code memory}; null if it is large enough. The launcher gives the heap as much as the memory,
   * plus 128 MB.
   *
   * @param memory the limit of the store, in bytes
   * @param heap the largest size of the heap, in bytes
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

  /** Collects garbage if the process uses too much memory and there is enough to gain. */
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
   * The bytes that a collection could free, or 0 if it isn't worth it: its pause depends on how
   * much is alive.
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
