package io.cachingproxy.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Feeds a target with mutated bytes: a few in every build, always the same ones; new ones for
 * {@code -Dfuzz.minutes} if that is set. A failure tells the bytes, and the {@code -Dfuzz.seed}
 * that makes them again.
 */
final class Fuzzing {

  /** What is fuzzed; throws where it doesn't bear the bytes. */
  @FunctionalInterface
  interface Target {
    void take(byte[] bytes) throws Exception;
  }

  private static final double MINUTES = Double.parseDouble(System.getProperty("fuzz.minutes", "0"));
  private static final long SEED =
      Long.getLong("fuzz.seed", MINUTES > 0 ? System.currentTimeMillis() : 1);

  private Fuzzing() {}

  /**
   * Feeds it.
   *
   * @param tries how often in every build
   * @param seeds what is almost right to begin with, as ISO-8859-1
   */
  static void run(int tries, List<String> seeds, Target target) {
    Mutator mutator =
        new Mutator(
            seeds.stream().map(each -> each.getBytes(StandardCharsets.ISO_8859_1)).toList(),
            new Random(SEED));
    long nanos = Duration.ofMillis((long) (MINUTES * 60_000)).toNanos();
    long start = System.nanoTime();
    long done = 0;
    while (MINUTES > 0 ? System.nanoTime() - start < nanos : done < tries) {
      done++;
      byte[] bytes = mutator.next();
      try {
        target.take(bytes);
      } catch (Exception | AssertionError | StackOverflowError failed) {
        throw new AssertionError(
            "try " + done + " with -Dfuzz.seed=" + SEED + ":\n" + printable(bytes), failed);
      }
    }
    if (MINUTES > 0) {
      System.out.println(done + " tries, seed " + SEED);
    }
  }

  private static String printable(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      char c = (char) (each & 0xff);
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n\n");
        case '\\' -> text.append("\\\\");
        default -> {
          if (c >= ' ' && c < 0x7f) {
            text.append(c);
          } else {
            text.append(String.format("\\x%02x", (int) c));
          }
        }
      }
    }
    return text.length() > 4000
        ? text.substring(0, 4000) + "… (" + bytes.length + " bytes)"
        : text.toString();
  }
}
