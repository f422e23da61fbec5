package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.DeltaSeconds;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of a stored response with everything the rules need, parsed once when it is stored.
 * Immutable and thread-safe. Its fields are the end-to-end ones (RFC 9111 §3.1) in their order, a
 * Date added if the origin sent none; without Age, which whoever answers from the store writes
 * anew, and without the fields that a qualified {@code private} or {@code no-cache} names.
 *
 * @param status the status code
 * @param fields the stored fields
 * @param selecting what a request must have in common with the one that was answered
 * @param requestTime when the request was sent to the origin, or the one that validated it
 * @param responseTime when the response, or the validation, arrived
 * @param date when the origin made it
 * @param initialAgeMillis {@code corrected_initial_age} (RFC 9111 §4.2.3)
 * @param freshness how long it is fresh and who says so
 * @param cacheControl the directives this cache obeys, those of a targeted field if there is one
 * @param etag the entity tag, if any
 * @param lastModified the Last-Modified date, if there is a valid one
 * @param groups the groups it belongs to (RFC 9875)
 * @param noVarySearch what of the query it doesn't vary on
 */
public record StoredHead(
    int status,
    Fields fields,
    SelectingFields selecting,
    Instant requestTime,
    Instant responseTime,
    Instant date,
    long initialAgeMillis,
    Freshness freshness,
    CacheControl cacheControl,
    @Nullable EntityTag etag,
    @Nullable Instant lastModified,
    Set<CacheGroup> groups,
    NoVarySearch noVarySearch) {

  /** Parses the head of a response that is about to be stored. */
  public static StoredHead of(
      RequestHead request,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    Fields received = response.fields();
    EffectiveDirectives directives = EffectiveDirectives.of(received, policy);
    Instant dateField = Freshness.dateOf(received, responseTime);
    Instant date = dateField == null ? responseTime : dateField;
    Fields stored = StoredFields.of(received, directives.cacheControl());
    if (!received.contains("Date")) {
      stored = stored.with("Date", HttpDate.print(responseTime));
    }
    // What confirms the representation that a clean request gets confirms no error of another: a
    // 416
    // often has the entity tag of the former.
    boolean hasValidators = !Heuristic.isCausedByRequest(response.status());
    String lastModified = hasValidators ? stored.first("Last-Modified") : null;
    return new StoredHead(
        response.status(),
        stored,
        SelectingFields.of(response, request),
        requestTime,
        responseTime,
        date,
        Age.correctedInitial(
            Age.fieldValue(received.values("Age")), dateField, requestTime, responseTime),
        Freshness.of(request, response, directives, date, policy),
        directives.cacheControl(),
        hasValidators ? EntityTag.parse(stored.first("ETag")) : null,
        lastModified == null ? null : HttpDate.parse(lastModified, date),
        CacheGroup.at(request.target(), CacheGroups.of(stored)),
        NoVarySearch.of(stored));
  }

  /** The current age in whole seconds, what the Age field says (RFC 9111 §5.1). */
  public long age(Instant now) {
    return Math.min(DeltaSeconds.MAX, ageMillis(now) / 1000);
  }

  /** The remaining freshness lifetime in seconds, negative if it is stale. */
  public long ttl(Instant now) {
    return freshness.lifetimeSeconds() - age(now);
  }

  /** {@code response_is_fresh = (freshness_lifetime > current_age)} (RFC 9111 §4.2). */
  public boolean isFresh(Instant now) {
    return freshness.lifetimeSeconds() * 1000 > ageMillis(now);
  }

  /** Whether it must never be served stale, whatever happens (RFC 9111 §4.2.4). */
  public boolean mustBeValidated() {
    return StaleServing.isForbidden(cacheControl);
  }

  /** For how long it has been stale, in milliseconds; negative as long as it is fresh. */
  long staleMillis(Instant now) {
    return ageMillis(now) - freshness.lifetimeSeconds() * 1000;
  }

  /** This head with the selecting fields of another request. */
  StoredHead withSelecting(SelectingFields other) {
    return new StoredHead(
        status,
        fields,
        other,
        requestTime,
        responseTime,
        date,
        initialAgeMillis,
        freshness,
        cacheControl,
        etag,
        lastModified,
        groups,
        noVarySearch);
  }

  /** Whether there is anything the origin could validate it by (RFC 9111 §4.3.1). */
  public boolean hasValidator() {
    return etag != null || lastModified != null;
  }

  /** The current age in milliseconds (RFC 9111 §4.2.3). */
  long ageMillis(Instant now) {
    return Age.current(initialAgeMillis, responseTime.toEpochMilli(), now.toEpochMilli());
  }
}
