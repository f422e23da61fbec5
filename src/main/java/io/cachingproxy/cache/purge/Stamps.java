package io.cachingproxy.cache.purge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * When something of one kind was last purged, by the clock of {@link Purges}. Thread-safe; asking
 * takes no lock.
 *
 * <p>Bounded: when too much is remembered, the older half is forgotten and raises a floor below
 * which everything counts as purged. So forgetting can lose a response but never keep a purged one.
 */
final class Stamps<K> {

  private final int most;
  private final Function<K, ?> remembered;
  private final Map<Object, Long> stamps = new ConcurrentHashMap<>();
  private volatile long youngest;
  private volatile long floor;

  /**
   * Stamps of which at most so many are remembered.
   *
   * @param most at least 2
   * @param remembered what is remembered in place of it: small, and of different things different
   */
  Stamps(int most, Function<K, ?> remembered) {
    this.most = most;
    this.remembered = remembered;
  }

  /** Purges that now. */
  synchronized void purge(K what, AtomicLong clock) {
    long stamp = clock.incrementAndGet();
    stamps.put(remembered.apply(what), stamp);
    youngest = stamp;
    if (stamps.size() > most) {
      forgetOlderHalf();
    }
  }

  private void forgetOlderHalf() {
    long[] sorted = stamps.values().stream().mapToLong(Long::longValue).sorted().toArray();
    long median = sorted[sorted.length / 2];
    // The floor rises first: whoever finds nothing remembered must see it.
    floor = median;
    stamps.values().removeIf(stamp -> stamp <= median);
  }

  /** Whether nothing was ever purged. */
  boolean areNone() {
    return youngest == 0;
  }

  /** Whether that was purged after {@code stamp}. */
  boolean cover(K what, long stamp) {
    if (stamp >= youngest) {
      return false;
    }
    Long purged = stamps.get(remembered.apply(what));
    return stamp < (purged == null ? floor : purged);
  }
}
