package io.cachingproxy.store.memory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocates memory for bodies: from the arena, after taking it from the budget. Freeing returns it
 * to the arena first, then to the budget. Thread-safe.
 */
final class BodySpace {

  private static final Logger LOG = LoggerFactory.getLogger(BodySpace.class);

  /** How long to wait before the JVM is asked again after it has refused memory. */
  private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final OffHeapArena arena;
  private final Budget budget;
  private final LongSupplier nanos;
  private final AtomicBoolean warned = new AtomicBoolean();
  private boolean exhausted;
  private long askedNanos;

  /**
   * Creates a space without allocations.
   *
   * @param nanos a monotonic clock in nanoseconds
   */
  BodySpace(OffHeapArena arena, Budget budget, LongSupplier nanos) {
    this.arena = arena;
    this.budget = budget;
    this.nanos = nanos;
  }

  OffHeapArena arena() {
    return arena;
  }

  /**
   * Allocates that many blocks, all or none, and appends them to {@code extents}; evicts stored
   * responses if necessary.
   *
   * @return false if there is no room at the moment
   */
  boolean allocate(long blocks, Extents extents) {
    return tryAllocate(blocks, extents) || (adaptToExhaustion() && tryAllocate(blocks, extents));
  }

  private boolean tryAllocate(long blocks, Extents extents) {
    long bytes = blocks * ArenaSegment.BLOCK;
    if (!budget.takeForBody(bytes)) {
      return false;
    }
    if (!arena.allocate(blocks, extents)) {
      budget.giveArriving(bytes);
      return false;
    }
    return true;
  }

  /** Lowers the limit to the memory there is, if the JVM gives no more; false otherwise. */
  private boolean adaptToExhaustion() {
    if (!arena.isExhausted()) {
      return false;
    }
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "The JVM gives no more direct memory (its limit is {} bytes): the store keeps to {} bytes"
              + " instead of {}, and tries again every minute; raise -XX:MaxDirectMemorySize or lower"
              + " the memory of the cache",
          DirectMemory.maximum(),
          arena.committed(),
          budget.limit());
    }
    budget.lowerLimit(arena.committed());
    return true;
  }

  /**
   * Restores the full limit once the JVM gives memory again after it had refused: asks it once a
   * minute. To be called periodically, by one thread at a time, which must serve no requests.
   */
  void recover() {
    long now = nanos.getAsLong();
    if (!arena.isExhausted()) {
      exhausted = false;
    } else if (!exhausted) {
      exhausted = true;
      askedNanos = now;
    } else if (now - askedNanos >= RETRY_NANOS) {
      askedNanos = now;
      if (arena.growAgain()) {
        exhausted = false;
        budget.restoreLimit();
        warned.set(false);
        LOG.info(
            "The JVM gives direct memory again: the store takes up to {} bytes", budget.limit());
      }
    }
  }

  /**
   * Frees the last {@code blocks} blocks of the list, which belong to a body that is still
   * arriving.
   */
  void giveBack(Extents extents, long blocks) {
    arena.giveBack(extents, blocks);
    budget.giveArriving(blocks * ArenaSegment.BLOCK);
  }

  /** Records that a body of so many blocks has arrived. */
  void arrived(long blocks) {
    budget.arrived(blocks * ArenaSegment.BLOCK);
  }

  /** Frees an extent of a body that has arrived. */
  void free(long extent) {
    arena.free(extent);
    budget.give((long) Extents.count(extent) * ArenaSegment.BLOCK);
  }
}
