package io.cachingproxy.metrics;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Finished exchanges that differ in what metrics look at. */
final class Exchanges {

  private Exchanges() {}

  static Exchange of(String method, int status, Source source) {
    return exchange(method, status, outcome(source), 1000, Duration.ofMillis(3), false);
  }

  static Exchange taking(Duration duration, int status) {
    return exchange("GET", status, outcome(Source.HIT), 1000, duration, false);
  }

  static Exchange sending(long bytes, Source source) {
    return exchange("GET", 200, outcome(source), bytes, Duration.ofMillis(3), false);
  }

  static Exchange cutShort() {
    return exchange("GET", 200, outcome(Source.MISS), 10, Duration.ofMillis(3), true);
  }

  /** As for a request that never reached a decision. */
  static Exchange undecided(int status) {
    return exchange("GET", status, null, 20, Duration.ofMillis(3), false);
  }

  private static CacheOutcome outcome(Source source) {
    return new CacheOutcome(
        source, null, 0, false, OptionalLong.empty(), OptionalLong.empty(), null, false);
  }

  private static Exchange exchange(
      String method,
      int status,
      @Nullable CacheOutcome outcome,
      long bytes,
      Duration duration,
      boolean failed) {
    return new Exchange(
        Instant.EPOCH,
        method,
        "http",
        "localhost:3000",
        "/products",
        null,
        "1.1",
        "127.0.0.1",
        null,
        "http://localhost:3000/products",
        status,
        outcome,
        bytes,
        duration,
        null,
        failed);
  }
}
