package io.cachingproxy.rfc9111;

import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates stored responses with the origin (RFC 9111 §4.3): makes the conditional request, and
 * applies the response.
 */
public final class Validation {

  /**
   * The limit for entity tags in one request, which might be refused otherwise if there are many
   * variants.
   */
  private static final int MAX_TAG_CHARACTERS = 8 * 1024;

  private Validation() {}

  /**
   * The fields that make a request conditional on the stored responses (RFC 9111 §4.3.1): the
   * entity tags of all of them, within the limit, and the Last-Modified of a single one. They
   * replace the client's own conditional fields. Empty if there is no validator.
   */
  public static Fields conditionalFields(List<StoredHead> candidates) {
    Fields.Builder fields = Fields.builder();
    String tags = tagsOf(candidates);
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

  private static String tagsOf(List<StoredHead> candidates) {
    Set<String> tags = new LinkedHashSet<>();
    int room = MAX_TAG_CHARACTERS;
    for (StoredHead candidate : candidates) {
      EntityTag tag = candidate.etag();
      if (tag != null && tag.toString().length() + 2 <= room && tags.add(tag.toString())) {
        room -= tag.toString().length() + 2;
      }
    }
    return String.join(", ", tags);
  }

  /**
   * The stored responses that a 304 selects, of those that the request was conditional on (RFC 9111
   * §4.3.4). If there are none, the request must be repeated without conditions.
   */
  public static List<StoredHead> selected(List<StoredHead> candidates, ResponseHead notModified) {
    EntityTag tag = EntityTag.parse(notModified.fields().first("ETag"));
    Instant modified = HttpDate.parse(notModified.fields().first("Last-Modified"));
    // "one or more strong validators … All the stored responses with one of those same strong
    // validators are identified for update"
    if (tag != null && !tag.weak()) {
      List<StoredHead> same =
          candidates.stream().filter(stored -> hasStrongTag(stored, tag)).toList();
      if (!same.isEmpty()) {
        return same;
      }
    }
    // "no strong validators but one or more weak validators …: the most recent of those matching"
    if (tag != null || modified != null) {
      return newest(
          candidates.stream().filter(stored -> matchesWeakly(stored, tag, modified)).toList());
    }
    // A 304 should repeat the validator that it confirms; without one it is unambiguous only for a
    // single response.
    return candidates.size() == 1 ? candidates : List.of();
  }

  private static boolean hasStrongTag(StoredHead stored, EntityTag tag) {
    EntityTag ours = stored.etag();
    return ours != null && ours.matchesStrongly(tag);
  }

  /** By entity tag if both have one, otherwise by Last-Modified. */
  private static boolean matchesWeakly(
      StoredHead stored, @Nullable EntityTag tag, @Nullable Instant modified) {
    EntityTag ours = stored.etag();
    if (tag != null && ours != null) {
      // "If none of the initial set contains at least one of the same strong validators, then the
      // cache MUST NOT use the new response to update": a strong tag matches strong tags only.
      return tag.weak() && ours.matchesWeakly(tag);
    }
    return modified != null && modified.equals(stored.lastModified());
  }

  private static List<StoredHead> newest(List<StoredHead> matching) {
    return matching.stream().max(Comparator.comparing(StoredHead::date)).stream().toList();
  }

  /**
   * Updates a stored response with the fields of a 304, a 200 to HEAD or a further part (RFC 9111
   * §3.2): for the requester, and for the store as far as a whole response with these fields to the
   * same request could be stored.
   */
  public static Freshened freshen(
      StoredHead stored,
      RequestHead request,
      ResponseHead update,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    return FieldUpdate.freshen(stored, request, update, requestTime, responseTime, policy);
  }

  /**
   * A stored response after an update.
   *
   * @param own for the requester only
   * @param shared for the store, and so for everybody; null if the update must not be stored
   */
  public record Freshened(StoredHead own, @Nullable StoredHead shared) {}
}
