package io.cachingproxy.rfc9111;

import java.time.Duration;

/**
 * How freshness is guessed if the origin states none (RFC 9111 §4.2.2).
 *
 * @param defaultTtl how long a response without a basis for a heuristic is fresh; zero if it isn't
 * @param heuristicPercent the share of the time since Last-Modified for which a response is fresh,
 *     in percent; 0 to ignore Last-Modified
 * @param heuristicMax the longest heuristic lifetime
 * @param harmless the request fields that don't prevent a guess
 */
public record Guessing(
    Duration defaultTtl, int heuristicPercent, Duration heuristicMax, HarmlessFields harmless) {

  /** The defaults: two minutes, or a tenth of the time since Last-Modified, at most a day. */
  public static Guessing defaults() {
    return new Guessing(Duration.ofMinutes(2), 10, Duration.ofDays(1), HarmlessFields.known());
  }
}
