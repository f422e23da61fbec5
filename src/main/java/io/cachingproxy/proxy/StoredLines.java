package io.cachingproxy.proxy;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * All fields of a stored response in the bytes of HTTP/1.1, made once and copied into every answer
 * as if they were one field. Not among them are those that an answer has anew: the length, which
 * Jetty wants to know, and {@code X-Cache}. Immutable and thread-safe.
 */
final class StoredLines extends PreEncodedHttpField {

  private final byte[] lines;

  private StoredLines(byte[] lines) {
    super("Stored", "");
    this.lines = lines;
  }

  static StoredLines of(Fields fields) {
    StringBuilder text = new StringBuilder(512);
    for (Field line : fields) {
      if (!line.isNamed("Content-Length") && !line.isNamed("X-Cache")) {
        append(text, line.name(), line.value());
      }
    }
    return new StoredLines(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void append(StringBuilder text, String name, String value) {
    text.append(name).append(": ");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      // No value that was parsed has any; but if it had, it must not become a line of its own.
      text.append(c < ' ' && c != '\t' ? ' ' : c);
    }
    text.append("\r\n");
  }

  @Override
  public void putTo(ByteBuffer buffer, HttpVersion version) {
    buffer.put(lines);
  }
}
