package io.cachingproxy.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Durations as operators write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code
 * 1d}, {@code 0}.
 */
public final class Durations {

  /** The longest duration, the limit of delta-seconds (RFC 9111 §1.2.2). */
  static final Duration MAX = Duration.ofSeconds(Integer.MAX_VALUE);

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,18})(ms|[smhd])");

  private Durations() {}

  /** Parses a duration; null if it is invalid or longer than {@link #MAX}. */
  static @Nullable Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    try {
      long millis =
          Math.multiplyExact(Long.parseLong(matcher.group(1)), millisIn(matcher.group(2)));
      Duration duration = Duration.ofMillis(millis);
      return duration.compareTo(MAX) > 0 ? null : duration;
    } catch (ArithmeticException tooLong) {
      return null;
    }
  }

  /**
   * Prints a duration, truncated to milliseconds, in the largest unit that divides it: {@code 90s},
   * {@code 2m}, {@code 0}.
   */
  public static String print(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0";
    }
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      if (millis % millisIn(unit) == 0) {
        return millis / millisIn(unit) + unit;
      }
    }
    return millis + "ms";
  }

  private static long millisIn(String unit) {
    return switch (unit) {
      case "d" -> 86_400_000;
      case "h" -> 3_600_000;
      case "m" -> 60_000;
      case "s" -> 1_000;
      default -> 1;
    };
  }
}
