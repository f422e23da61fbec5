package io.cachingproxy.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message exactly as they came over the wire: order, case, spacing and
 * duplicates kept, bytes as ISO-8859-1 characters. Immutable.
 *
 * @param lines the lines without their line ends, for example {@code "ETag: \"a\""}
 */
public record HeaderLines(List<String> lines) {

  static final HeaderLines NONE = new HeaderLines(List.of());

  public HeaderLines {
    lines = List.copyOf(lines);
  }

  /** The values of all lines of that name (ignoring case), without surrounding whitespace. */
  public List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
        values.add(line.substring(colon + 1).strip());
      }
    }
    return values;
  }

  /** The value of the first line of that name, or null if there is none. */
  public @Nullable String first(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /** All values of that name joined with {@code ", "}; empty if there is none. */
  public String joined(String name) {
    return String.join(", ", values(name));
  }

  public boolean has(String name) {
    return first(name) != null;
  }

  /** Whether one of the comma-separated members of that field is {@code member}, ignoring case. */
  public boolean lists(String name, String member) {
    for (String each : joined(name).split(",", -1)) {
      if (each.strip().equalsIgnoreCase(member)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
