package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.Preference;
import io.cachingproxy.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One selecting field: its value in the request of the stored response, as received and normalised
 * (RFC 9111 §4.1).
 *
 * @param name the field name in lower case
 * @param raw the value, if it was on one line; null if the field was absent or on several lines
 * @param normalized the normalised value, equal for equivalent ones; null if the field was absent
 * @param representation the language or coding of the stored response, as the field would name it;
 *     null if that is not known
 */
record SelectingValue(
    String name,
    @Nullable String raw,
    @Nullable String normalized,
    @Nullable String representation) {

  static SelectingValue of(String name, RequestHead request, Fields response) {
    List<String> lines = request.fields().values(name);
    return new SelectingValue(
        name,
        lines.size() == 1 ? lines.get(0) : null,
        request.requested().normalized(name),
        representation(name, response));
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

  /** Whether a request has an equivalent value. */
  boolean equalsThatOf(RequestHead request) {
    return isSpelledLikeThatOf(request.fields())
        || (normalized != null && normalized.equals(request.requested().normalized(name)));
  }

  /**
   * Whether the request ranks no other representation above the stored one: the "known mechanism
   * for ranking preference" of RFC 9111 §4.1.
   */
  boolean isPreferredBy(RequestHead request) {
    if (normalized == null || representation == null) {
      return false;
    }
    int heaviest = 0;
    int ours = -1;
    for (Preference preference : request.requested().preferences(name)) {
      heaviest = Math.max(heaviest, preference.weight());
      if (preference.range().equals(representation)) {
        ours = preference.weight();
      }
    }
    return ours > 0 && ours == heaviest;
  }
}
