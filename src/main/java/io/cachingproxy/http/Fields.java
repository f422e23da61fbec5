package io.cachingproxy.http;

import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message in the order they were received, duplicates included (RFC 9110 §5.2,
 * §5.3). Names are compared ignoring case. Immutable and thread-safe.
 */
public abstract sealed class Fields implements Iterable<Field> permits FieldList, FieldBlock {

  /** No field lines at all. */
  public static Fields empty() {
    return FieldList.EMPTY;
  }

  /** The given names and values, alternating: {@code Fields.of("ETag", "\"a\"", "Age", "3")}. */
  public static Fields of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a field name without a value");
    }
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** The given lines, in their order. */
  public static Fields copyOf(List<Field> lines) {
    return builder().addAll(lines).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these lines. */
  public Builder toBuilder() {
    return builder().addAll(this);
  }

  public boolean contains(String name) {
    return first(name) != null;
  }

  /** The value of the first line of that name, or null if there is none. */
  public abstract @Nullable String first(String name);

  /** The values of all lines of that name, one for each line, in order; empty if there is none. */
  public abstract List<String> values(String name);

  /** Whether the lines of that name are exactly one with this value, or none if it is null. */
  public boolean isExactly(String name, @Nullable String value) {
    List<String> values = values(name);
    return value == null ? values.isEmpty() : values.size() == 1 && values.get(0).equals(value);
  }

  /**
   * All lines of that name combined with {@code ", "} (RFC 9110 §5.3), or null if there is none.
   */
  public @Nullable String combined(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? null : String.join(", ", values);
  }

  /** These fields without the lines that match the predicate. */
  public Fields without(Predicate<? super Field> unwanted) {
    Builder kept = builder();
    for (Field line : this) {
      if (!unwanted.test(line)) {
        kept.add(line);
      }
    }
    return kept.build();
  }

  /** These fields without the lines of that name. */
  public Fields without(String name) {
    return contains(name) ? without(line -> line.isNamed(name)) : this;
  }

  /** These fields, with all lines of that name replaced by one line at the end. */
  public Fields with(String name, String value) {
    return without(name).toBuilder().add(name, value).build();
  }

  /**
   * Packs the lines into one block, for fields that are stored.
   *
   * @param apart the names of lines that are not sent with the others
   */
  public FieldBlock packed(FieldNames apart) {
    return FieldBlock.of(this, apart);
  }

  public abstract int size();

  public abstract Field get(int index);

  public Stream<Field> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Fields that) || size() != that.size()) {
      return false;
    }
    Iterator<Field> theirs = that.iterator();
    for (Field line : this) {
      if (!line.equals(theirs.next())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (Field line : this) {
      hash = 31 * hash + line.hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    return stream()
        .map(line -> line.name() + ": " + line.value())
        .collect(Collectors.joining("\n"));
  }

  /** Collects field lines in order. Not thread-safe. */
  public static final class Builder {
    private FieldList lines = new FieldList();

    /** Whether the lines have been published: then they are copied before one is added. */
    private boolean built;

    private Builder() {}

    public Builder add(String name, String value) {
      return add(new Field(name, value));
    }

    public Builder add(Field line) {
      if (built) {
        lines = lines.copy();
        built = false;
      }
      lines.add(line);
      return this;
    }

    public Builder addAll(Iterable<Field> more) {
      for (Field line : more) {
        add(line);
      }
      return this;
    }

    public Fields build() {
      if (lines.size() == 0) {
        return empty();
      }
      built = true;
      return lines;
    }
  }
}
