package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.RequestHead;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether a stored response may answer a request that it matches, and why (RFC 9111 §4).
 *
 * <p>{@code immutable} (RFC 8246) needs no rule here: it asks caches not to validate a fresh
 * response unless the client wants that, and this cache never does.
 */
public enum Reuse {
  /** It is fresh. */
  FRESH("fresh"),
  /** It is stale, may be used at once, and must be validated in the background (RFC 5861 §3). */
  STALE_WHILE_REVALIDATE("stale-while-revalidate"),
  /** It is stale, and the client accepts that: max-stale. */
  STALE_ALLOWED_BY_REQUEST("max-stale"),
  /** It is stale, and the origin answered with an error: stale-if-error (RFC 5861 §4). */
  STALE_IF_ERROR("stale-if-error"),
  /** It is stale, and there was no answer from the origin (RFC 9111 §4.2.4). */
  STALE_DISCONNECTED("stale-disconnected"),
  /** It is stale. */
  MUST_REVALIDATE_STALE("stale"),
  /** It is stale, and its directives forbid serving it stale under any circumstances. */
  MUST_REVALIDATE_ALWAYS("must-revalidate"),
  /** The response says no-cache. */
  MUST_REVALIDATE_NO_CACHE("no-cache"),
  /** The request says no-cache. */
  MUST_REVALIDATE_REQUEST_NO_CACHE("request-no-cache"),
  /** The request says Pragma: no-cache. */
  MUST_REVALIDATE_REQUEST_PRAGMA("request-pragma"),
  /** It is older than the request's max-age. */
  MUST_REVALIDATE_REQUEST_MAX_AGE("request-max-age"),
  /** It will not be fresh for as long as the request's min-fresh. */
  MUST_REVALIDATE_REQUEST_MIN_FRESH("request-min-fresh");

  /** The errors to which stale-if-error applies (RFC 5861 §4). */
  private static final Set<Integer> ERRORS = Set.of(500, 502, 503, 504);

  private final String token;

  Reuse(String token) {
    this.token = token;
  }

  /** Whether the stored response may be used, without validation or although it failed. */
  public boolean isUsable() {
    return this == FRESH || isStale();
  }

  /** Whether it may be used although stale. */
  public boolean isStale() {
    return switch (this) {
      case STALE_WHILE_REVALIDATE, STALE_ALLOWED_BY_REQUEST, STALE_IF_ERROR, STALE_DISCONNECTED ->
          true;
      default -> false;
    };
  }

  /** Whether the request forbids using it, fresh or not. */
  public boolean isForcedByRequest() {
    return switch (this) {
      case MUST_REVALIDATE_REQUEST_NO_CACHE,
          MUST_REVALIDATE_REQUEST_PRAGMA,
          MUST_REVALIDATE_REQUEST_MAX_AGE,
          MUST_REVALIDATE_REQUEST_MIN_FRESH ->
          true;
      default -> false;
    };
  }

  /** The verdict in one word from a bounded set. */
  public String token() {
    return token;
  }

  /**
   * Whether a stale response may be served instead of a response with that status (RFC 5861 §4).
   */
  public static boolean isFailure(int originStatus) {
    return ERRORS.contains(originStatus);
  }

  /** The verdict on a stored response whose selecting fields match the request. */
  public static Reuse of(RequestHead request, StoredHead stored, Instant now, CachePolicy policy) {
    // §5.2.2.4: no-cache: "MUST NOT be used to satisfy any other request without forwarding it for
    // validation"
    if (stored.cacheControl().noCache()) {
      return MUST_REVALIDATE_NO_CACHE;
    }
    CacheControl asked = RequestDirectives.of(request, policy);
    Reuse forced = forcedBy(request, asked, stored, now, policy);
    if (forced != FRESH) {
      return forced;
    }
    return stored.isFresh(now) ? FRESH : whenStale(asked, stored, now);
  }

  /** Why the request forbids using even a fresh response; FRESH if it doesn't. */
  private static Reuse forcedBy(
      RequestHead request, CacheControl asked, StoredHead stored, Instant now, CachePolicy policy) {
    if (asked.isEmpty()) {
      return RequestDirectives.pragmaNoCache(request, policy)
          ? MUST_REVALIDATE_REQUEST_PRAGMA
          : FRESH;
    }
    // §5.2.1.4
    if (asked.has("no-cache")) {
      return MUST_REVALIDATE_REQUEST_NO_CACHE;
    }
    // §5.2.1.1: "an age less than or equal to the specified number of seconds"; 0 always asks for a
    // newer response, even if the stored one has just arrived.
    OptionalLong maxAge = asked.maxAge();
    if (maxAge.isPresent()
        && (maxAge.getAsLong() == 0 || stored.ageMillis(now) > maxAge.getAsLong() * 1000)) {
      return MUST_REVALIDATE_REQUEST_MAX_AGE;
    }
    // §5.2.1.3: "a freshness lifetime that is no less than its current age plus the specified time"
    OptionalLong minFresh = asked.minFresh();
    if (minFresh.isPresent() && -stored.staleMillis(now) < minFresh.getAsLong() * 1000) {
      return MUST_REVALIDATE_REQUEST_MIN_FRESH;
    }
    return FRESH;
  }

  private static Reuse whenStale(CacheControl asked, StoredHead stored, Instant now) {
    if (StaleServing.isForbidden(stored.cacheControl())) {
      return MUST_REVALIDATE_ALWAYS;
    }
    long stale = stored.staleMillis(now);
    if (StaleServing.isWithin(stored.cacheControl().staleWhileRevalidate(), stale)
        && !refusesStale(asked)) {
      return STALE_WHILE_REVALIDATE;
    }
    // §5.2.1.2: "exceeded its freshness lifetime by no more than the specified number of seconds"
    return StaleServing.isWithin(asked.maxStale(), stale)
        ? STALE_ALLOWED_BY_REQUEST
        : MUST_REVALIDATE_STALE;
  }

  /** §5.2.1.1: with max-age but no max-stale, "the client does not wish to receive a stale one". */
  private static boolean refusesStale(CacheControl asked) {
    return asked.maxStale().isEmpty()
        && (asked.maxAge().isPresent() || asked.minFresh().isPresent());
  }

  /**
   * The verdict when the origin was asked and failed.
   *
   * @param originStatus the status it answered with, or 0 if there was no answer at all
   * @return a usable verdict, or why the failure must be passed on
   */
  public static Reuse whenOriginFails(
      RequestHead request, StoredHead stored, Instant now, int originStatus, CachePolicy policy) {
    CacheControl directives = stored.cacheControl();
    if (directives.noCache()) {
      return MUST_REVALIDATE_NO_CACHE;
    }
    CacheControl asked = RequestDirectives.of(request, policy);
    if (asked.has("no-cache")) {
      return MUST_REVALIDATE_REQUEST_NO_CACHE;
    }
    if (RequestDirectives.pragmaNoCache(request, policy)) {
      return MUST_REVALIDATE_REQUEST_PRAGMA;
    }
    boolean disconnected = originStatus == 0;
    boolean error = disconnected || isFailure(originStatus);
    if (stored.isFresh(now)) {
      // The client merely preferred a younger one.
      return disconnected ? FRESH : MUST_REVALIDATE_STALE;
    }
    if (StaleServing.isForbidden(directives)) {
      return MUST_REVALIDATE_ALWAYS;
    }
    // RFC 5861 §4: "regardless of other freshness information", in a response or in a request
    long stale = stored.staleMillis(now);
    boolean limited = directives.has("stale-if-error");
    if (error
        && (StaleServing.isWithin(directives.staleIfError(), stale)
            || StaleServing.isWithin(asked.staleIfError(), stale))) {
      return STALE_IF_ERROR;
    }
    // §4.2.4: "unless it is disconnected"; a limit set by the origin is obeyed.
    return disconnected && !limited && !refusesStale(asked)
        ? STALE_DISCONNECTED
        : MUST_REVALIDATE_STALE;
  }
}
