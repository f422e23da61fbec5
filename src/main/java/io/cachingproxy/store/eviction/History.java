package io.cachingproxy.store.eviction;

/**
 * Remembers the uses of evicted entries, approximately, for as many evictions as there are entries:
 * a ghost list as in ARC (Nimrod Megiddo and Dharmendra S. Modha, <i>ARC: A Self-Tuning, Low
 * Overhead Replacement Cache</i>, 2003), but one that restores an entry's uses. It keeps hash codes
 * only, in a set-associative table. Requires the policy's lock.
 */
final class History {

  /** How many places are searched for a hash code. */
  private static final int WAYS = 4;

  private static final int LEAST_PLACES = 64;
  private static final int MAX_PLACES = 1 << 24;
  private static final int MAX_USES = (1 << 10) - 1;
  private static final int STAMP_BITS = 21;
  private static final int STAMP_MASK = (1 << STAMP_BITS) - 1;

  /**
   * A hash code, uses (10 bits, plus one so that no occupied place is 0) and the time of eviction.
   */
  private long[] places = new long[0];

  private long left;

  /** Remembers the uses of an evicted entry; {@code size} others stay. */
  void remember(int hash, int uses, int size) {
    left++;
    int wanted = Math.max(LEAST_PLACES, size);
    if (places.length < wanted && places.length < MAX_PLACES) {
      grow(wanted);
    }
    long stamp = stamp(places.length);
    put(pack(hash, Math.min(uses, MAX_USES - 1) + 1, stamp));
  }

  /** Returns and forgets the uses of an entry that is added again; 0 if it isn't known. */
  int recall(int hash, int size) {
    if (places.length == 0) {
      return 0;
    }
    int bucket = bucket(hash);
    for (int at = bucket; at < bucket + WAYS; at++) {
      if (places[at] != 0 && hash(places[at]) == hash) {
        long age = age(places[at]) * unit(places.length);
        int uses = uses(places[at]) - 1;
        places[at] = 0;
        return age <= size ? uses : 0;
      }
    }
    return 0;
  }

  /** Stores in the place of the same hash code, an empty one, or that of the oldest eviction. */
  private void put(long place) {
    int bucket = bucket(hash(place));
    int oldest = bucket;
    long oldestAge = -1;
    for (int at = bucket; at < bucket + WAYS; at++) {
      boolean free = places[at] == 0 || hash(places[at]) == hash(place);
      long age = free ? Long.MAX_VALUE : age(places[at]);
      if (age > oldestAge) {
        oldest = at;
        oldestAge = age;
      }
    }
    places[oldest] = place;
  }

  private void grow(int size) {
    long[] before = places;
    places = new long[Math.min(MAX_PLACES, Integer.highestOneBit(size - 1) << 1)];
    long unitBefore = unit(before.length);
    for (long place : before) {
      if (place != 0) {
        long age = ((left / unitBefore - place) & STAMP_MASK) * unitBefore;
        put(pack(hash(place), uses(place), (left - age) / unit(places.length)));
      }
    }
  }

  /** Evictions per step of a stamp, so that a stamp recurs only long after it has expired. */
  private static long unit(int length) {
    return Math.max(1, (long) length * 8 >> STAMP_BITS);
  }

  private long stamp(int length) {
    return left / unit(length);
  }

  private long age(long place) {
    return (stamp(places.length) - place) & STAMP_MASK;
  }

  private int bucket(int hash) {
    return hash & (places.length - 1) & -WAYS;
  }

  private static long pack(int hash, int uses, long stamp) {
    return (long) hash << 32 | (long) uses << STAMP_BITS | (stamp & STAMP_MASK);
  }

  private static int hash(long place) {
    return (int) (place >>> 32);
  }

  private static int uses(long place) {
    return (int) (place >>> STAMP_BITS) & MAX_USES;
  }
}
