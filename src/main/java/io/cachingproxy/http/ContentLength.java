package io.cachingproxy.http;

/** The Content-Length field (RFC 9110 §8.6). */
public final class ContentLength {

  /** What {@link #of} says when the length isn't known before the content has arrived. */
  public static final long UNKNOWN = -1;

  private ContentLength() {}

  /**
   * The length a message announces, in bytes; {@link #UNKNOWN} if it has no Content-Length or none
   * that is a number.
   */
  public static long of(Fields fields) {
    String value = fields.first("Content-Length");
    if (value == null || value.isEmpty() || value.length() > 18) {
      return UNKNOWN;
    }
    long length = 0;
    for (int i = 0; i < value.length(); i++) {
      char digit = value.charAt(i);
      if (digit < '0' || digit > '9') {
        return UNKNOWN;
      }
      length = 10 * length + (digit - '0');
    }
    return length;
  }
}
