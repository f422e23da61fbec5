package io.cachingproxy.cache.purge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * When things of one kind were last purged, by the clock of {@link Purges}. Thread-safe; reads take
 * no lock.
 *
 * <p>Bounded: when too many stamps are kept, the older half is dropped and raises a floor below
 * which everything counts as purged. So dropping stamps can lose a valid response, but never keep a
 * purged one.
 */
final class Stamps<K> {

  private final int most;
  private final Function<K, ?> remembered;
  private final Map<Object, Long> stamps = new ConcurrentHashMap<>();
  private volatile long youngest;
  private volatile long floor;

  /**
   * Creates an empty set of stamps.
   *
   * @param most how many are kept; at least 2
   * @param remembered maps to what is kept instead: small, and different for different things
   */
  Stamps(int most, Function<K, ?> remembered) {
    this.most = most;
    this.remembered = remembered;
  }

  /** Purges {@code what} now. */
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
    // The floor rises first: a reader that finds no stamp must see it.
    floor = median;
    stamps.values().removeIf(stamp -> stamp <= median);
  }

  /** Whether nothing was ever purged. */
  boolean areNone() {
    return youngest == 0;
  }

  /** Whether {@code what} was purged after {@code stamp}. */
  boolean cover(K what, long stamp) {
    if (stamp >= youngest) {
      return false;
    }
    Long purged = stamps.get(remembered.apply(what));
    return stamp < (purged == null ? floor : purged);
  }
}
