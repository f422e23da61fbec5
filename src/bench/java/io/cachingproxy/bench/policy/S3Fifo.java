package io.cachingproxy.bench.policy;

import java.util.ArrayDeque;

/**
 * S3-FIFO (Yang et al., SOSP 2023): a small queue of a tenth of the memory, a main queue, and a
 * ghost queue of as many numbers as there are responses; uses count up to 3.
 */
final class S3Fifo implements Simulated {

  private static final int MAX_USES = 3;

  private final long memory;
  private final long[] weights;
  private final byte[] uses;
  private final int[] ghosts;
  private final ArrayDeque<Integer> small = new ArrayDeque<>();
  private final ArrayDeque<Integer> main = new ArrayDeque<>();
  private final ArrayDeque<Integer> ghost = new ArrayDeque<>();
  private long held;
  private long smallHeld;

  S3Fifo(long memory, int count) {
    this.memory = memory;
    this.weights = new long[count];
    this.uses = new byte[count];
    this.ghosts = new int[count];
  }

  @Override
  public boolean request(int number, long weight) {
    if (weights[number] > 0) {
      uses[number] = (byte) Math.min(MAX_USES, uses[number] + 1);
      return true;
    }
    if (weight > memory) {
      return false;
    }
    while (held + weight > memory) {
      evict();
    }
    uses[number] = 0;
    weights[number] = weight;
    held += weight;
    if (ghosts[number] > 0) {
      ghosts[number] = 0;
      main.addLast(number);
    } else {
      small.addLast(number);
      smallHeld += weight;
    }
    return false;
  }

  private void evict() {
    if ((smallHeld < memory / 10 && !main.isEmpty()) || !evictSmall()) {
      evictMain();
    }
  }

  private boolean evictSmall() {
    while (!small.isEmpty()) {
      int number = small.removeFirst();
      smallHeld -= weights[number];
      if (uses[number] == 0) {
        drop(number);
        ghosts[number]++;
        ghost.addLast(number);
        while (ghost.size() > main.size() + small.size()) {
          int forgotten = ghost.removeFirst();
          ghosts[forgotten] = Math.max(0, ghosts[forgotten] - 1);
        }
        return true;
      }
      uses[number] = 0;
      main.addLast(number);
    }
    return false;
  }

  private void evictMain() {
    while (!main.isEmpty()) {
      int number = main.removeFirst();
      if (uses[number] == 0) {
        drop(number);
        return;
      }
      uses[number]--;
      main.addLast(number);
    }
  }

  private void drop(int number) {
    held -= weights[number];
    weights[number] = 0;
  }
}
