package io.cachingproxy.cache;

import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose stored responses are being refreshed in the background, so that each is refreshed
 * by one request at a time (RFC 5861 §3), and those whose last refresh failed, so that the next one
 * is delayed, twice as long each time. Only fingerprints of the keys are kept.
 *
 * <p>Bounded: when too many refreshes are pending, a stale response is served without one. A pause
 * is forgotten some time after it has ended, or earlier to make room, oldest failure first.
 * Thread-safe.
 */
final class Refreshes {

  /** The delay after a first failure. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** The longest delay. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** How long a failure is remembered if nobody asks for another refresh. */
  static final Duration MEMORY = LONGEST_PAUSE.multipliedBy(2);

  /** The maximum of pending and paused refreshes together; at 200 bytes each, 1 MB. */
  private static final int MAX = 4096;

  /** How many are forgotten per call: more than a call adds, and still cheap. */
  private static final int SWEEP = 4;

  /** For each pending refresh, how often it had failed in a row before. */
  private final Map<Fingerprint, Integer> underWay = new HashMap<>();

  /** In the order of their failures. */
  private final Map<Fingerprint, Pause> paused = new LinkedHashMap<>();

  /**
   * The pause after a failure.
   *
   * @param failures in a row
   * @param since when the last refresh failed
   */
  private record Pause(int failures, Instant since) {

    boolean isOver(Instant now) {
      long doubled = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 16);
      return !now.isBefore(since.plusMillis(Math.min(doubled, LONGEST_PAUSE.toMillis())));
    }

    boolean isForgotten(Instant now) {
      return now.isAfter(since.plus(MEMORY));
    }
  }

  /** Whether the caller must refresh that key; if so, it calls {@link #end} afterwards. */
  boolean begin(CacheKey key, Instant now) {
    Fingerprint fingerprint = key.fingerprint();
    synchronized (this) {
      sweep(now);
      Pause pause = paused.get(fingerprint);
      if (underWay.containsKey(fingerprint) || (pause != null && !pause.isOver(now))) {
        return false;
      }
      if (pause == null && !hasRoom()) {
        return false;
      }
      paused.remove(fingerprint);
      underWay.put(fingerprint, pause == null ? 0 : pause.failures);
      return true;
    }
  }

  /** Makes room by dropping a pause, never a pending refresh. */
  private boolean hasRoom() {
    if (underWay.size() + paused.size() < MAX) {
      return true;
    }
    Iterator<Pause> first = paused.values().iterator();
    if (!first.hasNext()) {
      return false;
    }
    first.next();
    first.remove();
    return true;
  }

  private void sweep(Instant now) {
    Iterator<Pause> pauses = paused.values().iterator();
    for (int i = 0; i < SWEEP && pauses.hasNext() && pauses.next().isForgotten(now); i++) {
      pauses.remove();
    }
  }

  /** Ends a refresh that {@link #begin} allowed. */
  void end(CacheKey key, boolean failed, Instant now) {
    Fingerprint fingerprint = key.fingerprint();
    synchronized (this) {
      @Nullable Integer failures = underWay.remove(fingerprint);
      if (failed && failures != null) {
        paused.put(fingerprint, new Pause(failures + 1, now));
      }
    }
  }

  /** How many are pending or paused. */
  synchronized int size() {
    return underWay.size() + paused.size();
  }
}
