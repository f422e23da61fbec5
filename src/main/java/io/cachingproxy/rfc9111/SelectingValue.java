package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One selecting field: the value the stored response's request had, as it was and normalised (RFC
 * 9111 §4.1).
 *
 * @param name the field name in lower case
 * @param raw the value, if it was on one line; null if the field was absent or on several lines
 * @param normalized the value in the one spelling of all that mean the same; null if it was absent
 * @param representation what the stored response is in the terms of this field: its language or
 *     coding; null if that is not known
 */
record SelectingValue(
    String name,
    @Nullable String raw,
    @Nullable String normalized,
    @Nullable String representation) {

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

  static SelectingValue of(String name, Fields request, Fields response) {
    List<String> lines = request.values(name);
    return new SelectingValue(
        name,
        lines.size() == 1 ? lines.get(0) : null,
        normalize(name, lines),
        representation(name, response));
  }

  /** The value in one spelling: members in lines or lists, spaces, case, order where it's moot. */
  static @Nullable String normalize(String name, List<String> lines) {
    if (lines.isEmpty()) {
      return null;
    }
    if (WEIGHTED.contains(name)) {
      return FieldMembers.of(lines).stream()
          .map(Preference::parse)
          .sorted()
          .distinct()
          .map(Preference::toString)
          .collect(Collectors.joining(","));
    }
    if (SINGLETONS.contains(name)) {
      return String.join(name.equals("cookie") ? "; " : ", ", lines);
    }
    return lines.stream()
        .flatMap(line -> FieldMembers.split(line, ',').stream())
        .collect(Collectors.joining(","));
  }

  private static @Nullable String representation(String name, Fields response) {
    String described =
        switch (name) {
          case "accept-language" -> response.combined("Content-Language");
          case "accept-encoding" -> response.combined("Content-Encoding");
          default -> null;
        };
    return described == null ? null : Preference.parse(described).range();
  }

  /** How many characters its strings have. */
  int characters() {
    return name.length() + length(raw) + length(normalized) + length(representation);
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** Whether a request has the same value in the same spelling. Allocates nothing. */
  boolean isSpelledLikeThatOf(Fields request) {
    // "If a header field is absent from a request, it can only match another request if it is also
    // absent there."
    return normalized == null
        ? request.isExactly(name, null)
        : raw != null && request.isExactly(name, raw);
  }

  /** Whether a request has the same value. */
  boolean equalsThatOf(RequestedValues request) {
    return isSpelledLikeThatOf(request.fields())
        || (normalized != null && normalized.equals(request.normalized(name)));
  }

  /**
   * Whether a request prefers the stored representation to, or likes it as much as, all others: the
   * "known mechanism for ranking preference" of RFC 9111 §4.1.
   */
  boolean isPreferredBy(RequestedValues request) {
    if (normalized == null || representation == null) {
      return false;
    }
    int heaviest = 0;
    int ours = -1;
    for (Preference preference : request.preferences(name)) {
      heaviest = Math.max(heaviest, preference.weight());
      if (preference.range().equals(representation.toLowerCase(Locale.ROOT))) {
        ours = preference.weight();
      }
    }
    return ours > 0 && ours == heaviest;
  }
}
