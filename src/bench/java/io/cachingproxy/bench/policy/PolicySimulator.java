package io.cachingproxy.bench.policy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Plays traces to eviction policies, the shipped one among them, and prints which share of requests
 * and of bytes each hits, as a table in Markdown.
 *
 * <pre>PolicySimulator [--requests N] [--overhead BYTES] [FILE ...]</pre>
 *
 * <p>Without files the traces are the synthetic ones. A file has a key and a size in each line. The
 * first fifth of a trace fills the caches and isn't counted.
 */
public final class PolicySimulator {

  private static final double[] MEMORY = {0.01, 0.02, 0.05, 0.1};

  /** The policy that marks the goal for requests, and that for bytes. */
  private static final String GOAL_HITS = "GDSF";

  private static final String GOAL_BYTES = "LRU";

  private static final Map<String, Simulated.Maker> POLICIES = new LinkedHashMap<>();

  static {
    POLICIES.put("LRU", (memory, count) -> new Queue(memory, count, true));
    POLICIES.put("FIFO", (memory, count) -> new Queue(memory, count, false));
    POLICIES.put("S3-FIFO", S3Fifo::new);
    POLICIES.put("W-TinyLFU", (memory, count) -> new WTinyLfu(memory));
    POLICIES.put("GDSF", Gdsf::new);
    POLICIES.put("ours", Shipped::new);
  }

  /** Percentages of requests and of bytes. */
  private record Ratios(double hits, double bytes) {}

  /** How a policy does beside the goals, over all traces. */
  private static final class Sum {
    private double hits;
    private double bytes;
    private double worstHits = 100;
    private double worstBytes = 100;
    private int count;

    void add(Ratios ratios, double goalHits, double goalBytes) {
      hits += ratios.hits() - goalHits;
      bytes += ratios.bytes() - goalBytes;
      worstHits = Math.min(worstHits, ratios.hits() - goalHits);
      worstBytes = Math.min(worstBytes, ratios.bytes() - goalBytes);
      count++;
    }
  }

  private PolicySimulator() {}

  public static void main(String[] args) throws IOException {
    int requests = 2_000_000;
    int overhead = 400;
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--requests" -> requests = Integer.parseInt(args[++i]);
        case "--overhead" -> overhead = Integer.parseInt(args[++i]);
        default -> files.add(Path.of(args[i]));
      }
    }
    Map<String, Sum> sums = new LinkedHashMap<>();
    POLICIES.keySet().forEach(policy -> sums.put(policy, new Sum()));
    System.out.println("| trace | memory | " + String.join(" | ", POLICIES.keySet()) + " |");
    System.out.println("|---|---|" + "---|".repeat(POLICIES.size()));
    for (Path file : files) {
      play(Trace.read(file), overhead, sums);
    }
    if (files.isEmpty()) {
      for (Trace trace : Traces.all(requests)) {
        play(trace, overhead, sums);
      }
    }
    System.out.println();
    System.out.println("| policy | requests: mean (worst) to GDSF | bytes: mean (worst) to LRU |");
    System.out.println("|---|---|---|");
    sums.forEach(
        (policy, sum) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %+.2f (%+.2f) | %+.2f (%+.2f) |%n",
                policy,
                sum.hits / sum.count,
                sum.worstHits,
                sum.bytes / sum.count,
                sum.worstBytes));
  }

  private static void play(Trace trace, int overhead, Map<String, Sum> sums) {
    long workingSet = trace.workingSet(overhead);
    for (double part : MEMORY) {
      Map<String, Ratios> all = new LinkedHashMap<>();
      long memory = Math.max(1, (long) (workingSet * part));
      POLICIES.forEach(
          (name, maker) ->
              all.put(name, play(trace, overhead, maker.make(memory, trace.sizes().length))));
      StringBuilder row = new StringBuilder();
      row.append(String.format(Locale.ROOT, "| %s | %.0f %% |", trace.name(), 100 * part));
      double hits = requireNonNull(all.get(GOAL_HITS)).hits;
      double bytes = requireNonNull(all.get(GOAL_BYTES)).bytes;
      all.forEach(
          (name, ratios) -> {
            row.append(String.format(Locale.ROOT, " %.1f / %.1f |", ratios.hits, ratios.bytes));
            requireNonNull(sums.get(name)).add(ratios, hits, bytes);
          });
      System.out.println(row);
    }
  }

  private static Ratios play(Trace trace, int overhead, Simulated cache) {
    int[] requests = trace.requests();
    long hits = 0;
    long hitBytes = 0;
    long bytes = 0;
    int filled = requests.length / 5;
    for (int i = 0; i < requests.length; i++) {
      long size = trace.sizes()[requests[i]];
      boolean hit = cache.request(requests[i], size + overhead);
      if (i >= filled) {
        bytes += size;
        hits += hit ? 1 : 0;
        hitBytes += hit ? size : 0;
      }
    }
    return new Ratios(
        100.0 * hits / Math.max(1, requests.length - filled),
        100.0 * hitBytes / Math.max(1, bytes));
  }
}
