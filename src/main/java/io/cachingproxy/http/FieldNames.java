package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.List;

/**
 * A fixed set of field names, compared ignoring case (RFC 9110 §5.1). A look-up allocates nothing
 * and compares names of the same length only. Immutable and thread-safe.
 */
public final class FieldNames {

  private static final String[] NONE = {};

  private final String[][] byLength;

  private FieldNames(String[][] byLength) {
    this.byLength = byLength;
  }

  /** The set of these names, in any case. */
  public static FieldNames of(String... names) {
    List<List<String>> byLength = new ArrayList<>();
    for (String name : names) {
      while (byLength.size() <= name.length()) {
        byLength.add(new ArrayList<>());
      }
      byLength.get(name.length()).add(name);
    }
    return new FieldNames(
        byLength.stream().map(same -> same.toArray(NONE)).toArray(String[][]::new));
  }

  /** Whether that name is one of them. */
  public boolean contains(String name) {
    int length = name.length();
    if (length >= byLength.length) {
      return false;
    }
    for (String candidate : byLength[length]) {
      if (candidate.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
