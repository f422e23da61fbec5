package io.cachingproxy.events;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** Exchanges for tests. */
final class Exchanges {

  private Exchanges() {}

  /** A plain hit on that path. */
  static Exchange hit(String path) {
    return new Exchange(
        Instant.parse("2026-05-04T03:02:01.007Z"),
        "GET",
        "http",
        "proxy.example:3000",
        path,
        "q=1",
        "1.1",
        "192.0.2.7",
        "curl/8.0",
        "http://origin.example" + path + "?q=1",
        200,
        new CacheOutcome(
            CacheOutcome.Source.HIT,
            null,
            0,
            false,
            OptionalLong.of(100),
            OptionalLong.of(20),
            null,
            false),
        1234,
        Duration.ofNanos(1_234_567),
        null,
        false);
  }
}
