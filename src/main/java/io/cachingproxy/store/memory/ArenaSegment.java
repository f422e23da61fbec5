package io.cachingproxy.store.memory;

import java.nio.ByteBuffer;

/**
 * One piece of off-heap memory and its free extents, kept by the binary buddy scheme (Kenneth C.
 * Knowlton, <i>A fast storage allocator</i>, 1965).
 *
 * <p>Invariants: a free extent is a power of two of blocks, aligned to its size, and two free
 * buddies are always merged. Unlike in the classic scheme an allocation need not be a power of two:
 * {@link #take} cuts any number of blocks off a free extent and leaves the rest free, so a body
 * usually lies in one piece and nothing is lost by rounding. Not thread-safe, except for the
 * buffers.
 */
final class ArenaSegment {

  /** The size of a block in bytes: the unit of allocation. */
  static final int BLOCK = 256;

  private final ByteBuffer writable;
  private final ByteBuffer readable;
  private final int blocks;
  private final int topOrder;

  /** The free extents by order: {@code i} in {@code free[k]} is blocks i·2^k to (i+1)·2^k - 1. */
  private final BitTree[] free;

  /** The orders that have free extents, one bit each. */
  private int freeOrders;

  private int freeBlocks;

  /** Whether it is being emptied: nothing is allocated in it then. */
  private boolean retired;

  /**
   * Creates a segment that is wholly free.
   *
   * @param memory a whole number of blocks, at most 2^topOrder
   */
  ArenaSegment(ByteBuffer memory, int topOrder) {
    this.writable = memory;
    this.readable = writable.asReadOnlyBuffer();
    this.blocks = memory.capacity() / BLOCK;
    this.topOrder = topOrder;
    this.free = new BitTree[topOrder + 1];
    for (int order = 0; order <= topOrder; order++) {
      free[order] = new BitTree(1 << (topOrder - order));
    }
    give(0, blocks);
  }

  /** The orders that have free extents, one bit each. */
  int freeOrders() {
    return freeOrders;
  }

  int freeBlocks() {
    return freeBlocks;
  }

  int usedBlocks() {
    return blocks - freeBlocks;
  }

  boolean isRetired() {
    return retired;
  }

  void retire(boolean now) {
    retired = now;
  }

  boolean isWhollyFree() {
    return freeBlocks == blocks;
  }

  long bytes() {
    return (long) blocks * BLOCK;
  }

  /**
   * Allocates {@code count} adjacent blocks from the lowest free extent of that order, which must
   * exist and be large enough.
   *
   * @return the first block
   */
  int take(int order, int count) {
    int index = free[order].first();
    removeFree(index, order);
    freeBlocks -= 1 << order;
    int first = index << order;
    give(first + count, (1 << order) - count);
    return first;
  }

  /** Frees those blocks. */
  void give(int first, int count) {
    freeBlocks += count;
    int at = first;
    int end = first + count;
    while (at < end) {
      int aligned = at == 0 ? topOrder : Math.min(topOrder, Integer.numberOfTrailingZeros(at));
      int order = Math.min(aligned, log2(end - at));
      join(at >>> order, order);
      at += 1 << order;
    }
  }

  private void join(int index, int order) {
    int joined = index;
    int level = order;
    while (level < topOrder && free[level].contains(joined ^ 1)) {
      removeFree(joined ^ 1, level);
      joined >>>= 1;
      level++;
    }
    free[level].add(joined);
    freeOrders |= 1 << level;
  }

  private void removeFree(int index, int order) {
    free[order].remove(index);
    if (free[order].isEmpty()) {
      freeOrders &= ~(1 << order);
    }
  }

  /**
   * Copies bytes of {@code source} to {@code offset} without changing any position. May be called
   * by several threads at once for different offsets.
   */
  void write(int offset, ByteBuffer source, int sourceOffset, int length) {
    writable.put(offset, source, sourceOffset, length);
  }

  /** A new read-only view of those bytes. */
  ByteBuffer read(int offset, int length) {
    return readable.slice(offset, length);
  }

  /** Frees the memory. The segment must be wholly free, and can't be used afterwards. */
  void free() {
    DirectMemory.free(writable);
  }

  /** The binary logarithm, rounded down. */
  static int log2(int number) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(number);
  }
}
