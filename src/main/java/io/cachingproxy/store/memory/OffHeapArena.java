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
 * <p>An allocation is a list of extents. It is one extent where a free one is large enough, and
 * otherwise the largest there are; so every free block can always be used, whatever sizes were
 * stored before, and memory never has to be moved or set apart for a class of sizes. Low addresses
 * are preferred, so that high segments run empty and can be given up when the rest of the store
 * needs their share of the limit ({@link #aim}).
 *
 * <p>Memory is taken from the JVM a segment at a time, when it is first needed: a segment is zeroed
 * when it is taken, which a small one keeps short. Thread-safe; the lock is held for about a
 * microsecond. Reading and writing of allocated extents needs no lock.
 */
final class OffHeapArena {

  /** A segment has at most 2^14 blocks, which is 4 MiB. */
  private static final int MAX_TOP_ORDER = 14;

  private final IntFunction<ByteBuffer> memory;
  private final long capacityBlocks;
  private final int topOrder;

  /** Changed under the lock; who holds an extent may read its segment without. */
  private final SegmentTable segments;

  private volatile boolean growable = true;
  private final AtomicLong failures = new AtomicLong();
  private long freeBlocks;
  private volatile long committed;
  private volatile long used;
  private volatile long aim;

  /**
   * An arena that takes no memory yet.
   *
   * @param capacity the most it will ever take, in bytes
   */
  OffHeapArena(long capacity) {
    this(capacity, ByteBuffer::allocateDirect);
  }

  /**
   * An arena that takes memory from elsewhere.
   *
   * @param memory gives a buffer of that many bytes, or throws {@link OutOfMemoryError}
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

  /** How many blocks hold that many bytes. */
  static long blocksFor(long bytes) {
    return (bytes + BLOCK - 1) / BLOCK;
  }

  /** The bytes taken from the JVM. */
  long committed() {
    return committed;
  }

  /** The bytes in allocated extents. */
  long used() {
    return used;
  }

  /** Whether the JVM has refused to give memory: the arena stays as it is until it gives some. */
  boolean isExhausted() {
    return !growable;
  }

  /** How often the JVM has refused to give memory. */
  long failures() {
    return failures.get();
  }

  /**
   * Asks the JVM once more after it has refused. That may take it half a second, in which others go
   * on: for one thread at a time, one that serves no requests.
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
    // Nobody else adds a segment as long as the arena can't grow.
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
   * @return false if there aren't so many free, or the JVM has no more direct memory
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

  /** The order of the free extent to take next, or -1 if there is none. */
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

  /** Memory from the JVM; null if it has none. */
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

  /** Makes the blocks of an extent free again. */
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

  /** Makes the last {@code blocks} blocks of the list free again and takes them off it. */
  synchronized void giveBack(Extents extents, long blocks) {
    for (long rest = blocks; rest > 0; ) {
      long cut = extents.cutLast(rest);
      rest -= Extents.count(cut);
      free(cut);
    }
  }

  /**
   * Sets how many bytes of memory the arena should stay within as long as what is allocated fits:
   * segments that are wholly free are dropped above that, and their memory goes back to the JVM. At
   * 0 every segment goes as soon as it is wholly free.
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

  /** One segment more than aimed at is kept, lest one be dropped and taken again and again. */
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
   * Retires segments if there are more than aimed at, those with the least in them first, as long
   * as what they hold has room in the others: nothing more is allocated in them, and they are
   * dropped when the last of it is gone. What has not gone when {@link #reinstate} is called is in
   * service again.
   *
   * @param most how many at once
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

  /** Takes those of the segments that are still there back into service. */
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

  /** The number of the segment an extent lies in. */
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
