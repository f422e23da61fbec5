package io.cachingproxy.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sizes in bytes as operators write them: {@code 4096}, {@code 64KB}, {@code 256MB}, {@code 2G}; a
 * K is 1024.
 */
public final class Sizes {

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,19}) ?(?:B|([KMG])(?:I?B)?)?");

  private Sizes() {}

  /** Parses a size in bytes; null if it is invalid or exceeds 2^63 bytes. */
  static @Nullable Long parse(String text) {
    Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      return null;
    }
    String unit = matcher.group(2);
    int shift = unit == null ? 0 : 10 * (1 + "KMG".indexOf(unit));
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
    } catch (NumberFormatException | ArithmeticException tooLarge) {
      return null;
    }
  }

  /** Prints a size in the largest unit that divides it: {@code 64MB}, {@code 1000B}, {@code 0B}. */
  public static String print(long bytes) {
    for (int i = 3; i > 0; i--) {
      long unit = 1L << (10 * i);
      if (bytes != 0 && bytes % unit == 0) {
        return bytes / unit + String.valueOf("KMG".charAt(i - 1)) + "B";
      }
    }
    return bytes + "B";
  }
}
