package io.cachingproxy.rfc9111;

import java.util.List;

/**
 * What the operator decides where the RFC leaves the choice.
 *
 * @param defaultTtlSeconds how long a response without any freshness information is fresh; 0 turns
 *     this and the heuristic off
 * @param heuristicsEnabled whether Last-Modified gives a heuristic lifetime (RFC 9111 §4.2.2)
 * @param honourClientCacheControl whether Cache-Control and Pragma of requests mean anything
 * @param storeCookies whether a response that sets a cookie may be stored at all (RFC 9111 §7.3)
 * @param targetedFields the fields that take the place of Cache-Control for this cache (RFC 9213
 *     §2), the first one in the list that is present and valid wins
 */
public record CachePolicy(
    long defaultTtlSeconds,
    boolean heuristicsEnabled,
    boolean honourClientCacheControl,
    boolean storeCookies,
    List<String> targetedFields) {

  public CachePolicy {
    targetedFields = List.copyOf(targetedFields);
  }

  /** The defaults: 120 s, client directives honoured, cookies stored, CDN-Cache-Control obeyed. */
  public static CachePolicy defaults() {
    return new CachePolicy(120, true, true, true, List.of("CDN-Cache-Control"));
  }

  /** These settings with another default TTL; 0 turns the heuristic off too. */
  public CachePolicy withDefaultTtl(long seconds) {
    return new CachePolicy(
        seconds, seconds > 0, honourClientCacheControl, storeCookies, targetedFields);
  }
}
