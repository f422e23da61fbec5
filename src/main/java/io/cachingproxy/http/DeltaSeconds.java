package io.cachingproxy.http;

import org.jspecify.annotations.Nullable;

/** Parses delta-seconds (RFC 9111 §1.2.2): a non-negative number of seconds. */
public final class DeltaSeconds {

  /** The value of any greater number: "an implementation SHOULD consider it to be 2147483648". */
  public static final long MAX = 1L << 31;

  /** The result for a text that is not delta-seconds. */
  public static final long INVALID = -1;

  private DeltaSeconds() {}

  /** The number of seconds, at most {@link #MAX}; {@link #INVALID} for anything but digits. */
  public static long parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return INVALID;
    }
    long seconds = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return INVALID;
      }
      seconds = Math.min(MAX, seconds * 10 + (c - '0'));
    }
    return seconds;
  }
}
