package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The byte ranges that a Range field asks for (RFC 9110 §14.1.2, §14.2), in order. Immutable.
 *
 * @param specs the range specifiers, at least one
 */
public record ByteRanges(List<Spec> specs) {

  /**
   * One range specifier.
   *
   * @param first the first position; -1 for the last {@code last} bytes
   * @param last the last position, inclusive; -1 for the rest
   */
  public record Spec(long first, long last) {}

  public ByteRanges {
    specs = List.copyOf(specs);
  }

  /** Parses a Range field; null if it must be ignored: another unit, or malformed. */
  public static @Nullable ByteRanges parse(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = DirectiveParser.trim(value);
    if (!text.regionMatches(true, 0, "bytes=", 0, 6)) {
      return null;
    }
    List<Spec> specs = new ArrayList<>();
    for (String member : text.substring(6).split(",", -1)) {
      String range = DirectiveParser.trim(member);
      if (!range.isEmpty()) {
        Spec spec = spec(range);
        if (spec == null) {
          return null;
        }
        specs.add(spec);
      }
    }
    return specs.isEmpty() ? null : new ByteRanges(specs);
  }

  private static @Nullable Spec spec(String range) {
    int dash = range.indexOf('-');
    if (dash < 0) {
      return null;
    }
    long first = dash == 0 ? -1 : position(range.substring(0, dash));
    long last = dash == range.length() - 1 ? -1 : position(range.substring(dash + 1));
    boolean invalid =
        first == INVALID
            || last == INVALID
            || (first < 0 && last < 0)
            || (first >= 0 && last >= 0 && last < first);
    return invalid ? null : new Spec(first, last);
  }

  private static final long INVALID = -2;

  /** Parses digits of any number; a value beyond any real length becomes the largest number. */
  private static long position(String digits) {
    long position = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return INVALID;
      }
      position = position > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : position * 10 + (c - '0');
    }
    return position;
  }

  /**
   * The satisfiable ranges for a representation, in the order requested; empty if the answer is
   * 416.
   *
   * @param length the length of the representation in bytes
   */
  public List<ByteRange> resolve(long length) {
    List<ByteRange> ranges = new ArrayList<>(specs.size());
    for (Spec spec : specs) {
      long first = spec.first() >= 0 ? spec.first() : Math.max(0, length - spec.last());
      long last =
          spec.first() >= 0 && spec.last() >= 0 ? Math.min(spec.last(), length - 1) : length - 1;
      if (first <= last) {
        ranges.add(new ByteRange(first, last));
      }
    }
    return List.copyOf(ranges);
  }
}
