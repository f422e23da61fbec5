package io.cachingproxy.cache.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.ByteRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protects the format of several parts in one response (RFC 9110 §14.6). */
class MultipartRangesTest {

  private static final String WHOLE = "0123456789";

  private static String content(MultipartRanges parts) {
    ByteBuffer all = ByteBuffer.allocate((int) parts.contentLength());
    parts.pieces(MultipartRangesTest::bytes).forEach(all::put);
    assertThat(all.hasRemaining()).as("the announced length is reached").isFalse();
    return new String(all.array(), StandardCharsets.ISO_8859_1);
  }

  private static List<ByteBuffer> bytes(ByteRange range) {
    String text = WHOLE.substring((int) range.first(), (int) range.last() + 1);
    return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void eachPartHasItsTypeAndItsRange() {
    MultipartRanges parts =
        new MultipartRanges(
            List.of(new ByteRange(7, 9), new ByteRange(0, 1)), 10, "text/plain", "xyz");
    assertThat(parts.contentType()).isEqualTo("multipart/byteranges; boundary=xyz");
    assertThat(content(parts))
        .isEqualTo(
            """
            --xyz\r
            Content-Type: text/plain\r
            Content-Range: bytes 7-9/10\r
            \r
            789\r
            --xyz\r
            Content-Type: text/plain\r
            Content-Range: bytes 0-1/10\r
            \r
            01\r
            --xyz--\r
            """);
  }

  @Test
  void partsOfWhatHasNoTypeHaveNone() {
    MultipartRanges parts =
        new MultipartRanges(List.of(new ByteRange(0, 0), new ByteRange(9, 9)), 10, null, "b");
    assertThat(content(parts)).doesNotContain("Content-Type");
  }
}
