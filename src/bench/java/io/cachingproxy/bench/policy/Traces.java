package io.cachingproxy.bench.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Synthetic traces, the same for the same length. Sizes are log-normal around 9 KB with a Pareto
 * tail, from 500 bytes to 10 MB.
 */
final class Traces {

  private static final double MEDIAN = 9000;
  private static final int LEAST = 500;
  private static final int MAX = 10_000_000;

  private Traces() {}

  /** All of them, each of so many requests. */
  static List<Trace> all(int requests) {
    return List.of(
        new Zipf(1, 0.7).trace("Zipf 0.7", requests),
        new Zipf(2, 0.9).onceOnly(0.1).trace("Zipf 0.9, 10 % once only", requests),
        new Zipf(3, 1.1).onceOnly(0.3).trace("Zipf 1.1, 30 % once only", requests),
        new Zipf(4, 0.9)
            .onceOnly(0.2)
            .popularAre(-1)
            .trace("Zipf 0.9, popular are small", requests),
        new Zipf(5, 0.9).onceOnly(0.2).popularAre(1).trace("Zipf 0.9, popular are large", requests),
        new Zipf(6, 0.8).onceOnly(0.1).scans(0.15).trace("Zipf 0.8, scans", requests),
        new Zipf(7, 1.0)
            .onceOnly(0.4)
            .drift(0.02)
            .trace("Zipf 1.0, 40 % once, slow drift", requests),
        new Zipf(8, 0.9).onceOnly(0.2).drift(0.2).trace("Zipf 0.9, fast drift", requests),
        churn("Churn, 50 % once only", 9, requests, 1.0, 0.5, 0.02, 0),
        churn("Churn, many long-lived", 10, requests, 0.9, 0.6, 0.1, 0),
        churn("Churn, 70 % once only", 11, requests, 1.2, 0.7, 0.01, 0),
        churn("Churn, popular are small", 12, requests, 1.0, 0.6, 0.03, 0.3));
  }

  private static int size(Random random) {
    double size = MEDIAN * Math.exp(1.5 * random.nextGaussian());
    if (random.nextDouble() < 0.03) {
      size = 50_000 / Math.pow(1 - random.nextDouble(), 1 / 1.1);
    }
    return bounded(size);
  }

  private static int bounded(double size) {
    return (int) Math.max(LEAST, Math.min(MAX, size));
  }

  /** Requests by Zipf's law, with disturbances. */
  private static final class Zipf {
    private static final int COUNT = 200_000;
    private static final int SCAN = COUNT / 8;

    private final Random random;
    private final double[] sums = new double[COUNT];
    private double onceOnly;
    private double scans;
    private double drift;
    private int popularAre;

    Zipf(long seed, double exponent) {
      random = new Random(seed);
      double sum = 0;
      for (int rank = 0; rank < COUNT; rank++) {
        sum += 1 / Math.pow(rank + 1, exponent);
        sums[rank] = sum;
      }
    }

    /** That part of the requests are for what nobody else asks for. */
    Zipf onceOnly(double part) {
      onceOnly = part;
      return this;
    }

    /** That part of the requests belong to scans, which ask for a row of responses in order. */
    Zipf scans(double part) {
      scans = part;
      return this;
    }

    /** That part of all ranks changes in the time of a thousandth of the trace. */
    Zipf drift(double part) {
      drift = part;
      return this;
    }

    /** 1 if popular responses are large, -1 if they are small. */
    Zipf popularAre(int large) {
      popularAre = large;
      return this;
    }

    Trace trace(String name, int length) {
      int[] sizes = new int[COUNT + length];
      for (int number = 0; number < sizes.length; number++) {
        double factor = 1;
        if (popularAre != 0 && number < COUNT) {
          factor = Math.pow((number + 1) * 20.0 / COUNT, -0.15 * popularAre);
        }
        sizes[number] = bounded(size(random) * factor);
      }
      int[] ofRank = new int[COUNT];
      Arrays.setAll(ofRank, rank -> rank);
      int count = COUNT;
      int scan = 0;
      int[] requests = new int[length];
      for (int i = 0; i < length; i++) {
        if (i % Math.max(1, length / 1000) == 0) {
          change(ofRank);
        }
        if (scan == 0 && random.nextDouble() < scans / SCAN) {
          scan = SCAN + random.nextInt(COUNT - SCAN);
        }
        if (scan > 0) {
          requests[i] = ofRank[scan];
          scan = scan % SCAN == 0 ? 0 : scan - 1;
        } else if (random.nextDouble() < onceOnly) {
          requests[i] = count++;
        } else {
          requests[i] = ofRank[rank()];
        }
      }
      return new Trace(name, requests, Arrays.copyOf(sizes, count));
    }

    private int rank() {
      int found = Arrays.binarySearch(sums, random.nextDouble() * sums[COUNT - 1]);
      return Math.min(found < 0 ? -found - 1 : found, COUNT - 1);
    }

    private void change(int[] ofRank) {
      for (int i = 0; i < COUNT * drift / 100; i++) {
        int one = rank();
        int other = random.nextInt(COUNT);
        int swapped = ofRank[one];
        ofRank[one] = ofRank[other];
        ofRank[other] = swapped;
      }
    }
  }

  /**
   * Responses that appear, are asked for a number of times over a lifetime of their own, and are
   * forgotten, as news are.
   *
   * @param exponent of the Pareto distribution of how often one is asked for
   * @param onceOnly the part of the responses asked for once
   * @param lasting the part of the responses that are asked for all the time
   * @param smaller how much more often small ones are asked for
   */
  private static Trace churn(
      String name,
      long seed,
      int length,
      double exponent,
      double onceOnly,
      double lasting,
      double smaller) {
    Random random = new Random(seed);
    int[] sizes = new int[length];
    int count = 0;
    double[] times = new double[length];
    int[] numbers = new int[length];
    for (int made = 0; made < length; count++) {
      sizes[count] = size(random);
      double uses = 1;
      if (random.nextDouble() >= onceOnly) {
        double many = Math.pow(1 - random.nextDouble(), -1 / exponent);
        uses = Math.min(length / 50.0, many) * Math.pow(sizes[count] / MEDIAN, -smaller);
      }
      double birth = random.nextDouble();
      double lifetime = Math.exp(-4.5 + 1.8 * random.nextGaussian());
      boolean lasts = random.nextDouble() < lasting;
      for (int use = 0; use < Math.max(1, uses) && made < length; use++) {
        double later = use == 0 ? 0 : -lifetime * Math.log(1 - random.nextDouble());
        double time = lasts ? random.nextDouble() : birth + later;
        if (time <= 1) {
          times[made] = time;
          numbers[made++] = count;
        }
      }
    }
    return new Trace(name, inOrder(times, numbers), Arrays.copyOf(sizes, count));
  }

  private static int[] inOrder(double[] times, int[] numbers) {
    Integer[] order = new Integer[times.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (one, other) -> Double.compare(times[one], times[other]));
    return Arrays.stream(order).mapToInt(i -> numbers[i]).toArray();
  }
}
