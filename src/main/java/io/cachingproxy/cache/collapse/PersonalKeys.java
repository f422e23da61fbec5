package io.cachingproxy.cache.collapse;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys whose last response was for its requester only, so that the next requests don't wait for one
 * another. Forgotten after a while, in case the origin's responses change. Bounded and thread-safe.
 *
 * <p>All keys are remembered for the same time, so the order of insertion is the order of expiry:
 * each insertion or look-up removes a few expired keys, even if nobody asks for them again.
 *
 * @param <K> must be small, and not chosen by an origin or client, since it is retained
 */
final class PersonalKeys<K> {

  /** How long a key is remembered. */
  static final Duration MEMORY = Duration.ofSeconds(60);

  /** At 200 bytes each, 3 MB. */
  static final int MAX = 16_384;

  /** How many are removed per call: more than a call adds, and still cheap. */
  private static final int SWEEP = 4;

  private final Map<K, Instant> until = new LinkedHashMap<>();
  private volatile int size;

  synchronized void remember(K what, Instant now) {
    until.remove(what);
    until.put(what, now.plus(MEMORY));
    if (until.size() > MAX) {
      forgetFirst();
    }
    sweep(now);
  }

  void forget(K what) {
    if (size > 0) {
      forgetNow(what);
    }
  }

  private synchronized void forgetNow(K what) {
    until.remove(what);
    size = until.size();
  }

  boolean contains(K what, Instant now) {
    return size > 0 && isRemembered(what, now);
  }

  private synchronized boolean isRemembered(K what, Instant now) {
    sweep(now);
    Instant end = until.get(what);
    return end != null && !now.isAfter(end);
  }

  private void forgetFirst() {
    Iterator<K> first = until.keySet().iterator();
    first.next();
    first.remove();
  }

  private void sweep(Instant now) {
    Iterator<Instant> ends = until.values().iterator();
    for (int i = 0; i < SWEEP && ends.hasNext() && now.isAfter(ends.next()); i++) {
      ends.remove();
    }
    size = until.size();
  }

  int size() {
    return size;
  }
}
