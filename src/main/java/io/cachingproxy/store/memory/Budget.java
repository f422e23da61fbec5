package io.cachingproxy.store.memory;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Accounts for the limit: every byte that the store uses is taken here first, so the sum never
 * exceeds the limit, even under concurrency.
 *
 * <p>A byte is <em>stored</em> while its response is in the index, and <em>arriving</em> until its
 * body is complete. All others are <em>only read</em>: their response was removed from the index
 * while a reader held it. Arriving and only read bytes are in flight, and each kind has a limit of
 * its own, so that it can't block the other. Arriving bodies can evict at most half of what is
 * stored; and once only read bytes exceed a quarter of the limit, responses held by readers are not
 * evicted any more, since that would free nothing. Stored responses are evicted one by one, and
 * only until there is room.
 *
 * <p>Thread-safe. Taking bytes may evict on the calling thread, so it must not happen within an
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
   * Creates an unused budget.
   *
   * @param limit in bytes
   * @param largestBody the length of the largest body that may be stored, in bytes
   * @param evict evicts a stored response, which gives its bytes back unless a reader holds them;
   *     false if none can be evicted
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

  /** The bytes that are neither stored nor arriving, since only readers hold them. */
  long onlyRead() {
    return Math.max(0, used.get() - stored.get() - arriving.get());
  }

  /** Whether an eviction may turn that many more bytes into only read ones. */
  boolean mayBecomeOnlyRead(long bytes) {
    return onlyRead() + bytes <= limit / 4;
  }

  /** How often bytes were refused, or had to be evicted while readers exceeded their limit. */
  long shortages() {
    return shortages.sum();
  }

  /** The bytes that can be stored beside those in flight. */
  long storable() {
    return Math.max(0, limit - inFlight());
  }

  /**
   * Takes bytes for an arriving body, and evicts stored responses if necessary; arriving bodies can
   * evict at most half of what is stored.
   *
   * @return false if there is no room at the moment; then nothing is taken
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

  /** Gives back bytes of an arriving body. */
  void giveArriving(long bytes) {
    give(bytes);
    arrived(bytes);
  }

  /** Records that bytes of a body have arrived; they will be stored, only read or given back. */
  void arrived(long bytes) {
    arriving.addAndGet(-bytes);
  }

  /**
   * Takes bytes for the head of a response whose body has arrived and is about to be stored.
   *
   * @return false if there is no room at the moment; then nothing is taken
   */
  boolean takeForHead(long bytes) {
    return tryTake(bytes) || evictAndTake(bytes, limit);
  }

  /** Gives back bytes that are neither stored nor arriving. */
  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Turns bytes in flight into stored ones, or the reverse if negative. */
  void store(long bytes) {
    stored.addAndGet(bytes);
  }

  /** Turns stored bytes into bytes in flight, until they are given back. */
  void unstore(long bytes) {
    stored.addAndGet(-bytes);
  }

  /** Lowers the limit until {@link #restoreLimit}, and evicts accordingly. */
  void lowerLimit(long bytes) {
    synchronized (this) {
      limit = Math.min(limit, bytes);
    }
    while (used.get() > limit && evict.getAsBoolean()) {
      // Evicts in the condition.
    }
  }

  /** Restores the initial limit. */
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
