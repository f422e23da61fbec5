package io.cachingproxy.store.memory;

/**
 * A set of small integers with fast access to the smallest: a hierarchical bitmap, in which each
 * level has one bit for every 64-bit word of the level below.
 *
 * <p>Every operation touches at most one word per level, so it costs O(log<sub>64</sub> n); a
 * possible member costs about one bit. Not thread-safe.
 */
final class BitTree {

  private static final int SHIFT = 6;

  /**
   * Level 0 has a bit for each possible member; a bit of level n + 1 says that the word of level n
   * is not 0.
   */
  private final long[][] levels;

  /** Creates an empty set of numbers from 0 to {@code capacity - 1}. */
  BitTree(int capacity) {
    int depth = 1;
    for (int words = words(capacity); words > 1; words = words(words)) {
      depth++;
    }
    levels = new long[depth][];
    int bits = capacity;
    for (int level = 0; level < depth; level++) {
      levels[level] = new long[words(bits)];
      bits = levels[level].length;
    }
  }

  private static int words(int bits) {
    return Math.max(1, (bits + Long.SIZE - 1) >>> SHIFT);
  }

  boolean contains(int member) {
    return (levels[0][member >>> SHIFT] & (1L << member)) != 0;
  }

  boolean isEmpty() {
    return levels[levels.length - 1][0] == 0;
  }

  /** The smallest member, or -1 if there is none. */
  int first() {
    if (isEmpty()) {
      return -1;
    }
    int index = 0;
    for (int level = levels.length - 1; level >= 0; level--) {
      index = (index << SHIFT) + Long.numberOfTrailingZeros(levels[level][index]);
    }
    return index;
  }

  void add(int member) {
    int index = member;
    for (long[] level : levels) {
      int word = index >>> SHIFT;
      boolean summaryKnows = level[word] != 0;
      level[word] |= 1L << index;
      if (summaryKnows) {
        return;
      }
      index = word;
    }
  }

  void remove(int member) {
    int index = member;
    for (long[] level : levels) {
      int word = index >>> SHIFT;
      level[word] &= ~(1L << index);
      if (level[word] != 0) {
        return;
      }
      index = word;
    }
  }
}
