package io.cachingproxy.store.eviction;

import org.jspecify.annotations.Nullable;

/**
 * The balance between hits and hit bytes: as much for hits as can be had without hitting fewer
 * bytes than LRU would with the same memory.
 *
 * <p>What LRU would do is known from a {@link ShadowLru} of a sample of the keys: it hears of each
 * use and each adding of those. Where LRU hits nearly as many bytes, bytes are given more weight,
 * where it hits far fewer, less. Uses come without a lock, through a ring in which some may get
 * lost; all else is confined to whoever holds the policy's lock.
 */
final class Balance {

  private static final int RING = 1 << 12;
  private static final int UNIT = 64;

  /** How many more bytes than with LRU should be hit, as a part of those asked for. */
  private static final double AIM = 0.01;

  /** How strongly a difference from the aim is answered, and how strongly at most. */
  private static final double GAIN = 2;

  private static final double MAX_CHANGE = 0.1;

  /** The size at which a hit and its bytes count the same: at first, at least and at most. */
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

  /** Spreads a hash code over all bits. */
  static int mix(int hash) {
    int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
    mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
    return mixed ^ mixed >>> 16;
  }

  /** An entry was used. By any thread. */
  void used(int hash, long weight) {
    if (hash <= sampled) {
      int at = written;
      ring[at & RING - 1] = (long) hash << 32 | Math.min(weight / UNIT, Integer.MAX_VALUE);
      written = at + 1;
    }
  }

  /** An entry was added, after it was missed. */
  void added(int hash, long weight) {
    ShadowLru lru = shadow;
    if (lru != null && hash <= sampled) {
      drain(lru);
      lru.asked(hash, weight / UNIT * UNIT, false);
      sampled = lru.sampled();
    }
  }

  /** One more entry has to leave. */
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

  /** What hitting a byte is worth, where a hit is worth 1. */
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
