package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import java.util.OptionalLong;

/** When a stale response may be served (RFC 9111 §4.2.4, RFC 5861). */
final class StaleServing {

  private StaleServing() {}

  /**
   * Whether the response must never be served stale: "if it is prohibited by an explicit
   * in-protocol directive (e.g., by a no-cache response directive, a must-revalidate response
   * directive, or an applicable s-maxage or proxy-revalidate response directive)".
   */
  static boolean isForbidden(CacheControl directives) {
    return directives.noCache()
        || directives.mustRevalidate()
        || directives.proxyRevalidate()
        || directives.has("s-maxage");
  }

  /** Whether the origin explicitly allows serving it stale for some time. */
  static boolean isInvited(CacheControl directives) {
    return !isForbidden(directives)
        && (directives.staleWhileRevalidate().orElse(0) > 0
            || directives.staleIfError().orElse(0) > 0);
  }

  /** Whether a directive is present and covers that staleness. */
  static boolean isWithin(OptionalLong seconds, long staleMillis) {
    return seconds.isPresent() && staleMillis <= seconds.getAsLong() * 1000;
  }
}
