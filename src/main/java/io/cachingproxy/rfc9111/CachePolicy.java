package io.cachingproxy.rfc9111;

import java.util.List;

/**
 * What the operator decides where the RFC leaves a choice.
 *
 * @param guessing the freshness of a response that states none
 * @param honourClientCacheControl whether Cache-Control and Pragma of requests are obeyed
 * @param storeCookies whether a response that sets a cookie may be stored at all (RFC 9111 §7.3)
 * @param targetedFields the fields that take precedence over Cache-Control for this cache (RFC 9213
 *     §2); the first one in the list that is present and valid applies
 */
public record CachePolicy(
    Guessing guessing,
    boolean honourClientCacheControl,
    boolean storeCookies,
    List<String> targetedFields) {

  public CachePolicy {
    targetedFields = List.copyOf(targetedFields);
  }

  /**
   * The defaults: guesses, client directives honoured, cookies stored, CDN-Cache-Control obeyed.
   */
  public static CachePolicy defaults() {
    return new CachePolicy(Guessing.defaults(), true, true, List.of("CDN-Cache-Control"));
  }
}
