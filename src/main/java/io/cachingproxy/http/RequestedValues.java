package io.cachingproxy.http;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values of selecting fields in a request (RFC 9111 §4.1), each normalised once however many
 * stored responses are compared with it. Thread-safe.
 */
public final class RequestedValues {

  /**
   * Lists with more separators are compared literally: no browser sends one, and sorting it would
   * let clients cause work.
   */
  private static final int MAX_SEPARATORS = 128;

  private static final Set<String> WEIGHTED =
      Set.of("accept", "accept-charset", "accept-encoding", "accept-language");

  /** Fields that are not lists, though their values contain commas and spaces. */
  private static final Set<String> SINGLETONS =
      Set.of(
          "authorization",
          "cookie",
          "date",
          "from",
          "host",
          "if-modified-since",
          "if-range",
          "if-unmodified-since",
          "origin",
          "referer",
          "user-agent");

  private final Fields request;
  private volatile List<Value> known = List.of();

  RequestedValues(Fields request) {
    this.request = request;
  }

  /**
   * The value of one field.
   *
   * @param name in lower case
   * @param normalized equal for equivalent values; null if the field is absent
   * @param preferences the members and their weights, if the field has weights
   */
  private record Value(String name, @Nullable String normalized, List<Preference> preferences) {}

  /**
   * The normalised value, equal for equivalent values: independent of how members are split into
   * lines, of spaces, of case, and of order where it has no meaning. Null if the field is absent.
   *
   * @param name in lower case
   */
  public @Nullable String normalized(String name) {
    return of(name).normalized();
  }

  /**
   * The members of a field and their weights (RFC 9110 §12.5), the heaviest first; none if the
   * field has no weights.
   *
   * @param name in lower case
   */
  public List<Preference> preferences(String name) {
    return of(name).preferences();
  }

  private Value of(String name) {
    List<Value> all = known;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        return all.get(i);
      }
    }
    Value value = valueOf(name, request.values(name));
    // A concurrent update may be lost: then the value is computed again.
    known = Stream.concat(all.stream(), Stream.of(value)).toList();
    return value;
  }

  private static Value valueOf(String name, List<String> lines) {
    if (lines.isEmpty()) {
      return new Value(name, null, List.of());
    }
    if (SINGLETONS.contains(name)) {
      String joined = String.join(name.equals("cookie") ? "; " : ", ", lines);
      return new Value(name, joined, List.of());
    }
    if (hasTooManyMembers(lines)) {
      // Field values contain no line feed, so this equals no other normalised value.
      return new Value(name, '\n' + String.join("\n", lines), List.of());
    }
    if (WEIGHTED.contains(name)) {
      List<Preference> preferences =
          FieldMembers.of(lines).stream().map(Preference::parse).sorted().distinct().toList();
      String joined =
          preferences.stream().map(Preference::toString).collect(Collectors.joining(","));
      return new Value(name, joined, preferences);
    }
    String joined =
        lines.stream()
            .flatMap(line -> FieldMembers.split(line, ',').stream())
            .collect(Collectors.joining(","));
    return new Value(name, joined, List.of());
  }

  private static boolean hasTooManyMembers(List<String> lines) {
    int separators = lines.size() - 1;
    for (String line : lines) {
      for (int i = 0; i < line.length() && separators <= MAX_SEPARATORS; i++) {
        char c = line.charAt(i);
        separators += c == ',' || c == ';' ? 1 : 0;
      }
    }
    return separators > MAX_SEPARATORS;
  }
}
