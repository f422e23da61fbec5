package io.cachingproxy.cache.collapse;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was asked for last time in vain, as far as sharing goes: its response was for its requester
 * alone, so the next requests don't wait for one another. Forgotten after a while, in case the
 * origin changes its mind. Bounded and thread-safe.
 *
 * <p>All are remembered for the same time, so the first in the order of remembering is the first to
 * be forgotten: each call that finds the map in use takes some of those away whose time is over,
 * whether or not anybody asks for them again.
 *
 * @param <K> small, and of no origin's or client's choice: it is kept
 */
final class PersonalKeys<K> {

  /** How long it is remembered. */
  static final Duration MEMORY = Duration.ofSeconds(60);

  /** With 200 bytes for each, 3 MB. */
  static final int MAX = 16_384;

  /** How many are forgotten in one go: more than can come meanwhile, and quickly done. */
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
