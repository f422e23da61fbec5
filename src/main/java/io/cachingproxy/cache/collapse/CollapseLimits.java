package io.cachingproxy.cache.collapse;

import java.time.Duration;

/**
 * The limits for requests that wait for another request to the origin.
 *
 * @param maxWaiting how many requests may wait at once, over all keys; 0 turns collapsing off
 * @param maxWait how long a request may wait for the head of the response before it goes to the
 *     origin itself
 */
public record CollapseLimits(int maxWaiting, Duration maxWait) {

  /** The default limits. */
  public static CollapseLimits defaults() {
    return new CollapseLimits(10_000, Duration.ofSeconds(30));
  }
}
