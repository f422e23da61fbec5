package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.proxy.request.Via;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * All fields of a stored response, Age and Via behind them, which go into an answer as if they were
 * one field: the bytes are copied as they are stored.
 *
 * <p>One object does for all answers on a connection, whose heads are written one after the other.
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

  /** From now on these. */
  StoredLines of(FieldBlock block, long seconds) {
    stored = block;
    age = seconds;
    return this;
  }

  /** Until there are others, none. */
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
