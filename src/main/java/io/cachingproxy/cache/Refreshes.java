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
 * waits, twice as long each time. Of the keys only fingerprints are remembered.
 *
 * <p>Bounded: when too many are under way, a stale response is served without; of those that wait,
 * the one that failed first is forgotten, and any is some time after its wait. Thread-safe.
 */
final class Refreshes {

  /** How long the next refresh waits after the first one that failed. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** The longest it ever waits. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** How long after its failure a refresh is remembered that nobody asks for again. */
  static final Duration MEMORY = LONGEST_PAUSE.multipliedBy(2);

  /** Of both kinds together; with 200 bytes for each, 1 MB. */
  private static final int MAX = 4096;

  /** How many are forgotten in one go: more than can come meanwhile, and quickly done. */
  private static final int SWEEP = 4;

  /** How often in a row each refresh that is under way had failed before. */
  private final Map<Fingerprint, Integer> underWay = new HashMap<>();

  /** In the order in which they failed. */
  private final Map<Fingerprint, Pause> paused = new LinkedHashMap<>();

  /**
   * The time after a failure.
   *
   * @param failures in a row
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

  /** Whether the caller is to refresh that key; if so, it calls {@link #end} when it is done. */
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

  /** Makes room at the cost of a pause, never of a refresh that is under way. */
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

  /** The refresh that {@link #begin} allowed is over. */
  void end(CacheKey key, boolean failed, Instant now) {
    Fingerprint fingerprint = key.fingerprint();
    synchronized (this) {
      @Nullable Integer failures = underWay.remove(fingerprint);
      if (failed && failures != null) {
        paused.put(fingerprint, new Pause(failures + 1, now));
      }
    }
  }

  /** How many are under way or wait. */
  synchronized int size() {
    return underWay.size() + paused.size();
  }
}
