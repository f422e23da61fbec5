package io.cachingproxy.http;

/** The Content-Length field (RFC 9110 §8.6). */
public final class ContentLength {

  /** The value of {@link #of} if the length is not known before the content has arrived. */
  public static final long UNKNOWN = -1;

  private ContentLength() {}

  /** The announced length in bytes; {@link #UNKNOWN} if there is no valid Content-Length. */
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
