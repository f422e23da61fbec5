package io.cachingproxy.rfc9111;

import java.time.Duration;

/**
 * How freshness is guessed where the origin states none (RFC 9111 §4.2.2).
 *
 * @param defaultTtl how long a response is fresh that gives nothing to reckon with; zero: it isn't
 * @param heuristicPercent what share of the time since its Last-Modified a response is fresh, in
 *     percent; 0: Last-Modified doesn't count
 * @param heuristicMax the longest lifetime reckoned so
 * @param harmless the request fields that a guess may be made beside
 */
public record Guessing(
    Duration defaultTtl, int heuristicPercent, Duration heuristicMax, HarmlessFields harmless) {

  /** The defaults: two minutes, or a tenth of the time since Last-Modified, at most a day. */
  public static Guessing defaults() {
    return new Guessing(Duration.ofMinutes(2), 10, Duration.ofDays(1), HarmlessFields.known());
  }
}
