package io.cachingproxy.store.memory;

import org.jspecify.annotations.Nullable;

/**
 * The segments of an arena by number, and an index of their free extents by order.
 *
 * <p>Not thread-safe, except {@link #get} for a segment that stays present.
 */
final class SegmentTable {

  private final @Nullable ArenaSegment[] segments;

  /** The numbers without a segment. */
  private final BitTree absent;

  /** For each order the segments that have a free extent of it. */
  private final BitTree[] byOrder;

  /** Creates a table without segments, with room for {@code capacity} of them. */
  SegmentTable(int capacity, int topOrder) {
    segments = new @Nullable ArenaSegment[capacity];
    absent = new BitTree(capacity);
    for (int number = 0; number < capacity; number++) {
      absent.add(number);
    }
    byOrder = new BitTree[topOrder + 1];
    for (int order = 0; order <= topOrder; order++) {
      byOrder[order] = new BitTree(capacity);
    }
  }

  ArenaSegment get(int number) {
    ArenaSegment segment = segments[number];
    if (segment == null) {
      throw new IllegalStateException("no memory was allocated in segment " + number);
    }
    return segment;
  }

  /** The segment of that number, or null. */
  @Nullable ArenaSegment find(int number) {
    return segments[number];
  }

  /** The segment with the fewest blocks in use that is not retired, or -1. */
  int leastUsed() {
    int best = -1;
    int leastUsed = Integer.MAX_VALUE;
    for (int number = 0; number < segments.length; number++) {
      ArenaSegment segment = segments[number];
      if (segment != null && !segment.isRetired() && segment.usedBlocks() <= leastUsed) {
        best = number;
        leastUsed = segment.usedBlocks();
      }
    }
    return best;
  }

  /** The lowest number without a segment, or -1. */
  int firstAbsent() {
    return absent.first();
  }

  void add(int number, ArenaSegment segment) {
    absent.remove(number);
    segments[number] = segment;
    noteOrders(number, 0, segment.freeOrders());
  }

  ArenaSegment remove(int number) {
    ArenaSegment segment = get(number);
    if (!segment.isRetired()) {
      noteOrders(number, segment.freeOrders(), 0);
    }
    segments[number] = null;
    absent.add(number);
    return segment;
  }

  /** Updates the index when the orders of a segment's free extents change. */
  void noteOrders(int number, int before, int after) {
    for (int changed = before ^ after; changed != 0; changed &= changed - 1) {
      int order = Integer.numberOfTrailingZeros(changed);
      if ((after & (1 << order)) != 0) {
        byOrder[order].add(number);
      } else {
        byOrder[order].remove(number);
      }
    }
  }

  /** The lowest segment with a free extent of exactly that order, or -1. */
  int firstWith(int order) {
    return byOrder[order].first();
  }

  /**
   * The order of the free extent to use for a number of blocks: of those large enough the smallest
   * in the lowest segment.
   *
   * @param least the smallest order that is large enough
   * @return -1 if no extent is large enough
   */
  int orderFrom(int least) {
    int best = -1;
    int bestSegment = Integer.MAX_VALUE;
    for (int order = least; order < byOrder.length; order++) {
      int segment = firstWith(order);
      if (segment >= 0 && segment < bestSegment) {
        best = order;
        bestSegment = segment;
      }
    }
    return best;
  }

  /** The largest order below that one with a free extent, or -1. */
  int orderBelow(int order) {
    int lower = order - 1;
    while (lower >= 0 && byOrder[lower].isEmpty()) {
      lower--;
    }
    return lower;
  }

  /** The lowest segment that is wholly free, or -1. */
  int firstWhollyFree() {
    int number = firstWith(byOrder.length - 1);
    if (number < 0 && segments.length > 0) {
      // The last segment may be smaller than the others, and then has no extent of the top order.
      int last = segments.length - 1;
      ArenaSegment segment = segments[last];
      return segment != null && segment.isWhollyFree() && !segment.isRetired() ? last : -1;
    }
    return number;
  }
}
