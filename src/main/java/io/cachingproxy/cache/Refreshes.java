package io.cachingproxy.cache;

import io.cachingproxy.store.CacheKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose stored responses are being refreshed in the background, so that each is refreshed
 * by one request at a time (RFC 5861 §3), and those whose last refresh failed, so that the next one
 * waits, twice as long each time. Bounded: when too many are under way, a stale response is served
 * without. Thread-safe.
 */
final class Refreshes {

  /** How long the next refresh waits after the first one that failed. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** The longest it ever waits. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private static final int MOST = 4096;
  private static final Attempt FIRST = new Attempt(true, 0, Instant.MIN);

  private final Map<CacheKey, Attempt> attempts = new ConcurrentHashMap<>();

  /**
   * How it stands with one key.
   *
   * @param failures in a row, before this attempt
   * @param notBefore when the next one may begin
   */
  private record Attempt(boolean isUnderWay, int failures, Instant notBefore) {

    Attempt again() {
      return new Attempt(true, failures, notBefore);
    }

    Attempt failed(Instant now) {
      long doubled = FIRST_PAUSE.toMillis() << Math.min(failures, 16);
      Duration pause = Duration.ofMillis(Math.min(doubled, LONGEST_PAUSE.toMillis()));
      return new Attempt(false, failures + 1, now.plus(pause));
    }
  }

  /** Whether the caller is to refresh that key; if so, it calls {@link #end} when it is done. */
  boolean begin(CacheKey key, Instant now) {
    Attempt before = attempts.get(key);
    if (before == null) {
      return hasRoom() && attempts.putIfAbsent(key, FIRST) == null;
    }
    return !before.isUnderWay
        && !now.isBefore(before.notBefore)
        && attempts.replace(key, before, before.again());
  }

  /** Makes room at the cost of a pause, never of a refresh that is under way. */
  private boolean hasRoom() {
    if (attempts.size() < MOST) {
      return true;
    }
    for (Iterator<Attempt> all = attempts.values().iterator(); all.hasNext(); ) {
      if (!all.next().isUnderWay) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  /** The refresh that {@link #begin} allowed is over. */
  void end(CacheKey key, boolean failed, Instant now) {
    attempts.computeIfPresent(key, (same, attempt) -> next(attempt, failed, now));
  }

  private static @Nullable Attempt next(Attempt attempt, boolean failed, Instant now) {
    return failed ? attempt.failed(now) : null;
  }
}
