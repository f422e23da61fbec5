package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lifetime of a response whose origin gives none (RFC 9111 §4.2.2). */
final class Heuristic {

  /** "A typical setting of this fraction might be 10%." */
  private static final int LAST_MODIFIED_DIVISOR = 10;

  private static final long CAP_SECONDS = Duration.ofDays(1).toSeconds();

  /** The statuses defined as heuristically cacheable (RFC 9110 §15.1), but for 206. */
  private static final Set<Integer> CACHEABLE =
      Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501);

  /**
   * Those of them that one unusual request can cause: no default for them, or anybody could put an
   * error in everybody's way.
   */
  private static final Set<Integer> CAUSED_BY_REQUEST = Set.of(405, 414, 501);

  private Heuristic() {}

  /** The lifetime, or null if no heuristic applies to the response. */
  static @Nullable Freshness of(
      RequestHead request,
      ResponseHead response,
      CacheControl cacheControl,
      Instant date,
      CachePolicy policy) {
    if (policy.defaultTtlSeconds() <= 0 || isPersonal(request, response)) {
      return null;
    }
    Fields fields = response.fields();
    // "… or if the response has been explicitly marked as cacheable (e.g., with public)."
    boolean cacheable = CACHEABLE.contains(response.status()) || cacheControl.isPublic();
    if (!cacheable || forbidsGuessing(fields, cacheControl)) {
      return null;
    }
    String modified = fields.first("Last-Modified");
    Instant lastModified = modified == null ? null : HttpDate.parse(modified, date);
    if (lastModified != null && policy.heuristicsEnabled()) {
      long unchanged = Math.max(0, date.getEpochSecond() - lastModified.getEpochSecond());
      return new Freshness(
          Math.min(CAP_SECONDS, unchanged / LAST_MODIFIED_DIVISOR), Freshness.Source.HEURISTIC);
    }
    return CAUSED_BY_REQUEST.contains(response.status())
        ? null
        : new Freshness(policy.defaultTtlSeconds(), Freshness.Source.DEFAULT);
  }

  /** Whether request or response look like one user's own. */
  private static boolean isPersonal(RequestHead request, ResponseHead response) {
    return request.fields().contains("Cookie")
        || request.fields().contains("Authorization")
        || response.fields().contains("Set-Cookie")
        || response.fields().contains("Set-Cookie2");
  }

  /** Whether the origin said anything that means "don't keep this without asking". */
  private static boolean forbidsGuessing(Fields fields, CacheControl cacheControl) {
    if (cacheControl.noStore()
        || cacheControl.has("no-cache")
        || cacheControl.has("private")
        || fields.contains("Expires")) {
      return true;
    }
    for (String pragma : fields.values("Pragma")) {
      if (pragma.toLowerCase(Locale.ROOT).contains("no-cache")) {
        return true;
      }
    }
    return SelectingFields.namesAny(fields);
  }
}
