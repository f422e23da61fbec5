package io.cachingproxy.store;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room for bodies: memory of the arena, paid for from the budget. What is allocated here was
 * taken from the budget before, and is given back to it after it is free. Thread-safe.
 */
final class BodySpace {

  private static final Logger LOG = LoggerFactory.getLogger(BodySpace.class);

  private final OffHeapArena arena;
  private final Budget budget;
  private final AtomicBoolean warned = new AtomicBoolean();

  BodySpace(OffHeapArena arena, Budget budget) {
    this.arena = arena;
    this.budget = budget;
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
      budget.give(bytes);
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
              + " instead of {}; raise -XX:MaxDirectMemorySize or lower the memory of the cache",
          DirectMemory.maximum(),
          arena.committed(),
          budget.limit());
    }
    budget.lowerLimit(arena.committed());
    return true;
  }

  /** Gives back the last {@code blocks} blocks of the list. */
  void giveBack(Extents extents, long blocks) {
    arena.giveBack(extents, blocks);
    budget.give(blocks * ArenaSegment.BLOCK);
  }

  /** Gives back an extent. */
  void free(long extent) {
    arena.free(extent);
    budget.give((long) Extents.count(extent) * ArenaSegment.BLOCK);
  }
}
