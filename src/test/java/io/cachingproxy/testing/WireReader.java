package io.cachingproxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 messages from a socket and keeps the bytes it read. Not thread-safe.
 *
 * <p>Only the first {@value #RECORDED} bytes since the last {@link #startRecording} are kept, so
 * that bodies of any size can be read.
 */
final class WireReader {

  private static final int RECORDED = 1 << 20;
  private static final int LONGEST_LINE = 1 << 20;

  private final InputStream in;
  private ByteArrayOutputStream record = new ByteArrayOutputStream();

  WireReader(InputStream in) {
    this.in = new BufferedInputStream(in, 16 * 1024);
  }

  /** Forgets the bytes kept so far. */
  void startRecording() {
    record = new ByteArrayOutputStream();
  }

  byte[] recorded() {
    return record.toByteArray();
  }

  /** The next byte, or -1 at the end; a reset counts as {@link TruncatedMessageException}. */
  int read() throws IOException {
    try {
      int next = in.read();
      if (next >= 0 && record.size() < RECORDED) {
        record.write(next);
      }
      return next;
    } catch (SocketException reset) {
      throw new TruncatedMessageException("connection broken: " + reset.getMessage());
    }
  }

  int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int count = in.read(buffer, offset, length);
      if (count > 0 && record.size() < RECORDED) {
        record.write(buffer, offset, Math.min(count, RECORDED - record.size()));
      }
      return count;
    } catch (SocketException reset) {
      throw new TruncatedMessageException("connection broken: " + reset.getMessage());
    }
  }

  /**
   * The next line without its line end, or null if the stream ended before its first byte.
   *
   * @throws TruncatedMessageException if the stream ended within the line
   */
  @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = read(); next != '\n'; next = read()) {
      if (next < 0) {
        if (line.length() == 0) {
          return null;
        }
        throw new TruncatedMessageException("the stream ended within a line: " + line);
      }
      if (line.length() >= LONGEST_LINE) {
        throw new IOException("a line without an end");
      }
      line.append((char) next);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  /** Field lines up to and with the empty line. */
  HeaderLines headerLines() throws IOException {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = line();
      if (line == null) {
        throw new TruncatedMessageException("the stream ended within the header section");
      }
      if (line.isEmpty()) {
        return new HeaderLines(lines);
      }
      lines.add(line);
    }
  }

  static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }
}
