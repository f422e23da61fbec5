package io.cachingproxy.cache;

import java.time.Duration;

/**
 * The bounds of waiting for what another request has been sent to the origin for.
 *
 * @param mostWaiting how many requests may wait at once, all keys together; 0 turns collapsing off
 * @param longestWait how long one may wait for the head of the response, before it goes to the
 *     origin itself
 */
public record Collapsing(int mostWaiting, Duration longestWait) {

  /** Bounds for those who have no wishes. */
  public static Collapsing defaults() {
    return new Collapsing(10_000, Duration.ofSeconds(30));
  }
}
