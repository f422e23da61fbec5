package io.cachingproxy.rfc9111;

import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Asking the origin whether stored responses still hold, and believing it (RFC 9111 §4.3). */
public final class Validation {

  private Validation() {}

  /**
   * The fields that make a request conditional on the stored responses (RFC 9111 §4.3.1): the
   * entity tags of all of them; and of a single one its Last-Modified. They take the place of the
   * client's own conditional fields. Empty if there is no validator.
   */
  public static Fields conditionalFields(List<StoredHead> candidates) {
    Fields.Builder fields = Fields.builder();
    String tags =
        candidates.stream()
            .map(StoredHead::etag)
            .filter(tag -> tag != null)
            .map(EntityTag::toString)
            .distinct()
            .collect(Collectors.joining(", "));
    if (!tags.isEmpty()) {
      fields.add("If-None-Match", tags);
    }
    if (candidates.size() == 1 && candidates.get(0).lastModified() != null) {
      String lastModified = candidates.get(0).fields().first("Last-Modified");
      if (lastModified != null) {
        fields.add("If-Modified-Since", lastModified);
      }
    }
    return fields.build();
  }

  /** Whether a 304 speaks of this stored response (RFC 9111 §4.3.4). */
  public static boolean selects(StoredHead stored, ResponseHead notModified) {
    EntityTag tag = EntityTag.parse(notModified.fields().first("ETag"));
    EntityTag ours = stored.etag();
    return tag == null || (ours != null && ours.matchesWeakly(tag));
  }

  /** The stored responses a 304 speaks of, of those the request was conditional on. */
  public static List<StoredHead> selected(List<StoredHead> candidates, ResponseHead notModified) {
    return candidates.stream().filter(stored -> selects(stored, notModified)).toList();
  }

  /**
   * The stored response with the fields that a 304, or a 200 to HEAD, brings (RFC 9111 §3.2,
   * §4.3.4).
   */
  public static StoredHead freshen(
      StoredHead stored,
      RequestHead request,
      ResponseHead update,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    return stored;
  }

  /** Whether what a 304, or a 200 to HEAD, brings may be stored; if not, it serves this once. */
  public static boolean mayUpdate(
      RequestHead request, StoredHead stored, ResponseHead update, CachePolicy policy) {
    return true;
  }
}
