package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.DeltaSeconds;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.http.FieldNames;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.Interned;
import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of a stored response with everything the rules need, parsed once when it is stored.
 * Immutable and thread-safe. It has the end-to-end fields (RFC 9111 §3.1) in order, with a Date if
 * the origin sent none; without Age, which is computed for each answer, and without the fields that
 * a qualified {@code private} or {@code no-cache} names.
 *
 * <p>There may be millions of heads: the fields are one {@linkplain Fields#packed block}, times are
 * numbers, and values that many responses have in common are shared.
 */
public final class StoredHead {

  /** Fields that each answer sets itself. */
  private static final FieldNames SENT_ANEW = FieldNames.of("Content-Length", "X-Cache");

  private static final Interned<Freshness> LIFETIMES = new Interned<>();
  private static final Interned<CacheControl> DIRECTIVES = new Interned<>();
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MAX_SHARED = 128;
  private static final long NO_DATE = Long.MIN_VALUE;

  private final short status;
  private final boolean ownsFreshness;
  private final boolean ownsCacheControl;
  private final FieldBlock fields;
  private final SelectingFields selecting;
  private final long requestNanos;
  private final long responseNanos;
  private final long dateMillis;
  private final long initialAgeMillis;
  private final Freshness freshness;
  private final CacheControl cacheControl;
  private final long lastModifiedMillis;
  private final Set<CacheGroup> groups;
  private final NoVarySearch noVarySearch;

  private StoredHead(
      int status,
      boolean ownsFreshness,
      boolean ownsCacheControl,
      FieldBlock fields,
      SelectingFields selecting,
      long requestNanos,
      long responseNanos,
      long dateMillis,
      long initialAgeMillis,
      Freshness freshness,
      CacheControl cacheControl,
      long lastModifiedMillis,
      Set<CacheGroup> groups,
      NoVarySearch noVarySearch) {
    this.status = (short) status;
    this.ownsFreshness = ownsFreshness;
    this.ownsCacheControl = ownsCacheControl;
    this.fields = fields;
    this.selecting = selecting;
    this.requestNanos = requestNanos;
    this.responseNanos = responseNanos;
    this.dateMillis = dateMillis;
    this.initialAgeMillis = initialAgeMillis;
    this.freshness = freshness;
    this.cacheControl = cacheControl;
    this.lastModifiedMillis = lastModifiedMillis;
    this.groups = groups;
    this.noVarySearch = noVarySearch;
  }

  /** Parses the head of a response that is about to be stored. */
  public static StoredHead of(
      RequestHead request,
      ResponseHead response,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    SelectingFields selecting = SelectingFields.of(response, request);
    return of(request, response, selecting, requestTime, responseTime, policy);
  }

  /** Parses the head of a response that may be selected by requests other than {@code request}. */
  static StoredHead of(
      RequestHead request,
      ResponseHead response,
      SelectingFields selecting,
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
    String lastModified = hasValidators(response.status()) ? stored.first("Last-Modified") : null;
    Instant modified = lastModified == null ? null : HttpDate.parse(lastModified, date);
    Freshness freshness = Freshness.of(request, response, directives, date, policy);
    Freshness lifetime = LIFETIMES.of(freshness);
    CacheControl cacheControl = shared(directives.cacheControl());
    return new StoredHead(
        response.status(),
        isSame(freshness, lifetime),
        isSame(cacheControl, directives.cacheControl()),
        stored.packed(SENT_ANEW),
        selecting,
        nanos(requestTime),
        nanos(responseTime),
        date.toEpochMilli(),
        Age.correctedInitial(
            Age.fieldValue(received.values("Age")), dateField, requestTime, responseTime),
        lifetime,
        cacheControl,
        modified == null ? NO_DATE : modified.toEpochMilli(),
        CacheGroup.at(request.target(), CacheGroups.of(stored)),
        NoVarySearch.of(stored));
  }

  /** Long directives are not shared, so that they are counted with their response. */
  private static CacheControl shared(CacheControl directives) {
    return directives.toString().length() <= MAX_SHARED ? DIRECTIVES.of(directives) : directives;
  }

  @SuppressWarnings("ReferenceEquality") // whether it is another response's object as well
  private static boolean isSame(Object one, Object other) {
    return one == other;
  }

  /**
   * Whether its validators may be used. Those of an error caused by a request must not: a 416 often
   * has the entity tag of the representation, whose confirmation would confirm the error.
   */
  private static boolean hasValidators(int status) {
    return !Heuristic.isCausedByRequest(status);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * NANOS_PER_SECOND + time.getNano();
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The stored fields. */
  public FieldBlock fields() {
    return fields;
  }

  /** The values that a request must have in common with the one that was answered. */
  public SelectingFields selecting() {
    return selecting;
  }

  /** When the request to the origin, or the one that validated it, was sent. */
  public Instant requestTime() {
    return instant(requestNanos);
  }

  /** When the response, or the validation, arrived. */
  public Instant responseTime() {
    return instant(responseNanos);
  }

  /** When the origin generated it, to the millisecond. */
  public Instant date() {
    return Instant.ofEpochMilli(dateMillis);
  }

  /** Whether the origin generated it later than the other. */
  boolean isNewerThan(StoredHead other) {
    return dateMillis > other.dateMillis;
  }

  /** How long it is fresh, and where that comes from. */
  public Freshness freshness() {
    return freshness;
  }

  /** The directives that this cache obeys, those of a targeted field if there is one. */
  public CacheControl cacheControl() {
    return cacheControl;
  }

  /** The entity tag, if any; parsed on each call. */
  public @Nullable EntityTag etag() {
    return hasValidators(status) ? EntityTag.parse(fields.first("ETag")) : null;
  }

  /** The Last-Modified date, if there is a valid one. */
  public @Nullable Instant lastModified() {
    return lastModifiedMillis == NO_DATE ? null : Instant.ofEpochMilli(lastModifiedMillis);
  }

  /** The groups it belongs to (RFC 9875). */
  public Set<CacheGroup> groups() {
    return groups;
  }

  /** The parts of the query that it doesn't vary on. */
  public NoVarySearch noVarySearch() {
    return noVarySearch;
  }

  /** Whether {@link #freshness()} is its own object, not shared with another head. */
  public boolean ownsFreshness() {
    return ownsFreshness;
  }

  /** Whether {@link #cacheControl()} is its own object, not shared with another head. */
  public boolean ownsCacheControl() {
    return ownsCacheControl;
  }

  /** The current age in whole seconds, the value of the Age field (RFC 9111 §5.1). */
  public long age(Instant now) {
    return Math.min(DeltaSeconds.MAX, ageMillis(now) / 1000);
  }

  /** The remaining freshness lifetime in seconds, negative if it is stale. */
  public long ttl(Instant now) {
    return freshness.lifetimeSeconds() - age(now);
  }

  /** {@code response_is_fresh = (freshness_lifetime > current_age)} (RFC 9111 §4.2). */
  public boolean isFresh(Instant now) {
    return freshness.lifetimeMillis() > ageMillis(now);
  }

  /** Whether it must never be served stale, whatever happens (RFC 9111 §4.2.4). */
  public boolean mustBeValidated() {
    return StaleServing.isForbidden(cacheControl);
  }

  /** How long it has been stale, in milliseconds; negative while it is fresh. */
  long staleMillis(Instant now) {
    return ageMillis(now) - freshness.lifetimeMillis();
  }

  /** The current age in milliseconds (RFC 9111 §4.2.3). */
  long ageMillis(Instant now) {
    return Age.current(
        initialAgeMillis, Math.floorDiv(responseNanos, NANOS_PER_MILLI), now.toEpochMilli());
  }
}
