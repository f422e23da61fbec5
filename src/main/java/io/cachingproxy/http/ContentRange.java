package io.cachingproxy.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Content-Range of a single part (RFC 9110 §14.4).
 *
 * @param range which bytes the part has
 * @param completeLength the length of the whole representation in bytes
 */
public record ContentRange(ByteRange range, long completeLength) {

  /** The most digits of a length; longer ones are ignored. */
  private static final int MAX_DIGITS = 18;

  /**
   * Parses the field lines; null unless there is exactly one valid range in bytes, of a
   * representation whose length is known.
   */
  public static @Nullable ContentRange parse(List<String> lines) {
    if (lines.size() != 1) {
      return null;
    }
    String value = DirectiveParser.trim(lines.get(0));
    int dash = value.indexOf('-');
    int slash = value.indexOf('/');
    if (!value.regionMatches(true, 0, "bytes ", 0, 6) || dash < 6 || slash < dash) {
      return null;
    }
    long first = number(value.substring(6, dash));
    long last = number(value.substring(dash + 1, slash));
    long complete = number(value.substring(slash + 1));
    return first < 0 || last < first || complete <= last
        ? null
        : new ContentRange(new ByteRange(first, last), complete);
  }

  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
      return -1;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(digits);
  }
}
