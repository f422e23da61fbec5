package io.cachingproxy.cache;

import io.cachingproxy.store.CacheKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys whose stored responses are being refreshed in the background, so that each is refreshed
 * by one request at a time (RFC 5861 §3). Bounded: when too many are under way, a stale response is
 * served without. Thread-safe.
 */
final class Refreshes {

  private static final int MAX_UNDER_WAY = 1024;

  private final Set<CacheKey> underWay = ConcurrentHashMap.newKeySet();

  /** Whether the caller is to refresh that key; if so, it calls {@link #end} when it is done. */
  boolean begin(CacheKey key) {
    return underWay.size() < MAX_UNDER_WAY && underWay.add(key);
  }

  void end(CacheKey key) {
    underWay.remove(key);
  }
}
