package io.cachingproxy.bench.policy;

import java.util.Arrays;

/** LRU, or FIFO if uses don't matter. */
final class Queue implements Simulated {

  private final long memory;
  private final boolean isLru;
  private final long[] weights;
  private final int[] older;
  private final int[] newer;
  private final int end;
  private long held;

  Queue(long memory, int count, boolean isLru) {
    this.memory = memory;
    this.isLru = isLru;
    this.weights = new long[count];
    this.older = new int[count + 1];
    this.newer = new int[count + 1];
    this.end = count;
    Arrays.fill(older, end);
    Arrays.fill(newer, end);
  }

  @Override
  public boolean request(int number, long weight) {
    boolean hit = weights[number] > 0;
    if (hit && isLru) {
      unlink(number);
      link(number);
    }
    if (hit || weight > memory) {
      return hit;
    }
    while (held + weight > memory) {
      int oldest = newer[end];
      unlink(oldest);
      held -= weights[oldest];
      weights[oldest] = 0;
    }
    weights[number] = weight;
    held += weight;
    link(number);
    return false;
  }

  private void link(int number) {
    int newest = older[end];
    older[number] = newest;
    newer[number] = end;
    newer[newest] = number;
    older[end] = number;
  }

  private void unlink(int number) {
    newer[older[number]] = newer[number];
    older[newer[number]] = older[number];
  }
}
