package io.cachingproxy.store.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * The ledger of the limit: every byte the store takes is taken here first, so the sum can't exceed
 * the limit, whatever threads do at the same time.
 *
 * <p>A byte is <em>stored</em> while the response it belongs to is in the index, and
 * <em>arriving</em> until its body is complete. The others are <em>only read</em>: of bodies that
 * left the index while a reader held them. Arriving and only read are in flight, and each has a
 * budget of its own, so that the one can't stop the other: bodies that arrive can drive out half of
 * what is stored, and where readers keep a quarter of the limit already, what they hold isn't
 * evicted any more, which would free nothing. Stored responses are evicted one after the other
 * until there is room, and no more.
 *
 * <p>Thread-safe. Taking may evict on the calling thread, so it must not be done within an
 * operation on the index.
 */
final class Budget {

  private final long largestBody;
  private final BooleanSupplier evict;

  private final AtomicLong used = new AtomicLong();
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong arriving = new AtomicLong();
  private final LongAdder shortages = new LongAdder();
  private final long fullLimit;
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
    this.fullLimit = limit;
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

  /** The bytes of bodies that are neither stored nor arriving: readers hold them. */
  long onlyRead() {
    return Math.max(0, used.get() - stored.get() - arriving.get());
  }

  /** Whether that many more bytes may become such by an eviction. */
  boolean mayBecomeOnlyRead(long bytes) {
    return onlyRead() + bytes <= limit / 4;
  }

  /**
   * How often bytes could not be had, or had to be taken from what is stored while readers kept
   * more than their budget.
   */
  long shortages() {
    return shortages.sum();
  }

  /** What may be stored beside what is in flight now. */
  long storable() {
    return Math.max(0, limit - inFlight());
  }

  /**
   * Takes bytes for a body that arrives, and evicts stored responses if need be; but what arrives
   * can't drive out more than half of them.
   *
   * @return false if they can't be had now; nothing is taken then
   */
  boolean takeForBody(long bytes) {
    boolean taken = tryTake(bytes);
    if (!taken) {
      if (!mayBecomeOnlyRead(0)) {
        shortages.increment();
      }
      taken = evictAndTake(bytes, Math.max(limit / 2, largestBody) - arriving.get());
    }
    if (taken) {
      arriving.addAndGet(bytes);
    }
    return taken;
  }

  /** Gives back bytes taken for a body that arrives. */
  void giveArriving(long bytes) {
    give(bytes);
    arrived(bytes);
  }

  /** Bytes taken for a body have arrived: they are stored, only read or given back soon. */
  void arrived(long bytes) {
    arriving.addAndGet(-bytes);
  }

  /**
   * Takes bytes for the head of a response whose body has arrived and is about to be stored.
   *
   * @return false if they can't be had now; nothing is taken then
   */
  boolean takeForHead(long bytes) {
    return tryTake(bytes) || evictAndTake(bytes, limit);
  }

  /** Gives back bytes that are neither stored nor arriving. */
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

  /** Makes the limit smaller, until {@link #restoreLimit}. */
  void lowerLimit(long bytes) {
    synchronized (this) {
      limit = Math.min(limit, bytes);
    }
    while (used.get() > limit && evict.getAsBoolean()) {
      // As often as it takes.
    }
  }

  /** Makes the limit what it was at first. */
  void restoreLimit() {
    synchronized (this) {
      limit = fullLimit;
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

  private boolean evictAndTake(long bytes, long most) {
    while (bytes <= most && inFlight() + bytes <= limit) {
      if (tryTake(bytes)) {
        return true;
      }
      if (!evict.getAsBoolean()) {
        break;
      }
    }
    boolean taken = tryTake(bytes);
    if (!taken) {
      shortages.increment();
    }
    return taken;
  }
}
