package io.cachingproxy.http;

import java.util.List;
import java.util.Set;

/** How many more times a request may be forwarded (RFC 9110 §7.6.2). */
public final class MaxForwards {

  public static final String FIELD = "Max-Forwards";

  /** The methods that it applies to. */
  public static final Set<String> METHODS = Set.of("OPTIONS", "TRACE");

  /** There is no such field. */
  public static final int ABSENT = -1;

  /** It is not a number, or there are several. */
  public static final int INVALID = -2;

  /** Greater numbers are reduced to this: "the recipient's maximum supported value". */
  private static final int MAX = 999_999_999;

  private static final int MAX_DIGITS = 9;

  private MaxForwards() {}

  /** The number in these fields, {@link #ABSENT} or {@link #INVALID}. */
  public static int of(Fields fields) {
    List<String> lines = fields.values(FIELD);
    if (lines.isEmpty()) {
      return ABSENT;
    }
    String digits = lines.get(0).strip();
    if (lines.size() > 1
        || digits.isEmpty()
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return INVALID;
    }
    int first = 0;
    while (first < digits.length() - 1 && digits.charAt(first) == '0') {
      first++;
    }
    return digits.length() - first > MAX_DIGITS ? MAX : Integer.parseInt(digits.substring(first));
  }
}
