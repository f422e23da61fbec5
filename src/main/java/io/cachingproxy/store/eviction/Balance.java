package io.cachingproxy.store.eviction;

import org.jspecify.annotations.Nullable;

/**
 * Adjusts the weight of bytes against hits: as much for hits as possible without hitting fewer
 * bytes than LRU would with the same memory.
 *
 * <p>A {@link ShadowLru} simulates LRU for a sample of the keys: it is told of every use and
 * addition of those. Where the policy is ahead of LRU in hit bytes by more than {@link #AIM}, bytes
 * get less weight, otherwise more. Uses are recorded without a lock, in a ring that may lose some;
 * everything else requires the policy's lock.
 */
final class Balance {

  private static final int RING = 1 << 12;
  private static final int UNIT = 64;

  /** The aim: how many more bytes than LRU to hit, as a fraction of the bytes asked for. */
  private static final double AIM = 0.01;

  /** How much a deviation from the aim changes the weight, and the largest change at once. */
  private static final double GAIN = 2;

  private static final double MAX_CHANGE = 0.1;

  /** The size at which a hit and its bytes have equal weight: initial, smallest and largest. */
  private static final double FIRST = 256 << 10;

  private static final double LEAST = 8 << 10;
  private static final double MAX = 64 << 20;

  /** Hash codes, and weights in units of {@link #UNIT} bytes. */
  private final long[] ring = new long[RING];

  private int written;
  private int read;
  private volatile int sampled = Integer.MIN_VALUE;
  private @Nullable ShadowLru shadow;
  private double even = FIRST;
  private volatile double perByte = 1 / even;

  /** Spreads a hash code over all bits: the finaliser of MurmurHash3 (Austin Appleby). */
  static int mix(int hash) {
    int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
    mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
    return mixed ^ mixed >>> 16;
  }

  /** Records a use of an entry. May be called by any thread. */
  void used(int hash, long weight) {
    if (hash <= sampled) {
      int at = written;
      ring[at & RING - 1] = (long) hash << 32 | Math.min(weight / UNIT, Integer.MAX_VALUE);
      written = at + 1;
    }
  }

  /** Records that an entry was added after a miss. */
  void added(int hash, long weight) {
    ShadowLru lru = shadow;
    if (lru != null && hash <= sampled) {
      drain(lru);
      lru.asked(hash, weight / UNIT * UNIT, false);
      sampled = lru.sampled();
    }
  }

  /** Adjusts the weight before an eviction; the first one starts the simulation. */
  void evicting(long limit) {
    ShadowLru lru = shadow;
    if (lru == null) {
      lru = new ShadowLru();
      shadow = lru;
      sampled = lru.sampled();
    }
    lru.limit(limit);
    double ahead = lru.ahead();
    if (!Double.isNaN(ahead)) {
      double change = Math.max(-MAX_CHANGE, Math.min(MAX_CHANGE, GAIN * (ahead - AIM)));
      even = Math.max(LEAST, Math.min(MAX, even * Math.exp(change)));
      perByte = 1 / even;
    }
  }

  /** The value of hitting a byte, where a hit has the value 1. */
  double perByte() {
    return perByte;
  }

  private void drain(ShadowLru lru) {
    int end = written;
    int from = end - read > RING || end - read < 0 ? end - RING : read;
    for (int at = from; at != end; at++) {
      long use = ring[at & RING - 1];
      lru.asked((int) (use >>> 32), (use & Integer.MAX_VALUE) * UNIT, true);
    }
    read = end;
  }
}
