package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that Vary names and the values a request needs for a stored response to be
 * selected (RFC 9111 §4.1). Two with equal names and normalised values are the same variant.
 * Immutable and thread-safe.
 */
public final class SelectingFields {

  private static final SelectingFields NONE = new SelectingFields(false, List.of(), List.of());

  private final boolean any;
  private final List<String> names;
  private final List<String> values;

  private SelectingFields(boolean any, List<String> names, List<String> values) {
    this.any = any;
    this.names = names;
    this.values = values;
  }

  /** What the Vary of this response means, with the values of the request it answers. */
  public static SelectingFields of(ResponseHead response, RequestHead request) {
    TreeSet<String> names = new TreeSet<>();
    for (String line : response.fields().values("Vary")) {
      for (String member : line.split(",", -1)) {
        String name = member.strip().toLowerCase(Locale.ROOT);
        if (!name.isEmpty()) {
          names.add(name);
        }
      }
    }
    if (names.isEmpty()) {
      return NONE;
    }
    List<String> values = new ArrayList<>();
    for (String name : names) {
      values.add(Objects.requireNonNullElse(request.fields().combined(name), "\0"));
    }
    return new SelectingFields(names.contains("*"), List.copyOf(names), List.copyOf(values));
  }

  /** Whether Vary has a member {@code *}, which no request ever matches. */
  static boolean namesAny(Fields response) {
    for (String line : response.values("Vary")) {
      for (String member : line.split(",", -1)) {
        if (member.strip().equals("*")) {
          return true;
        }
      }
    }
    return false;
  }

  /** The names Vary lists, in lower case and sorted. */
  public List<String> names() {
    return names;
  }

  /** Whether the stored response may answer this request as far as Vary goes. */
  public boolean matches(RequestHead request) {
    if (any) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      String value = request.fields().combined(names.get(i));
      if (!values.get(i).equals(value == null ? "\0" : value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SelectingFields that
        && names.equals(that.names)
        && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(names, values);
  }
}
