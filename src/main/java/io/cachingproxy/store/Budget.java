package io.cachingproxy.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The ledger of the limit: every byte the store takes is taken here first, so the sum can't exceed
 * the limit, whatever threads do at the same time.
 *
 * <p>A byte is <em>stored</em> while the response it belongs to is in the index. The others are
 * <em>in flight</em>: of bodies still arriving, and of bodies that left the index while a reader
 * held them. The index may hold the limit less a reserve for what is in flight. The reserve moves
 * in coarse steps, because moving it makes the index evict and starts its adaption anew; bodies of
 * usual number and size fit into the first step.
 *
 * <p>Thread-safe. Taking may evict on the calling thread, so it must not be done within an
 * operation on the index.
 */
final class Budget {

  private static final long LEAST_STEP = 64L << 10;
  private static final long MOST_STEP = 32L << 20;

  /** An attempt to evict can be in vain as often as readers hold what was evicted. */
  private static final int ATTEMPTS = 4;

  private final long largestBody;
  private final LongConsumer shrinkIndex;

  private final AtomicLong used = new AtomicLong();
  private final AtomicLong stored = new AtomicLong();
  private volatile long limit;
  private volatile long reserve;

  /**
   * A budget of which nothing is taken.
   *
   * @param limit in bytes
   * @param largestBody the bytes of the largest body that may be stored
   * @param shrinkIndex sets how many bytes the index may hold and evicts what is above that, before
   *     it returns
   */
  Budget(long limit, long largestBody, LongConsumer shrinkIndex) {
    this.limit = limit;
    this.largestBody = largestBody;
    this.shrinkIndex = shrinkIndex;
    this.reserve = step();
  }

  long limit() {
    return limit;
  }

  /** The bytes taken, stored and in flight. */
  long used() {
    return used.get();
  }

  long stored() {
    return stored.get();
  }

  long inFlight() {
    return Math.max(0, used.get() - stored.get());
  }

  /** What the index may hold now. */
  long indexLimit() {
    return Math.max(0, limit - reserve);
  }

  /**
   * Takes bytes for a body that arrives, and evicts stored responses if need be; but what is in
   * flight can't drive out more than half of them.
   *
   * @return false if they can't be had now; nothing is taken then
   */
  boolean takeForBody(long bytes) {
    return tryTake(bytes) || evictAndTake(bytes, Math.max(limit / 2, largestBody));
  }

  /**
   * Takes bytes for the head of a response whose body has arrived and is about to be stored.
   *
   * @return false if they can't be had now; nothing is taken then
   */
  boolean takeForHead(long bytes) {
    return tryTake(bytes) || evictAndTake(bytes, limit);
  }

  /** Gives back bytes in flight. */
  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes in flight are stored from now on, or fewer if negative. */
  void store(long bytes) {
    stored.addAndGet(bytes);
  }

  /** Stored bytes are in flight from now on, until given back. */
  void unstore(long bytes) {
    stored.addAndGet(-bytes);
  }

  /** Gives what is reserved but no longer needed back to the index. */
  void relax() {
    if (reserve > step() && reserve >= 2 * reserveFor(0)) {
      synchronized (this) {
        long wanted = reserveFor(0);
        if (reserve >= 2 * wanted) {
          moveReserve(wanted);
        }
      }
    }
  }

  /** Makes the limit smaller, for good. */
  synchronized void lowerLimit(long bytes) {
    if (bytes < limit) {
      limit = bytes;
      moveReserve(reserveFor(0));
    }
  }

  private boolean tryTake(long bytes) {
    long before = used.get();
    while (bytes <= limit - before) {
      if (used.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = used.get();
    }
    return false;
  }

  private synchronized boolean evictAndTake(long bytes, long mostInFlight) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (inFlight() + bytes > Math.min(limit, mostInFlight)) {
        return false;
      }
      moveReserve(Math.max(reserve, reserveFor(bytes)));
      if (tryTake(bytes)) {
        return true;
      }
    }
    return false;
  }

  private long step() {
    return Math.min(limit / 4, Math.max(LEAST_STEP, Math.min(MOST_STEP, limit / 64)));
  }

  private long reserveFor(long more) {
    long step = Math.max(1, step());
    long steps = Math.max(1, (inFlight() + more + step - 1) / step);
    return Math.min(limit, steps * step);
  }

  private void moveReserve(long bytes) {
    reserve = bytes;
    shrinkIndex.accept(indexLimit());
  }
}
