package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;
import java.util.Locale;
import java.util.Set;

/**
 * Filters trailer sections (RFC 9110 §6.5.1).
 *
 * <p>Trailer fields stay trailer fields: they are never merged into the header section. They are
 * not stored (RFC 9111 §3.1: "Caches MAY either store trailer fields separate from header fields or
 * discard them"); the {@code Trailer} field of the header section stays, as a hint of what was left
 * out (RFC 9110 §6.6.2).
 */
public final class TrailerSection {

  /**
   * Fields that would come too late after the content: "message framing, routing, request
   * modifiers, authentication, response control data, and content format".
   */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "age",
          "authorization",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "cookie",
          "date",
          "expect",
          "expires",
          "host",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "location",
          "max-forwards",
          "pragma",
          "range",
          "retry-after",
          "set-cookie",
          "trailer",
          "vary",
          "www-authenticate");

  private TrailerSection() {}

  /** The trailer fields that are forwarded, in order. */
  public static Fields passedOn(Fields trailers) {
    return EndToEnd.response(trailers)
        .without(line -> FORBIDDEN.contains(line.name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Whether the sender of a message with these fields accepts trailer fields: its {@code TE} lists
   * {@code trailers} (RFC 9110 §10.1.4).
   */
  public static boolean isWelcomeTo(Fields request) {
    for (String line : request.values("TE")) {
      for (String member : line.split(",", -1)) {
        if (member.strip().equalsIgnoreCase("trailers")) {
          return true;
        }
      }
    }
    return false;
  }
}
