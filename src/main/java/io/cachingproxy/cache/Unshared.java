package io.cachingproxy.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was asked for last time in vain, as far as sharing goes: its response was for its requester
 * alone, so the next requests don't wait for one another. Forgotten after a while, in case the
 * origin changes its mind. Bounded and thread-safe.
 */
final class Unshared<K> {

  /** How long it is remembered. */
  static final Duration MEMORY = Duration.ofSeconds(60);

  private static final int MOST = 16_384;

  private final Map<K, Instant> until = new ConcurrentHashMap<>();

  void remember(K what, Instant now) {
    until.put(what, now.plus(MEMORY));
    if (until.size() > MOST) {
      Iterator<K> any = until.keySet().iterator();
      any.next();
      any.remove();
    }
  }

  void forget(K what) {
    if (!until.isEmpty()) {
      until.remove(what);
    }
  }

  boolean contains(K what, Instant now) {
    if (until.isEmpty()) {
      return false;
    }
    Instant end = until.get(what);
    if (end == null) {
      return false;
    }
    if (now.isAfter(end)) {
      until.remove(what, end);
      return false;
    }
    return true;
  }

  int size() {
    return until.size();
  }
}
