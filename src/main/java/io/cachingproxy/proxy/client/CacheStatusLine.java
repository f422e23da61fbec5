package io.cachingproxy.proxy.client;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.CacheStatus;
import io.cachingproxy.proxy.request.Via;

/** The {@code Cache-Status} member for an outcome (RFC 9211 §2). */
final class CacheStatusLine {

  private CacheStatusLine() {}

  static String of(CacheOutcome outcome) {
    return new CacheStatus(
            Via.PSEUDONYM,
            outcome.forward() == null && outcome.source().isHit(),
            outcome.forward() == null ? null : outcome.forward().token(),
            outcome.forwardStatus(),
            outcome.ttl(),
            outcome.stored(),
            outcome.collapsed(),
            null,
            outcome.detail())
        .print();
  }
}
