package io.cachingproxy.http;

/**
 * A range of bytes of a representation whose length is known.
 *
 * @param first the position of the first byte
 * @param last the position of the last byte, inclusive
 */
public record ByteRange(long first, long last) {

  /** The number of bytes, at least 1. */
  public long length() {
    return last - first + 1;
  }

  /** The value of Content-Range (RFC 9110 §14.4). */
  public String contentRange(long completeLength) {
    return "bytes " + first + "-" + last + "/" + completeLength;
  }
}
