package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The freshness lifetime of a response (RFC 9111 §4.2.1) and where it comes from.
 *
 * @param lifetimeMillis how long it is fresh from the time the origin generated it; 0 if it never
 *     is. What the origin states is in whole seconds, a heuristic need not be
 * @param source where it comes from
 */
public record Freshness(long lifetimeMillis, Source source) {

  /** Where a freshness lifetime comes from, in order of precedence. */
  public enum Source {
    /** The s-maxage directive. */
    S_MAXAGE,
    /** The max-age directive. */
    MAX_AGE,
    /** The Expires field. */
    EXPIRES,
    /** A share of the time since Last-Modified (RFC 9111 §4.2.2). */
    HEURISTIC,
    /** The operator's default TTL, itself a heuristic. */
    DEFAULT,
    /** Nothing: the response is never fresh. */
    NONE;

    /** Whether the origin stated it. */
    public boolean isExplicit() {
      return this == S_MAXAGE || this == MAX_AGE || this == EXPIRES;
    }
  }

  private static final Freshness NEVER = new Freshness(0, Source.NONE);

  /** A lifetime as the protocol counts it. */
  static Freshness ofSeconds(long seconds, Source source) {
    return new Freshness(seconds * 1000, source);
  }

  /** The lifetime in whole seconds. */
  public long lifetimeSeconds() {
    return lifetimeMillis / 1000;
  }

  /**
   * The lifetime of a response.
   *
   * @param directives its effective Cache-Control
   * @param date when the origin generated it
   */
  static Freshness of(
      RequestHead request,
      ResponseHead response,
      EffectiveDirectives directives,
      Instant date,
      CachePolicy policy) {
    CacheControl cacheControl = directives.cacheControl();
    // "If the cache is shared and the s-maxage response directive is present, use its value"; a
    // value that is invalid makes the response stale.
    if (cacheControl.has("s-maxage")) {
      return ofSeconds(cacheControl.sMaxage().orElse(0), Source.S_MAXAGE);
    }
    if (cacheControl.has("max-age")) {
      return ofSeconds(cacheControl.maxAge().orElse(0), Source.MAX_AGE);
    }
    // RFC 9213 §2.2: with a targeted field, Expires is ignored like Cache-Control.
    List<String> expires = response.fields().values("Expires");
    if (!directives.targeted() && !expires.isEmpty()) {
      return ofSeconds(untilExpires(expires, date), Source.EXPIRES);
    }
    Freshness heuristic = Heuristic.of(request, response, cacheControl, date, policy);
    return heuristic == null ? NEVER : heuristic;
  }

  /** RFC 9111 §5.3: an invalid date, "0" above all, is in the past; so is one of several. */
  private static long untilExpires(List<String> lines, Instant date) {
    Instant expires = lines.size() == 1 ? HttpDate.parse(lines.get(0), date) : null;
    return expires == null ? 0 : Math.max(0, expires.getEpochSecond() - date.getEpochSecond());
  }

  /** The Date of a response, or null if it has none that is valid. */
  static @Nullable Instant dateOf(Fields fields, Instant responseTime) {
    return HttpDate.parse(fields.first("Date"), responseTime);
  }
}
