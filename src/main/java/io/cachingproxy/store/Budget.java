package io.cachingproxy.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The ledger of the limit: every byte the store takes is taken here first, so the sum can't exceed
 * the limit, whatever threads do at the same time.
 *
 * <p>A byte is <em>stored</em> while the response it belongs to is in the index. The others are
 * <em>in flight</em>: of bodies still arriving, and of bodies that left the index while a reader
 * held them. Stored responses are evicted one after the other until there is room, and no more.
 *
 * <p>Thread-safe. Taking may evict on the calling thread, so it must not be done within an
 * operation on the index.
 */
final class Budget {

  private final long largestBody;
  private final BooleanSupplier evict;

  private final AtomicLong used = new AtomicLong();
  private final AtomicLong stored = new AtomicLong();
  private volatile long limit;

  /**
   * A budget of which nothing is taken.
   *
   * @param limit in bytes
   * @param largestBody the bytes of the largest body that may be stored
   * @param evict evicts a stored response and gives its bytes back, unless a reader holds them;
   *     false if none is left
   */
  Budget(long limit, long largestBody, BooleanSupplier evict) {
    this.limit = limit;
    this.largestBody = largestBody;
    this.evict = evict;
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

  /** What may be stored beside what is in flight now. */
  long storable() {
    return Math.max(0, limit - inFlight());
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

  /** Makes the limit smaller, for good. */
  void lowerLimit(long bytes) {
    synchronized (this) {
      limit = Math.min(limit, bytes);
    }
    while (used.get() > limit && evict.getAsBoolean()) {
      // As often as it takes.
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

  private boolean evictAndTake(long bytes, long mostInFlight) {
    while (inFlight() + bytes <= Math.min(limit, mostInFlight)) {
      if (tryTake(bytes)) {
        return true;
      }
      if (!evict.getAsBoolean()) {
        return tryTake(bytes);
      }
    }
    return false;
  }
}
