package io.cachingproxy.cache.parts;

import io.cachingproxy.http.ByteRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The content of a 206 with several parts, {@code multipart/byteranges} (RFC 9110 §14.6).
 * Immutable.
 */
public final class MultipartRanges {

  private final List<ByteRange> ranges;
  private final String boundary;
  private final List<byte[]> heads;
  private final byte[] end;

  /**
   * Creates the content from parts of one representation.
   *
   * @param ranges the parts, in the order in which they are sent
   * @param completeLength the length of the representation in bytes
   * @param contentType the type of the representation, null if it has none
   * @param boundary a string that does not occur in the parts
   */
  public MultipartRanges(
      List<ByteRange> ranges, long completeLength, @Nullable String contentType, String boundary) {
    this.ranges = ranges;
    this.boundary = boundary;
    this.heads = new ArrayList<>(ranges.size());
    String type = contentType == null ? "" : "Content-Type: " + contentType + "\r\n";
    for (ByteRange range : ranges) {
      String lineBreak = heads.isEmpty() ? "" : "\r\n";
      String contentRange = "Content-Range: " + range.contentRange(completeLength) + "\r\n";
      heads.add(bytes(lineBreak + "--" + boundary + "\r\n" + type + contentRange + "\r\n"));
    }
    this.end = bytes("\r\n--" + boundary + "--\r\n");
  }

  public String contentType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  public long contentLength() {
    long length = end.length;
    for (int i = 0; i < ranges.size(); i++) {
      length += heads.get(i).length + ranges.get(i).length();
    }
    return length;
  }

  /**
   * The whole content.
   *
   * @param bytes returns the bytes of a range
   */
  public List<ByteBuffer> pieces(Function<ByteRange, List<ByteBuffer>> bytes) {
    List<ByteBuffer> pieces = new ArrayList<>(2 * ranges.size() + 1);
    for (int i = 0; i < ranges.size(); i++) {
      pieces.add(ByteBuffer.wrap(heads.get(i)));
      pieces.addAll(bytes.apply(ranges.get(i)));
    }
    pieces.add(ByteBuffer.wrap(end));
    return pieces;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
