package io.cachingproxy.store.memory;

import java.util.Arrays;

/**
 * A growing list of extents: ranges of adjacent blocks of an {@link OffHeapArena}, each packed into
 * one {@code long}, with the first block in the upper half and the number of blocks in the lower.
 * Not thread-safe.
 */
final class Extents {

  private static final long[] NONE = {};

  private long[] packed = NONE;
  private int size;
  private long blocks;

  static int first(long extent) {
    return (int) (extent >>> Integer.SIZE);
  }

  static int count(long extent) {
    return (int) extent;
  }

  static long pack(int first, int count) {
    return ((long) first << Integer.SIZE) | count;
  }

  int size() {
    return size;
  }

  long get(int index) {
    return packed[index];
  }

  /** The number of blocks in all extents. */
  long blocks() {
    return blocks;
  }

  void add(long extent) {
    if (size == packed.length) {
      packed = Arrays.copyOf(packed, Math.max(1, size * 2));
    }
    packed[size++] = extent;
    blocks += count(extent);
  }

  /** Extends the last extent. */
  void extendLast(int count) {
    packed[size - 1] += count;
    blocks += count;
  }

  /**
   * Cuts blocks off the end: at most {@code most}, and at most the last extent.
   *
   * @return the extent that was cut off
   */
  long cutLast(long most) {
    long last = packed[size - 1];
    int cut = (int) Math.min(count(last), most);
    int kept = count(last) - cut;
    blocks -= cut;
    if (kept == 0) {
      size--;
    } else {
      packed[size - 1] = pack(first(last), kept);
    }
    return pack(first(last) + kept, cut);
  }

  /** The extents from that index on. */
  long[] from(int index) {
    return index >= size ? NONE : Arrays.copyOfRange(packed, index, size);
  }
}
