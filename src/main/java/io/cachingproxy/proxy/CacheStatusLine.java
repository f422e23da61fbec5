package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.CacheStatus;

/** What {@code Cache-Status} says of an outcome (RFC 9211 §2). */
final class CacheStatusLine {

  private CacheStatusLine() {}

  static String of(CacheOutcome outcome) {
    CacheStatus.Builder status = CacheStatus.of(ForwardedFields.PSEUDONYM);
    if (outcome.forward() == null) {
      if (outcome.source().isHit()) {
        status.hit();
      }
    } else {
      status.forwarded(outcome.forward().token());
      if (outcome.forwardStatus() != 0) {
        status.forwardStatus(outcome.forwardStatus());
      }
    }
    outcome.ttl().ifPresent(status::ttl);
    if (outcome.stored()) {
      status.stored();
    }
    if (outcome.detail() != null) {
      status.detail(outcome.detail());
    }
    return status.toString();
  }
}
