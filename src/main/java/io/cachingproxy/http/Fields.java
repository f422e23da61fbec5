package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message in the order they were received, duplicates included (RFC 9110 §5.2,
 * §5.3). Names are compared ignoring case. Immutable and thread-safe.
 */
public final class Fields implements Iterable<Field> {

  private static final Fields EMPTY = new Fields(List.of());

  private final List<Field> lines;

  private Fields(List<Field> lines) {
    this.lines = lines;
  }

  /** No field lines at all. */
  public static Fields empty() {
    return EMPTY;
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
    return lines.isEmpty() ? EMPTY : new Fields(List.copyOf(lines));
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these lines. */
  public Builder toBuilder() {
    return new Builder().addAll(lines);
  }

  public boolean contains(String name) {
    return first(name) != null;
  }

  /** The value of the first line of that name, or null if there is none. */
  public @Nullable String first(String name) {
    if (lines instanceof FieldBlock block) {
      return block.first(name);
    }
    for (int i = 0; i < lines.size(); i++) {
      Field line = lines.get(i);
      if (line.isNamed(name)) {
        return line.value();
      }
    }
    return null;
  }

  /** The values of all lines of that name, one for each line, in order; empty if there is none. */
  public List<String> values(String name) {
    if (lines instanceof FieldBlock block) {
      return block.values(name);
    }
    List<String> values = null;
    for (int i = 0; i < lines.size(); i++) {
      Field line = lines.get(i);
      if (line.isNamed(name)) {
        if (values == null) {
          values = new ArrayList<>(2);
        }
        values.add(line.value());
      }
    }
    return values == null ? List.of() : values;
  }

  /**
   * Whether the lines of that name are exactly one with this value, or none if it is null.
   * Allocates nothing.
   */
  public boolean isExactly(String name, @Nullable String value) {
    boolean found = false;
    for (int i = 0; i < lines.size(); i++) {
      Field line = lines.get(i);
      if (line.isNamed(name)) {
        if (found || !line.value().equals(value)) {
          return false;
        }
        found = true;
      }
    }
    return found || value == null;
  }

  /**
   * All lines of that name combined with {@code ", "} (RFC 9110 §5.3), or null if there is none.
   */
  public @Nullable String combined(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? null : String.join(", ", values);
  }

  /** These fields without the lines the predicate holds for. */
  public Fields without(Predicate<? super Field> unwanted) {
    Builder kept = builder();
    for (Field line : lines) {
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
   * The same lines as one block, for fields that are kept long.
   *
   * @param apart the names, in lower case, of lines that are not sent with the others
   */
  public Fields packed(Set<String> apart) {
    return new Fields(FieldBlock.of(lines, apart));
  }

  /** The block that these lines are, or null if they are not {@link #packed}. */
  public @Nullable FieldBlock block() {
    return lines instanceof FieldBlock block ? block : null;
  }

  public int size() {
    return lines.size();
  }

  public Field get(int index) {
    return lines.get(index);
  }

  public Stream<Field> stream() {
    return lines.stream();
  }

  @Override
  public Iterator<Field> iterator() {
    return Collections.unmodifiableList(lines).iterator();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fields that && lines.equals(that.lines);
  }

  @Override
  public int hashCode() {
    return lines.hashCode();
  }

  @Override
  public String toString() {
    return lines.stream()
        .map(line -> line.name() + ": " + line.value())
        .collect(Collectors.joining("\n"));
  }

  /** Collects field lines in order. Not thread-safe. */
  public static final class Builder {
    private static final int USUAL_LINES = 16;

    private List<Field> lines = new ArrayList<>(USUAL_LINES);

    /** Whether what was built has these very lines: then they are copied before one is added. */
    private boolean built;

    private Builder() {}

    public Builder add(String name, String value) {
      return add(new Field(name, value));
    }

    public Builder add(Field line) {
      if (built) {
        lines = new ArrayList<>(lines);
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
      if (lines.isEmpty()) {
        return EMPTY;
      }
      built = true;
      return new Fields(lines);
    }
  }
}
