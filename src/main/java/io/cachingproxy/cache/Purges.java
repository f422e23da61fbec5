package io.cachingproxy.cache;

import io.cachingproxy.store.CacheKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A logical clock of purges: a purge is a stamp, not a scan.
 *
 * <p>Every request to the origin takes the {@linkplain #now() stamp} at which it was sent. A
 * response counts only if no purge that covers it is younger, so a fetch that was under way during
 * a purge can't bring the old response back. Thread-safe; nothing here blocks for longer than a map
 * operation.
 *
 * <p>The store removes what an invalidation of one URI covers at once; its stamp is remembered here
 * for the fetches that are still under way. That memory is bounded: what is forgotten raises a
 * floor below which every fetch counts as covered, so forgetting can lose a response but never keep
 * a purged one.
 */
public final class Purges {

  /** How many invalidated keys are remembered for the fetches under way. */
  private static final int REMEMBERED_KEYS = 10_000;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong everything = new AtomicLong();
  private volatile long youngestKeyStamp;
  private long floor;

  private final Map<CacheKey, Long> keys = new LinkedHashMap<>();

  /** The stamp of a request that is sent to the origin now. */
  public long now() {
    return clock.get();
  }

  /** Purges every response whose request was sent before this call. */
  public void purgeEverything() {
    // Of two at once, the younger counts.
    everything.accumulateAndGet(clock.incrementAndGet(), Math::max);
  }

  /** Purges the responses of one key whose requests were sent before this call. */
  public void purge(CacheKey key) {
    synchronized (keys) {
      long stamp = clock.incrementAndGet();
      keys.remove(key);
      keys.put(key, stamp);
      if (keys.size() > REMEMBERED_KEYS) {
        var eldest = keys.entrySet().iterator();
        floor = eldest.next().getValue();
        eldest.remove();
      }
      youngestKeyStamp = stamp;
    }
  }

  /** Whether a stored response with that stamp was purged with everything else. */
  public boolean coversStored(long stamp) {
    return stamp < everything.get();
  }

  /** Whether the response to a request that was sent at that stamp was purged meanwhile. */
  public boolean coversFetched(CacheKey key, long stamp) {
    if (stamp < everything.get()) {
      return true;
    }
    if (stamp >= youngestKeyStamp) {
      return false;
    }
    synchronized (keys) {
      Long purged = keys.get(key);
      return stamp < floor || (purged != null && stamp < purged);
    }
  }
}
