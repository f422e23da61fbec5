package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The freshness lifetime of a response whose origin states none (RFC 9111 §4.2.2). */
final class Heuristic {

  /** The statuses defined as heuristically cacheable (RFC 9110 §15.1), except 206. */
  private static final Set<Integer> CACHEABLE =
      Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

  /**
   * Errors that a single unusual request can cause: no heuristic applies, or anybody could make
   * others get an error. Three of them are heuristically cacheable, but a cache need not use a
   * heuristic (RFC 9111 §4.2.2).
   */
  private static final Set<Integer> CAUSED_BY_REQUEST =
      Set.of(400, 403, 405, 406, 412, 413, 414, 415, 416, 417, 426, 431, 501);

  private Heuristic() {}

  /** Whether the status is defined as heuristically cacheable. */
  static boolean isCacheable(int status) {
    return CACHEABLE.contains(status);
  }

  /**
   * Whether the status may be due to the request rather than the resource: neither a heuristic nor
   * a validation makes such a response last longer than the origin said.
   */
  static boolean isCausedByRequest(int status) {
    return status >= 400 && CAUSED_BY_REQUEST.contains(status);
  }

  /** The lifetime, or null if no heuristic applies to the response. */
  static @Nullable Freshness of(
      RequestHead request,
      ResponseHead response,
      CacheControl cacheControl,
      Instant date,
      CachePolicy policy) {
    return isUnusual(request, response, policy)
        ? null
        : ofUsual(request, response, cacheControl, date, policy.guessing());
  }

  /**
   * Whether the request had a field that isn't known to be harmless: the response may be personal,
   * or an error that the field caused.
   */
  static boolean isUnusual(RequestHead request, ResponseHead response, CachePolicy policy) {
    return !policy.guessing().harmless().cover(request.fields(), response.fields());
  }

  /** The lifetime of a response if all fields of its request are harmless. */
  static @Nullable Freshness ofUsual(
      RequestHead request,
      ResponseHead response,
      CacheControl cacheControl,
      Instant date,
      Guessing guessing) {
    Fields fields = response.fields();
    int status = response.status();
    if (isPersonal(request, response)
        || forbidsGuessing(fields, cacheControl)
        || isCausedByRequest(status)) {
      return null;
    }
    // "unless … defined as heuristically cacheable … or explicitly marked as cacheable (public)"
    boolean cacheable = isCacheable(status) || cacheControl.isPublic();
    String modified = guessing.heuristicPercent() == 0 ? null : fields.first("Last-Modified");
    Instant lastModified = modified == null ? null : HttpDate.parse(modified, date);
    if (cacheable && lastModified != null) {
      long unchanged = Math.max(0, date.getEpochSecond() - lastModified.getEpochSecond());
      // seconds · 1000 · percent / 100
      long share = unchanged * 10 * guessing.heuristicPercent();
      return new Freshness(
          Math.min(guessing.heuristicMax().toMillis(), share), Freshness.Source.HEURISTIC);
    }
    long defaultMillis = guessing.defaultTtl().toMillis();
    return isCacheable(status) && defaultMillis > 0
        ? new Freshness(defaultMillis, Freshness.Source.DEFAULT)
        : null;
  }

  /** Whether request or response appear to be specific to one user. */
  private static boolean isPersonal(RequestHead request, ResponseHead response) {
    return request.fields().contains("Cookie")
        || request.fields().contains("Authorization")
        || response.fields().contains("Set-Cookie")
        || response.fields().contains("Set-Cookie2");
  }

  /** Whether the origin has indicated in any way that the response must not be reused unasked. */
  private static boolean forbidsGuessing(Fields fields, CacheControl cacheControl) {
    if (cacheControl.noStore()
        || cacheControl.has("no-cache")
        || cacheControl.has("private")
        || fields.contains("Expires")) {
      return true;
    }
    return RequestDirectives.isPragmaNoCache(fields) || SelectingFields.namesAny(fields);
  }
}
