package io.cachingproxy.store.eviction;

import java.util.Arrays;

/**
 * Simulates LRU for a sample of the keys with a proportional share of the memory, and measures how
 * far the policy is ahead of it in hit bytes. It keeps hash codes and weights of at most {@value
 * #MAX} keys; when they become too many, the sample is halved.
 *
 * <p>This is a miniature simulation (Carl Waldspurger, Trausti Saemundsson, Irfan Ahmad and Nohhyun
 * Park, <i>Cache Modeling and Optimization using Miniature Simulations</i>, 2017) over a sample by
 * hash code of bounded size (Carl Waldspurger, Nohhyun Park, Alexander Garthwaite and Irfan Ahmad,
 * <i>Efficient MRC Construction with SHARDS</i>, 2015). Not thread-safe.
 */
final class ShadowLru {

  private static final int MAX = 1 << 13;
  private static final int BUCKETS = 2 * MAX;

  /** The end of lists, and the head of the ring of uses. */
  private static final int END = MAX;

  /**
   * How many requests are compared at a time; earlier ones are then weighted by {@link #MEMORY}.
   */
  private static final int STEP = 256;

  private static final double MEMORY = 0.9;

  private final int[] buckets = new int[BUCKETS];
  private final int[] next = new int[MAX];
  private final int[] hashes = new int[MAX];
  private final long[] weights = new long[MAX];
  private final int[] older = new int[MAX + 1];
  private final int[] newer = new int[MAX + 1];
  private int free;
  private int count;
  private long held;
  private long limit;

  /** The sample is 2 to the -halvings of all keys: those with hash codes up to {@code sampled}. */
  private int halvings;

  private int sampled = Integer.MAX_VALUE;

  private boolean isFull;
  private int asked;
  private double askedBytes;
  private double aheadBytes;

  ShadowLru() {
    Arrays.fill(buckets, END);
    for (int node = 0; node < MAX; node++) {
      next[node] = node + 1;
    }
    older[END] = END;
    newer[END] = END;
  }

  /** The largest hash code of the sample. */
  int sampled() {
    return sampled;
  }

  /** Sets how many bytes LRU could store of all keys. */
  void limit(long bytes) {
    limit = bytes;
  }

  /** Records a request for a key, and whether the policy had it. */
  void asked(int hash, long weight, boolean hit) {
    if (hash > sampled) {
      return;
    }
    int node = find(hash);
    if (isFull) {
      asked++;
      askedBytes += weight;
      aheadBytes += (hit ? weight : 0) - (node == END ? 0 : weight);
    }
    if (node == END) {
      node = create(hash);
    } else {
      unlink(node);
    }
    held += weight - weights[node];
    weights[node] = weight;
    link(node);
    while (held > limit >> halvings && count > 0) {
      isFull = true;
      drop(newer[END]);
    }
  }

  /**
   * How many more bytes the policy hits than LRU, as a fraction of the bytes asked for; NaN if
   * there are too few new requests.
   */
  double ahead() {
    if (asked < STEP || askedBytes == 0) {
      return Double.NaN;
    }
    double ahead = aheadBytes / askedBytes;
    asked = 0;
    askedBytes *= MEMORY;
    aheadBytes *= MEMORY;
    return ahead;
  }

  private int find(int hash) {
    int node = buckets[bucket(hash)];
    while (node != END && hashes[node] != hash) {
      node = next[node];
    }
    return node;
  }

  private int create(int hash) {
    if (count == MAX) {
      halve();
    }
    int node = free;
    free = next[node];
    count++;
    hashes[node] = hash;
    weights[node] = 0;
    next[node] = buckets[bucket(hash)];
    buckets[bucket(hash)] = node;
    return node;
  }

  private void halve() {
    while (count > MAX * 3 / 4) {
      halvings++;
      sampled = (int) (Integer.MIN_VALUE + (1L << 32 - halvings) - 1);
      for (int node = newer[END]; node != END; ) {
        int following = newer[node];
        if (hashes[node] > sampled) {
          drop(node);
        }
        node = following;
      }
    }
  }

  private void drop(int node) {
    unlink(node);
    int bucket = bucket(hashes[node]);
    if (buckets[bucket] == node) {
      buckets[bucket] = next[node];
    } else {
      int before = buckets[bucket];
      while (next[before] != node) {
        before = next[before];
      }
      next[before] = next[node];
    }
    next[node] = free;
    free = node;
    held -= weights[node];
    count--;
  }

  private void link(int node) {
    int newest = older[END];
    newer[node] = END;
    older[node] = newest;
    newer[newest] = node;
    older[END] = node;
  }

  private void unlink(int node) {
    newer[older[node]] = newer[node];
    older[newer[node]] = older[node];
  }

  private static int bucket(int hash) {
    return hash & BUCKETS - 1;
  }
}
