package io.cachingproxy.store.memory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room for bodies: memory of the arena, paid for from the budget. What is allocated here was
 * taken from the budget before, and is given back to it after it is free. Thread-safe.
 */
final class BodySpace {

  private static final Logger LOG = LoggerFactory.getLogger(BodySpace.class);

  /** How long after the JVM has refused memory it is asked again. */
  private static final long RETRY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final OffHeapArena arena;
  private final Budget budget;
  private final LongSupplier nanos;
  private final AtomicBoolean warned = new AtomicBoolean();
  private boolean exhausted;
  private long askedNanos;

  /**
   * Room of which nothing is taken.
   *
   * @param nanos a clock that never goes back
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
   * Allocates that many blocks, all or none, and appends them to {@code extents}; evicts for them
   * if need be.
   *
   * @return false if there is no room now
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

  /** Makes do with the memory there is, if the JVM gives no more; false if that's not the case. */
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
   * Makes use of the whole limit again once the JVM gives memory after it had refused: asks it once
   * a minute. To be called now and then, on a thread that serves no requests, by one at a time.
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

  /** Gives back the last {@code blocks} blocks of the list, of a body that is still arriving. */
  void giveBack(Extents extents, long blocks) {
    arena.giveBack(extents, blocks);
    budget.giveArriving(blocks * ArenaSegment.BLOCK);
  }

  /** A body in so many blocks has arrived. */
  void arrived(long blocks) {
    budget.arrived(blocks * ArenaSegment.BLOCK);
  }

  /** Gives back an extent of a body that had arrived. */
  void free(long extent) {
    arena.free(extent);
    budget.give((long) Extents.count(extent) * ArenaSegment.BLOCK);
  }
}
