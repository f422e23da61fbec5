package io.cachingproxy.bench.policy;

import java.util.TreeSet;

/** Greedy-Dual-Size-Frequency (Cherkasova, 1998), exactly. */
final class Gdsf implements Simulated {

  private record Place(double worth, int number) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = Double.compare(worth, other.worth);
      return order != 0 ? order : Integer.compare(number, other.number);
    }
  }

  private final long memory;
  private final long[] weights;
  private final long[] uses;
  private final double[] worth;
  private final TreeSet<Place> places = new TreeSet<>();
  private double clock;
  private long held;

  Gdsf(long memory, int count) {
    this.memory = memory;
    this.weights = new long[count];
    this.uses = new long[count];
    this.worth = new double[count];
  }

  @Override
  public boolean request(int number, long weight) {
    boolean hit = weights[number] > 0;
    if (!hit && weight > memory) {
      return false;
    }
    if (hit) {
      places.remove(new Place(worth[number], number));
    } else {
      while (held + weight > memory) {
        evict();
      }
      weights[number] = weight;
      held += weight;
      uses[number] = 0;
    }
    uses[number]++;
    worth[number] = clock + (double) uses[number] / weight;
    places.add(new Place(worth[number], number));
    return hit;
  }

  private void evict() {
    Place least = places.pollFirst();
    if (least == null) {
      throw new IllegalStateException("nothing is left to evict");
    }
    clock = least.worth();
    held -= weights[least.number()];
    weights[least.number()] = 0;
  }
}
