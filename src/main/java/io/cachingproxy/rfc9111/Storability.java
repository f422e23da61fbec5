package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.util.Set;

/** Whether a response may be stored, and why (RFC 9111 §3). */
public enum Storability {
  /** It may be stored. */
  STORABLE("stored"),
  /** An answer to POST that serves later GETs (RFC 9110 §9.3.3): stored under the target URI. */
  STORABLE_FOR_GET("stored-post"),
  /** The method's responses are not stored. */
  METHOD("method"),
  /** The request had content. */
  REQUEST_CONTENT("request-content"),
  /** Part of a representation, not stored yet. */
  PARTIAL("partial"),
  /** A 1xx or 304: no response of its own. */
  STATUS("status"),
  /** must-understand with a status this cache does not understand. */
  NOT_UNDERSTOOD("not-understood"),
  /** The response says no-store. */
  NO_STORE("no-store"),
  /** The request says no-store. */
  REQUEST_NO_STORE("request-no-store"),
  /** The response is private. */
  PRIVATE("private"),
  /** The request was authorized, and nothing allows sharing the response. */
  AUTHORIZATION("authorization"),
  /** The response sets a cookie, and the operator wants no such response stored. */
  SET_COOKIE("set-cookie"),
  /** Vary is {@code *}: no request would ever match. */
  VARY_ANY("vary-any"),
  /** An error that the request's own range, precondition or expectation caused. */
  CAUSED_BY_REQUEST("caused-by-request"),
  /** Nothing says that it may be reused. */
  NO_FRESHNESS("no-freshness"),
  /** It needs validation, and there is no validator. */
  NO_VALIDATOR("no-validator"),
  /** It was stale when it came, can't be validated, and nothing allows serving it stale. */
  STALE("stale");

  /** Statuses whose caching requirements are understood (RFC 9111 §5.2.2.3). */
  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405,
          406, 408, 409, 410, 411, 413, 414, 415, 421, 422, 425, 426, 428, 429, 431, 451, 500, 501,
          502, 503, 504, 505, 511);

  private final String token;

  Storability(String token) {
    this.token = token;
  }

  /** Whether the response may be stored. */
  public boolean isStorable() {
    return this == STORABLE || this == STORABLE_FOR_GET;
  }

  /** The verdict in one word, of bounded variety. */
  public String token() {
    return token;
  }

  /** The verdict on a response that has just arrived. */
  public static Storability of(RequestHead request, ResponseHead response, CachePolicy policy) {
    if (!request.method().equals("GET")) {
      return METHOD;
    }
    if (response.status() == 206) {
      return PARTIAL;
    }
    if (response.status() < 200 || response.status() == 304) {
      return STATUS;
    }
    Fields fields = response.fields();
    CacheControl directives = EffectiveDirectives.of(fields, policy).cacheControl();
    if (directives.noStore()) {
      return NO_STORE;
    }
    if (directives.isPrivate()) {
      return PRIVATE;
    }
    if (SelectingFields.namesAny(fields)) {
      return VARY_ANY;
    }
    return STORABLE;
  }
}
