package io.cachingproxy.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Field lines in one array, encoded as in HTTP/1.1 (RFC 9112 §5): a single object for all lines of
 * a stored response, ready to be sent. Some lines may be set apart: they are stored after the
 * others and not sent with them. Immutable and thread-safe.
 */
public final class FieldBlock extends Fields {

  private final byte[] bytes;
  private final int sent;

  private FieldBlock(byte[] bytes, int sent) {
    this.bytes = bytes;
    this.sent = sent;
  }

  /**
   * Encodes the lines in order.
   *
   * @param apart the names of the lines to set apart
   */
  static FieldBlock of(Fields lines, FieldNames apart) {
    int length = 0;
    int lengthApart = 0;
    for (Field line : lines) {
      int bytes = line.name().length() + line.value().length() + ": \r\n".length();
      length += bytes;
      lengthApart += apart.contains(line.name()) ? bytes : 0;
    }
    ByteBuffer block = ByteBuffer.allocate(length);
    int sent = length - lengthApart;
    ByteBuffer last = block.duplicate().position(sent);
    for (Field line : lines) {
      append(apart.contains(line.name()) ? last : block, line);
    }
    return new FieldBlock(block.array(), sent);
  }

  private static void append(ByteBuffer block, Field line) {
    append(block, line.name());
    block.put((byte) ':').put((byte) ' ');
    append(block, line.value());
    block.put((byte) '\r').put((byte) '\n');
  }

  private static void append(ByteBuffer block, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Parsed fields contain no control characters; if one did, it must not begin a new line.
      boolean isControl = c < ' ' && c != '\t';
      block.put((byte) (isControl ? ' ' : c > 0xFF ? '?' : c));
    }
  }

  /** The length of all lines in bytes. */
  public int length() {
    return bytes.length;
  }

  /** Writes the lines that are not set apart, each with its line ending. */
  public void writeTo(ByteBuffer buffer) {
    buffer.put(bytes, 0, sent);
  }

  @Override
  public @Nullable String first(String name) {
    for (int at = 0; at < bytes.length; at = next(at)) {
      if (isNamed(at, name)) {
        return value(at, name.length());
      }
    }
    return null;
  }

  @Override
  public List<String> values(String name) {
    List<String> values = null;
    for (int at = 0; at < bytes.length; at = next(at)) {
      if (isNamed(at, name)) {
        values = values == null ? new ArrayList<>(2) : values;
        values.add(value(at, name.length()));
      }
    }
    return values == null ? List.of() : values;
  }

  /** Returns a block, so that the result can be sent as it is. */
  @Override
  public FieldBlock without(Predicate<? super Field> unwanted) {
    byte[] kept = new byte[bytes.length];
    int size = 0;
    int sizeSent = 0;
    for (int at = 0; at < bytes.length; ) {
      int end = next(at);
      if (!unwanted.test(line(at))) {
        System.arraycopy(bytes, at, kept, size, end - at);
        size += end - at;
      }
      if (end <= sent) {
        sizeSent = size;
      }
      at = end;
    }
    return new FieldBlock(size == bytes.length ? bytes : Arrays.copyOf(kept, size), sizeSent);
  }

  private boolean isNamed(int at, String name) {
    int length = name.length();
    if (at + length >= bytes.length || bytes[at + length] != ':') {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower((char) (bytes[at + i] & 0xFF)) != lower(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Field names are tokens, and so ASCII (RFC 9110 §5.1). */
  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  private String value(int at, int nameLength) {
    int start = at + nameLength + 2;
    return text(start, next(at) - 2);
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** The start of the next line. */
  private int next(int at) {
    int end = at;
    while (bytes[end] != '\n') {
      end++;
    }
    return end + 1;
  }

  private Field line(int at) {
    int colon = at;
    while (bytes[colon] != ':') {
      colon++;
    }
    return new Field(text(at, colon), value(at, colon - at));
  }

  @Override
  public int size() {
    int size = 0;
    for (int at = 0; at < bytes.length; at = next(at)) {
      size++;
    }
    return size;
  }

  @Override
  public Field get(int index) {
    int at = 0;
    for (int i = 0; i < index && at < bytes.length; i++) {
      at = next(at);
    }
    if (index < 0 || at >= bytes.length) {
      throw new IndexOutOfBoundsException(index);
    }
    return line(at);
  }

  @Override
  public Iterator<Field> iterator() {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < bytes.length;
      }

      @Override
      public Field next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Field line = line(at);
        at = FieldBlock.this.next(at);
        return line;
      }
    };
  }
}
