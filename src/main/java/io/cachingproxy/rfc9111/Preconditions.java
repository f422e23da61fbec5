package io.cachingproxy.rfc9111;

import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a client's conditional fields mean for a stored response (RFC 9110 §13, RFC 9111 §4.3.2).
 */
public enum Preconditions {
  /** Answer with the stored response. */
  PROCEED,
  /** Answer 304. */
  NOT_MODIFIED,
  /** Only the origin may evaluate them: forward the request unchanged. */
  PASS_ON;

  /** Representation metadata that a 304 still carries (RFC 9110 §15.4.5). */
  private static final Set<String> OF_304 =
      Set.of("content-location", "content-security-policy", "content-security-policy-report-only");

  /** The verdict on a stored response that may be used for the request. */
  public static Preconditions of(RequestHead request, StoredHead stored) {
    Fields fields = request.fields();
    // "A cache MUST NOT evaluate conditional header fields that only apply to an origin server"
    if (fields.contains("If-Match") || fields.contains("If-Unmodified-Since")) {
      return PASS_ON;
    }
    // RFC 9110 §13.2.1: only where the answer would be a success without them
    if (stored.status() < 200 || stored.status() > 299) {
      return PROCEED;
    }
    List<String> noneMatch = fields.values("If-None-Match");
    if (!noneMatch.isEmpty()) {
      return matchesAny(noneMatch, stored) ? NOT_MODIFIED : PROCEED;
    }
    // RFC 9110 §13.1.3: "A recipient MUST ignore If-Modified-Since if the request contains an
    // If-None-Match header field"
    List<String> since = fields.values("If-Modified-Since");
    return since.size() == 1 && !isModifiedSince(since.get(0), stored) ? NOT_MODIFIED : PROCEED;
  }

  /** RFC 9110 §13.1.2: the weak comparison. */
  private static boolean matchesAny(List<String> noneMatch, StoredHead stored) {
    if (EntityTag.isAny(noneMatch)) {
      return true;
    }
    EntityTag ours = stored.etag();
    if (ours == null) {
      return false;
    }
    for (EntityTag theirs : EntityTag.parseList(noneMatch)) {
      if (ours.matchesWeakly(theirs)) {
        return true;
      }
    }
    return false;
  }

  /** RFC 9111 §4.3.2: compared with Last-Modified, else with Date; an invalid date is ignored. */
  private static boolean isModifiedSince(String since, StoredHead stored) {
    Instant lastModified = stored.lastModified();
    if (lastModified != null && since.equals(stored.fields().first("Last-Modified"))) {
      return false;
    }
    Instant date = HttpDate.parse(since, stored.responseTime());
    Instant ours = lastModified == null ? stored.date() : lastModified;
    return date == null || ours.getEpochSecond() > date.getEpochSecond();
  }

  /**
   * Whether If-Range allows answering with a part (RFC 9110 §13.1.5), by strong comparison. True if
   * there is no If-Range.
   */
  public static boolean ifRangeHolds(RequestHead request, StoredHead stored) {
    List<String> lines = request.fields().values("If-Range");
    if (lines.isEmpty()) {
      return true;
    }
    String value = lines.get(0).strip();
    if (lines.size() > 1) {
      return false;
    }
    Instant date = HttpDate.parse(value, stored.responseTime());
    if (date == null) {
      EntityTag theirs = EntityTag.parse(value);
      EntityTag ours = stored.etag();
      return theirs != null && ours != null && ours.matchesStrongly(theirs);
    }
    // RFC 9110 §8.8.2.2: a date is a strong validator only if it is clearly older than the message.
    return date.equals(stored.lastModified()) && date.isBefore(stored.date());
  }

  /**
   * The fields of a 304 made from a stored response (RFC 9110 §15.4.5): without the metadata of a
   * representation that is not sent. Age is to be added.
   */
  public static Fields notModifiedFields(Fields stored) {
    boolean tagged = stored.contains("ETag");
    return stored.without(
        line -> {
          String name = line.name().toLowerCase(Locale.ROOT);
          return (name.startsWith("content-") && !OF_304.contains(name))
              || name.equals("repr-digest")
              || name.equals("digest")
              || (tagged && name.equals("last-modified"));
        });
  }
}
