package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import java.time.Instant;
import java.util.Set;

/** Whether a response may be stored, and why (RFC 9111 §3). */
public enum Storability {
  /** It may be stored. */
  STORABLE("stored"),
  /** A response to POST that answers later GETs (RFC 9110 §9.3.3): stored under the target URI. */
  STORABLE_FOR_GET("stored-post"),
  /** The method's responses are not stored. */
  METHOD("method"),
  /** A GET with content. */
  REQUEST_CONTENT("request-content"),
  /** Part of a representation. */
  PARTIAL("partial"),
  /** A 1xx or 304, which is not a response of its own. */
  STATUS("status"),
  /** The response says must-understand, and this cache does not understand its status. */
  NOT_UNDERSTOOD("not-understood"),
  /** The response says no-store. */
  NO_STORE("no-store"),
  /** The request says no-store. */
  REQUEST_NO_STORE("request-no-store"),
  /** The response is private. */
  PRIVATE("private"),
  /** The request had Authorization, and no directive allows sharing the response. */
  AUTHORIZATION("authorization"),
  /** The response sets a cookie, and the operator doesn't store such responses. */
  SET_COOKIE("set-cookie"),
  /** Vary is {@code *}: no request would ever match. */
  VARY_ANY("vary-any"),
  /** An error that the request's own range, precondition or expectation caused. */
  CAUSED_BY_REQUEST("caused-by-request"),
  /** There are cookies, and the origin doesn't state that the response is for everybody. */
  PERSONAL("personal"),
  /** A request field isn't known to be harmless, and the origin states no freshness. */
  UNUSUAL_FIELD("unusual-field"),
  /** Nothing indicates that it may be stored. */
  NO_FRESHNESS("no-freshness"),
  /** It needs validation, and there is no validator. */
  NO_VALIDATOR("no-validator"),
  /** It arrived stale, can't be validated, and no directive allows serving it stale. */
  STALE("stale");

  /** Statuses whose caching requirements are understood (RFC 9111 §5.2.2.3, RFC 9110 §15). */
  private static final Set<Integer> UNDERSTOOD =
      Set.of(
          200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405,
          406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 429, 431,
          451, 500, 501, 502, 503, 504, 505, 511);

  private final String token;

  Storability(String token) {
    this.token = token;
  }

  /** Whether the response may be stored. */
  public boolean isStorable() {
    return this == STORABLE || this == STORABLE_FOR_GET;
  }

  /** Whether it is not personal, and not stored only because it could not be used. */
  boolean isUseless() {
    return this == NO_FRESHNESS || this == NO_VALIDATOR || this == STALE;
  }

  /** The verdict in one word from a bounded set. */
  public String token() {
    return token;
  }

  /** The verdict on a response whose head has just arrived. */
  public static Storability of(RequestHead request, ResponseHead response, CachePolicy policy) {
    // "the request method is understood by the cache"
    boolean post = request.method().equals("POST");
    if (!request.method().equals("GET") && !post) {
      return METHOD;
    }
    if (!post && Eligibility.of(request) == Eligibility.CONTENT) {
      return REQUEST_CONTENT;
    }
    // "the response status code is final"; 206 and 304 have rules of their own
    if (response.status() == 206) {
      return PARTIAL;
    }
    if (response.status() < 200 || response.status() == 304) {
      return STATUS;
    }
    EffectiveDirectives directives = EffectiveDirectives.of(response.fields(), policy);
    Storability forbidden = forbidden(request, response, directives.cacheControl(), policy);
    if (forbidden != STORABLE) {
      return forbidden;
    }
    Storability worthwhile = worthwhile(request, response, directives, policy);
    if (post && worthwhile == STORABLE) {
      return servesGet(request, response, directives, policy) ? STORABLE_FOR_GET : METHOD;
    }
    return worthwhile;
  }

  /** Why it must not be stored; STORABLE if nothing forbids it. */
  private static Storability forbidden(
      RequestHead request, ResponseHead response, CacheControl directives, CachePolicy policy) {
    // "the must-understand cache directive is present: the cache understands the response status
    // code", and then "SHOULD ignore the no-store directive" (§5.2.2.3)
    if (directives.mustUnderstand()) {
      if (!UNDERSTOOD.contains(response.status())) {
        return NOT_UNDERSTOOD;
      }
    } else if (directives.noStore()) {
      return NO_STORE;
    }
    // §5.2.1.5: "MUST NOT store any part of either this request or any response to it"
    if (RequestDirectives.noStore(request, policy)) {
      return REQUEST_NO_STORE;
    }
    // "if the cache is shared: the private response directive is either not present or allows a
    // shared cache to store a modified response"
    if (directives.isPrivate()) {
      return PRIVATE;
    }
    // §3.5: "In this specification, the following response directives have such an effect:
    // must-revalidate, public, and s-maxage"
    if (request.fields().contains("Authorization")
        && !directives.hasPlain("must-revalidate")
        && !directives.isPublic()
        && directives.sMaxage().isEmpty()) {
      return AUTHORIZATION;
    }
    if (!policy.storeCookies() && StoredFields.setCookie(response.fields(), directives)) {
      return SET_COOKIE;
    }
    if (SelectingFields.namesAny(response.fields())) {
      return VARY_ANY;
    }
    return isCausedByRequest(request.fields(), response.status()) ? CAUSED_BY_REQUEST : STORABLE;
  }

  /** Whether only a request with these fields gets this error, so that no other may see it. */
  private static boolean isCausedByRequest(Fields request, int status) {
    return switch (status) {
      case 412 ->
          request.contains("If-Match")
              || request.contains("If-None-Match")
              || request.contains("If-Unmodified-Since")
              || request.contains("If-Modified-Since");
      case 416 -> request.contains("Range");
      case 417 -> request.contains("Expect");
      default -> false;
    };
  }

  /** Whether something allows storing it and it could ever be used; STORABLE if so. */
  private static Storability worthwhile(
      RequestHead request,
      ResponseHead response,
      EffectiveDirectives effective,
      CachePolicy policy) {
    Fields fields = response.fields();
    CacheControl directives = effective.cacheControl();
    Instant dateField = HttpDate.parse(fields.first("Date"));
    Instant date = dateField == null ? Instant.EPOCH : dateField;
    Freshness freshness = Freshness.of(request, response, effective, date, policy);

    // "the response contains at least one of: public, Expires, max-age, s-maxage, … or a status
    // code that is defined as heuristically cacheable"
    boolean allowed =
        freshness.source() != Freshness.Source.NONE
            || directives.isPublic()
            || Heuristic.isCacheable(response.status());
    if (!allowed) {
      return NO_FRESHNESS;
    }
    // A cookie set for a client that already has cookies is part of a session. A lifetime assigned
    // because of how the path looks (account/x.css) doesn't make that response public.
    boolean isSession =
        request.fields().contains("Cookie") && StoredFields.setCookie(fields, directives);
    boolean isForAll =
        effective.targeted() || directives.isPublic() || directives.sMaxage().isPresent();
    if (isSession && !isForAll) {
      return PERSONAL;
    }
    long age = Age.fieldValue(fields.values("Age"));
    if (freshness.lifetimeMillis() > age * 1000 && !directives.noCache()) {
      return STORABLE;
    }
    if (Heuristic.isCausedByRequest(response.status())) {
      return CAUSED_BY_REQUEST;
    }
    // From here on, it would be used only after validation or when the origin fails: neither makes
    // one user's response suitable for another.
    if (request.fields().contains("Cookie") || StoredFields.setCookie(fields, directives)) {
      return PERSONAL;
    }
    Storability stale = worthwhileStale(response, directives, freshness);
    if (freshness.lifetimeMillis() > 0 || !Heuristic.isUnusual(request, response, policy)) {
      return stale;
    }
    // After an unusual field it is unclear for whom the response is; but if the origin is asked
    // before each use, it decides that itself.
    boolean usedUnasked =
        stale == STORABLE
            ? !StaleServing.isForbidden(directives)
            : freshness.source() == Freshness.Source.NONE
                && Heuristic.ofUsual(request, response, directives, date, policy.guessing())
                    != null;
    return usedUnasked ? UNUSUAL_FIELD : stale;
  }

  /** Whether a response that is not fresh could ever be used; STORABLE if so. */
  private static Storability worthwhileStale(
      ResponseHead response, CacheControl directives, Freshness freshness) {
    Fields fields = response.fields();
    if (EntityTag.parse(fields.first("ETag")) != null
        || HttpDate.parse(fields.first("Last-Modified")) != null) {
      return STORABLE;
    }
    if (directives.noCache()) {
      return NO_VALIDATOR;
    }
    if (StaleServing.isInvited(directives)) {
      return STORABLE;
    }
    return freshness.source() == Freshness.Source.NONE ? NO_FRESHNESS : STALE;
  }

  /**
   * RFC 9110 §9.3.3: answers to POST "are only cacheable when they include explicit freshness
   * information and a Content-Location header field that has the same value as the POST's target
   * URI".
   */
  private static boolean servesGet(
      RequestHead request,
      ResponseHead response,
      EffectiveDirectives directives,
      CachePolicy policy) {
    String location = response.fields().first("Content-Location");
    TargetUri content = location == null ? null : References.resolve(request, location);
    return response.status() == 200
        && request.target().equals(content)
        && Freshness.of(request, response, directives, Instant.EPOCH, policy).source().isExplicit();
  }
}
