package io.cachingproxy.cache.collapse;

import java.time.Duration;

/**
 * The bounds of waiting for what another request has been sent to the origin for.
 *
 * @param maxWaiting how many requests may wait at once, all keys together; 0 turns collapsing off
 * @param maxWait how long one may wait for the head of the response, before it goes to the origin
 *     itself
 */
public record CollapseLimits(int maxWaiting, Duration maxWait) {

  /** Bounds for those who have no wishes. */
  public static CollapseLimits defaults() {
    return new CollapseLimits(10_000, Duration.ofSeconds(30));
  }
}
