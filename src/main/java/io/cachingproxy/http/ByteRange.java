package io.cachingproxy.http;

/**
 * A range of bytes of a representation whose length is known.
 *
 * @param first the position of the first byte
 * @param last the position of the last byte, inclusive
 */
public record ByteRange(long first, long last) {

  public ByteRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("no range: " + first + "-" + last);
    }
  }

  /** All of a representation that is not empty. */
  public static ByteRange all(long completeLength) {
    return new ByteRange(0, completeLength - 1);
  }

  /** The number of bytes, at least 1. */
  public long length() {
    return last - first + 1;
  }

  /** Whether every byte of the other range is in this one. */
  public boolean contains(ByteRange other) {
    return first <= other.first && other.last <= last;
  }

  /** Whether some byte is in both. */
  public boolean overlaps(ByteRange other) {
    return first <= other.last && other.first <= last;
  }

  /** Whether both together are one range: they overlap, or one begins where the other ends. */
  public boolean touches(ByteRange other) {
    return first - 1 <= other.last && other.first - 1 <= last;
  }

  /** The smallest range that contains both. */
  public ByteRange hull(ByteRange other) {
    return new ByteRange(Math.min(first, other.first), Math.max(last, other.last));
  }

  /** The value of Content-Range (RFC 9110 §14.4). */
  public String contentRange(long completeLength) {
    return "bytes " + first + "-" + last + "/" + completeLength;
  }
}
