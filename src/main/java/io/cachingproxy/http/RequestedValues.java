package io.cachingproxy.http;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request says in selecting fields (RFC 9111 §4.1), each made out once however many stored
 * responses are compared with it. Thread-safe.
 */
public final class RequestedValues {

  /**
   * Lists with more separators than that are compared as they are spelled: no browser sends one,
   * and to sort it would be work that a client makes us do.
   */
  private static final int MAX_SEPARATORS = 128;

  private static final Set<String> WEIGHTED =
      Set.of("accept", "accept-charset", "accept-encoding", "accept-language");

  /** Fields whose value is no list, though commas and spaces occur in it. */
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
   * What one field says.
   *
   * @param name in lower case
   * @param normalized in the one spelling of all that mean the same; null if the field is absent
   * @param preferences the members and what they weigh, if it is a field of that kind
   */
  private record Value(String name, @Nullable String normalized, List<Preference> preferences) {}

  /**
   * The value in the one spelling of all that mean the same: members in lines or lists, spaces,
   * case, order where it's moot. Null if the field is absent.
   *
   * @param name in lower case
   */
  public @Nullable String normalized(String name) {
    return of(name).normalized();
  }

  /**
   * The members of a field and what they weigh (RFC 9110 §12.5), the heaviest first; none if it is
   * no such field.
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
    // Another thread's may get lost: then it is made out once more.
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
      // No value has a line feed in it: it is like no other value's one spelling.
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
