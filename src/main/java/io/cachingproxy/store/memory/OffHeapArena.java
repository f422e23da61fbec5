package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.ArenaSegment.BLOCK;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory for bodies, in blocks of {@value ArenaSegment#BLOCK} bytes.
 *
 * <p>An allocation is a list of extents: one extent if a free one is large enough, otherwise the
 * largest there are. So every free block can be used by any body, whatever sizes were stored
 * before; no memory is reserved for a size class or has to be moved. Placement is first fit by
 * address among the segments, and best fit within a segment: of the free extents that are large
 * enough, the smallest in the lowest segment is used. So high segments become empty and can be
 * freed when the rest of the store needs their share of the limit ({@link #aim}). {@link
 * ArenaSegment} keeps the free extents of one segment.
 *
 * <p>Memory is taken from the JVM one segment at a time, when it is first needed; segments are
 * small because the JVM zeroes them. Thread-safe; the lock is held for about a microsecond. Reading
 * and writing allocated extents needs no lock.
 */
final class OffHeapArena {

  /** A segment has at most 2^14 blocks, which is 4 MiB. */
  private static final int MAX_TOP_ORDER = 14;

  private final IntFunction<ByteBuffer> memory;
  private final long capacityBlocks;
  private final int topOrder;

  /** Changed under the lock; the holder of an extent may read its segment without it. */
  private final SegmentTable segments;

  private volatile boolean growable = true;
  private final AtomicLong failures = new AtomicLong();
  private long freeBlocks;
  private volatile long committed;
  private volatile long used;
  private volatile long aim;

  /**
   * Creates an arena that has no memory yet.
   *
   * @param capacity the most it will ever take, in bytes
   */
  OffHeapArena(long capacity) {
    this(capacity, ByteBuffer::allocateDirect);
  }

  /**
   * Creates an arena with another source of memory.
   *
   * @param memory returns a buffer of that many bytes, or throws {@link OutOfMemoryError}
   */
  OffHeapArena(long capacity, IntFunction<ByteBuffer> memory) {
    this.memory = memory;
    capacityBlocks = capacity / BLOCK;
    if (capacity < 0 || capacityBlocks > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "capacity must be from 0 to " + (long) Integer.MAX_VALUE * BLOCK + " bytes: " + capacity);
    }
    topOrder = (int) Math.min(MAX_TOP_ORDER, ceilLog2(Math.max(1, capacityBlocks)));
    int count = (int) ((capacityBlocks + (1L << topOrder) - 1) >>> topOrder);
    segments = new SegmentTable(count, topOrder);
    aim = capacity;
  }

  static int ceilLog2(long number) {
    return number <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(number - 1);
  }

  /** The number of blocks for that many bytes. */
  static long blocksFor(long bytes) {
    return (bytes + BLOCK - 1) / BLOCK;
  }

  /** The bytes allocated from the JVM. */
  long committed() {
    return committed;
  }

  /** The bytes in allocated extents. */
  long used() {
    return used;
  }

  /**
   * Whether the JVM has refused memory: the arena doesn't grow until {@link #growAgain} succeeds.
   */
  boolean isExhausted() {
    return !growable;
  }

  /** How often the JVM has refused memory. */
  long failures() {
    return failures.get();
  }

  /**
   * Asks the JVM once more after it has refused. That may take half a second, during which the
   * arena stays usable. To be called by one thread at a time, which must serve no requests.
   *
   * @return whether the arena can grow again
   */
  boolean growAgain() {
    int number;
    synchronized (this) {
      number = segments.firstAbsent();
      if (growable || number < 0) {
        growable = true;
        return true;
      }
    }
    // No other thread adds a segment while the arena can't grow.
    ArenaSegment segment = newSegment(number);
    if (segment == null) {
      return false;
    }
    synchronized (this) {
      growable = true;
      if (aim == 0) {
        segment.free();
      } else {
        add(number, segment);
      }
    }
    return true;
  }

  /**
   * Allocates that many blocks, all or none, and appends them to {@code extents}.
   *
   * @return false if not enough are free and the JVM gives no more direct memory
   */
  synchronized boolean allocate(long blocks, Extents extents) {
    if (blocks > capacityBlocks - used / BLOCK) {
      return false;
    }
    long before = extents.blocks();
    long rest = blocks;
    while (rest > 0) {
      int order = orderFor(rest);
      if (order < 0) {
        giveBack(extents, extents.blocks() - before);
        return false;
      }
      rest -= takeFrom(order, rest, extents);
    }
    return true;
  }

  /** The order of the free extent to use next, or -1 if there is none. */
  private int orderFor(long rest) {
    int wanted = Math.min(topOrder, ceilLog2(rest));
    int order = segments.orderFrom(wanted);
    boolean mayGrow = rest > freeBlocks || committed + segmentBytes() <= aim;
    if (order < 0 && mayGrow && grow()) {
      order = segments.orderFrom(wanted);
    }
    return order < 0 ? segments.orderBelow(wanted) : order;
  }

  private int takeFrom(int order, long most, Extents extents) {
    int number = segments.firstWith(order);
    ArenaSegment segment = segments.get(number);
    int count = (int) Math.min(most, 1L << order);
    int ordersBefore = segment.freeOrders();
    int first = (number << topOrder) + segment.take(order, count);
    segments.noteOrders(number, ordersBefore, segment.freeOrders());
    freeBlocks -= count;
    used += (long) count * BLOCK;
    append(extents, first, count);
    return count;
  }

  private void append(Extents extents, int first, int count) {
    if (extents.size() > 0) {
      long last = extents.get(extents.size() - 1);
      boolean startsSegment = (first & ((1 << topOrder) - 1)) == 0;
      if (Extents.first(last) + Extents.count(last) == first && !startsSegment) {
        extents.extendLast(count);
        return;
      }
    }
    extents.add(Extents.pack(first, count));
  }

  private boolean grow() {
    int number = segments.firstAbsent();
    if (number < 0 || !growable) {
      return false;
    }
    ArenaSegment segment = newSegment(number);
    if (segment == null) {
      growable = false;
      return false;
    }
    add(number, segment);
    return true;
  }

  /** A segment with memory from the JVM; null if it refuses. */
  private @Nullable ArenaSegment newSegment(int number) {
    long before = (long) number << topOrder;
    int blocks = (int) Math.min(1L << topOrder, capacityBlocks - before);
    try {
      return new ArenaSegment(memory.apply(blocks * BLOCK), topOrder);
    } catch (OutOfMemoryError e) {
      failures.incrementAndGet();
      return null;
    }
  }

  private void add(int number, ArenaSegment segment) {
    segments.add(number, segment);
    freeBlocks += segment.freeBlocks();
    committed += segment.bytes();
  }

  /** Frees the blocks of an extent. */
  synchronized void free(long extent) {
    int number = Extents.first(extent) >>> topOrder;
    ArenaSegment segment = segments.get(number);
    int ordersBefore = segment.freeOrders();
    segment.give(Extents.first(extent) - (number << topOrder), Extents.count(extent));
    used -= (long) Extents.count(extent) * BLOCK;
    if (!segment.isRetired()) {
      segments.noteOrders(number, ordersBefore, segment.freeOrders());
      freeBlocks += Extents.count(extent);
    }
    if (segment.isWhollyFree() && (segment.isRetired() || isTooMuch())) {
      drop(number);
    }
  }

  /** Frees the last {@code blocks} blocks of the list and removes them from it. */
  synchronized void giveBack(Extents extents, long blocks) {
    for (long rest = blocks; rest > 0; ) {
      long cut = extents.cutLast(rest);
      rest -= Extents.count(cut);
      free(cut);
    }
  }

  /**
   * Sets how many bytes of memory the arena should stay within if its allocations fit: above that,
   * segments that are wholly free are returned to the JVM. At 0 every segment is returned as soon
   * as it is wholly free.
   */
  void aim(long bytes) {
    aim = bytes;
    if (bytes == 0 || committed - segmentBytes() >= bytes) {
      dropFreeSegments();
    }
  }

  private synchronized void dropFreeSegments() {
    int number = segments.firstWhollyFree();
    while (number >= 0 && isTooMuch()) {
      drop(number);
      number = segments.firstWhollyFree();
    }
  }

  /** One segment beyond the aim is kept, so that none is dropped and allocated again repeatedly. */
  private boolean isTooMuch() {
    return aim == 0 || (growable && committed - segmentBytes() >= aim);
  }

  private void drop(int number) {
    ArenaSegment segment = segments.remove(number);
    if (!segment.isRetired()) {
      freeBlocks -= segment.freeBlocks();
    }
    committed -= segment.bytes();
    segment.free();
  }

  /**
   * Retires segments if there are more than aimed at, the least used first, as long as their
   * content fits into the others: nothing more is allocated in a retired segment, and it is dropped
   * once it is empty. {@link #reinstate} ends the retirement of those that are not.
   *
   * @param most how many to retire at once
   * @return their numbers
   */
  synchronized BitSet retire(int most) {
    BitSet retired = new BitSet();
    long excess = Math.min(most, (committed - aim) / segmentBytes() - 1);
    long toMove = 0;
    while (retired.cardinality() < excess) {
      int number = segments.leastUsed();
      ArenaSegment segment = number < 0 ? null : segments.find(number);
      if (segment == null || toMove + segment.usedBlocks() > freeBlocks - segment.freeBlocks()) {
        break;
      }
      segments.noteOrders(number, segment.freeOrders(), 0);
      segment.retire(true);
      freeBlocks -= segment.freeBlocks();
      toMove += segment.usedBlocks();
      retired.set(number);
    }
    return retired;
  }

  /** Returns the retired segments that still exist to service. */
  synchronized void reinstate(BitSet retired) {
    for (int number = retired.nextSetBit(0); number >= 0; number = retired.nextSetBit(number + 1)) {
      ArenaSegment segment = segments.find(number);
      if (segment != null && segment.isRetired()) {
        segment.retire(false);
        segments.noteOrders(number, 0, segment.freeOrders());
        freeBlocks += segment.freeBlocks();
      }
    }
  }

  /** The number of the segment that contains an extent. */
  int segmentOf(long extent) {
    return Extents.first(extent) >>> topOrder;
  }

  private long segmentBytes() {
    return (long) BLOCK << topOrder;
  }

  /** Copies bytes into allocated memory, {@code offset} bytes after the start of that block. */
  void write(int block, int offset, ByteBuffer source, int sourceOffset, int length) {
    int number = block >>> topOrder;
    int start = (block - (number << topOrder)) * BLOCK + offset;
    segments.get(number).write(start, source, sourceOffset, length);
  }

  /** A new read-only view of allocated memory; valid until the extent is freed. */
  ByteBuffer read(int block, int offset, int length) {
    int number = block >>> topOrder;
    return segments.get(number).read((block - (number << topOrder)) * BLOCK + offset, length);
  }
}
