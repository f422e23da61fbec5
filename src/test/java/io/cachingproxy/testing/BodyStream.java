package io.cachingproxy.testing;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of one message, its framing taken off: ends where the body ends, and throws {@link
 * TruncatedMessageException} where the connection ends before that. Not thread-safe.
 */
public final class BodyStream extends InputStream {

  private enum Framing {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private final WireReader wire;
  private final Framing framing;
  private long left;
  private boolean firstChunk = true;
  private boolean ended;
  private HeaderLines trailers = HeaderLines.NONE;

  private BodyStream(WireReader wire, Framing framing, long left) {
    this.wire = wire;
    this.framing = framing;
    this.left = left;
    this.ended = framing == Framing.LENGTH && left == 0;
  }

  /** The body of a message with these fields, where one without a length ends at the close. */
  static BodyStream of(WireReader wire, HeaderLines headers, boolean endsAtClose) {
    if (headers.lists("Transfer-Encoding", "chunked")) {
      return new BodyStream(wire, Framing.CHUNKED, 0);
    }
    String length = headers.first("Content-Length");
    if (length != null) {
      return new BodyStream(wire, Framing.LENGTH, Long.parseLong(length));
    }
    return endsAtClose ? new BodyStream(wire, Framing.UNTIL_CLOSE, 0) : none(wire);
  }

  static BodyStream none(WireReader wire) {
    return new BodyStream(wire, Framing.LENGTH, 0);
  }

  /** Whether the whole body has been read. */
  public boolean isEnded() {
    return ended;
  }

  /** Whether the end of the connection is the end of the body. */
  boolean endsAtClose() {
    return framing == Framing.UNTIL_CLOSE;
  }

  /** The trailer section, known when the body has ended. */
  public HeaderLines trailers() {
    return trailers;
  }

  /** Reads exactly so many bytes of the body, waiting for them. */
  public byte[] exactly(int count) throws IOException {
    byte[] bytes = readNBytes(count);
    if (bytes.length < count) {
      throw new AssertionError("the body ended after " + bytes.length + " bytes, not " + count);
    }
    return bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (framing == Framing.CHUNKED && left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int wanted = framing == Framing.UNTIL_CLOSE ? length : (int) Math.min(length, left);
    int count = wire.read(buffer, offset, wanted);
    if (count < 0) {
      if (framing == Framing.UNTIL_CLOSE) {
        ended = true;
        return -1;
      }
      throw new TruncatedMessageException("the body ended " + left + " bytes too early");
    }
    left -= count;
    if (framing == Framing.LENGTH && left == 0) {
      ended = true;
    }
    return count;
  }

  private void nextChunk() throws IOException {
    if (!firstChunk && !line().isEmpty()) {
      throw new IOException("a chunk is longer than it says");
    }
    firstChunk = false;
    String size = line();
    int semicolon = size.indexOf(';');
    left = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
    if (left == 0) {
      trailers = wire.headerLines();
      ended = true;
    }
  }

  private String line() throws IOException {
    @Nullable String line = wire.line();
    if (line == null) {
      throw new TruncatedMessageException("the connection ended between two chunks");
    }
    return line;
  }
}
