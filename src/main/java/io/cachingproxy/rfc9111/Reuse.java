package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;
import java.time.Instant;

/** Whether a stored response may answer a request that it matches, and why (RFC 9111 §4). */
public enum Reuse {
  /** It is fresh. */
  FRESH("fresh"),
  /** It is stale, may be used at once, and is to be validated in the background (RFC 5861 §3). */
  STALE_WHILE_REVALIDATE("stale-while-revalidate"),
  /** It is stale, and the client takes it so: max-stale. */
  STALE_ALLOWED_BY_REQUEST("max-stale"),
  /** It is stale, and the origin failed in a way that allows using it. */
  STALE_ORIGIN_FAILED("stale-if-error"),
  /** It is stale. */
  MUST_REVALIDATE_STALE("stale"),
  /** It is stale, and the response forbids serving it so under any circumstances. */
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

  private final String token;

  Reuse(String token) {
    this.token = token;
  }

  /** Whether the stored response may be used without asking the origin first. */
  public boolean isUsable() {
    return ordinal() <= STALE_ORIGIN_FAILED.ordinal();
  }

  /** Whether it is usable although stale. */
  public boolean isStale() {
    return isUsable() && this != FRESH;
  }

  /** Whether it is the request that forbids using it, fresh or not. */
  public boolean isForcedByRequest() {
    return ordinal() >= MUST_REVALIDATE_REQUEST_NO_CACHE.ordinal();
  }

  /** The verdict in one word, of bounded variety. */
  public String token() {
    return token;
  }

  /** The verdict on a stored response whose selecting fields match the request. */
  public static Reuse of(RequestHead request, StoredHead stored, Instant now, CachePolicy policy) {
    if (stored.cacheControl().noCache()) {
      return MUST_REVALIDATE_NO_CACHE;
    }
    return stored.isFresh(now) ? FRESH : MUST_REVALIDATE_STALE;
  }

  /**
   * The verdict when the origin was asked and failed.
   *
   * @param originStatus the 5xx it answered with, or 0 if there was no answer at all
   * @return a usable verdict, or why the failure goes to the client
   */
  public static Reuse whenOriginFails(
      RequestHead request, StoredHead stored, Instant now, int originStatus, CachePolicy policy) {
    return originStatus == 0 && !stored.cacheControl().mustRevalidate()
        ? STALE_ORIGIN_FAILED
        : MUST_REVALIDATE_STALE;
  }
}
