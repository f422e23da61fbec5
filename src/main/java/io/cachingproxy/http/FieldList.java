package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Field lines as objects, for the duration of an exchange. Modified by its builder only. */
final class FieldList extends Fields {

  static final FieldList EMPTY = new FieldList();

  private static final int USUAL_LINES = 16;

  private Field[] lines = new Field[USUAL_LINES];
  private int size;

  FieldList() {}

  FieldList copy() {
    FieldList copy = new FieldList();
    copy.lines = Arrays.copyOf(lines, Math.max(lines.length, size + 1));
    copy.size = size;
    return copy;
  }

  void add(Field line) {
    if (size == lines.length) {
      lines = Arrays.copyOf(lines, 2 * size);
    }
    lines[size++] = line;
  }

  @Override
  public @Nullable String first(String name) {
    for (int i = 0; i < size; i++) {
      if (lines[i].isNamed(name)) {
        return lines[i].value();
      }
    }
    return null;
  }

  @Override
  public List<String> values(String name) {
    List<String> values = null;
    for (int i = 0; i < size; i++) {
      if (lines[i].isNamed(name)) {
        values = values == null ? new ArrayList<>(2) : values;
        values.add(lines[i].value());
      }
    }
    return values == null ? List.of() : values;
  }

  /** Allocates nothing. */
  @Override
  public boolean isExactly(String name, @Nullable String value) {
    boolean found = false;
    for (int i = 0; i < size; i++) {
      if (lines[i].isNamed(name)) {
        if (found || !lines[i].value().equals(value)) {
          return false;
        }
        found = true;
      }
    }
    return found || value == null;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Field get(int index) {
    return lines[Objects.checkIndex(index, size)];
  }

  @Override
  public Iterator<Field> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public Field next() {
        if (next >= size) {
          throw new NoSuchElementException();
        }
        return lines[next++];
      }
    };
  }
}
