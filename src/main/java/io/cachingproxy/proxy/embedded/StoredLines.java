package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.proxy.request.Via;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * All fields of a stored response, followed by Age and Via, presented to Jetty as a single field:
 * the bytes are copied as they are stored.
 *
 * <p>Each connection reuses one instance for all its answers, since their heads are written one
 * after another.
 */
final class StoredLines extends PreEncodedHttpField {

  private static final byte[] AGE = "Age: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VIA =
      ("\r\nVia: " + Via.OWN_ANSWER + "\r\n").getBytes(StandardCharsets.US_ASCII);

  private @Nullable FieldBlock stored;
  private long age;

  StoredLines() {
    super("Stored", "");
  }

  /** Sets the fields to write until the next call or {@link #clear}. */
  StoredLines of(FieldBlock block, long seconds) {
    stored = block;
    age = seconds;
    return this;
  }

  /** Drops the reference to the stored fields. */
  void clear() {
    stored = null;
  }

  @Override
  public void putTo(ByteBuffer buffer, HttpVersion version) {
    FieldBlock block = stored;
    if (block == null) {
      throw new IllegalStateException("no lines");
    }
    block.writeTo(buffer);
    buffer.put(AGE);
    putDecimal(buffer, age);
    buffer.put(VIA);
  }

  private static void putDecimal(ByteBuffer buffer, long number) {
    if (number >= 10) {
      putDecimal(buffer, number / 10);
    }
    buffer.put((byte) ('0' + number % 10));
  }
}
