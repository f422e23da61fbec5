package io.cachingproxy.metrics;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * {@code proxy_requests_total}, and the hit ratio derived from it. Thread-safe and lock-free: the
 * series of a combination of labels is looked up at its first request, and is an array element from
 * then on.
 */
@SuppressWarnings("EnumOrdinal") // an index into an array that lives no longer than the enums
final class RequestCounters {

  private static final MethodLabel[] METHODS = MethodLabel.values();
  private static final StatusClass[] STATUSES = StatusClass.values();
  private static final Source[] SOURCES = Source.values();

  private final Counter counter;
  private final AtomicReferenceArray<Counter.Child> series =
      new AtomicReferenceArray<>(METHODS.length * STATUSES.length * SOURCES.length);

  RequestCounters(CollectorRegistry registry) {
    counter =
        Counter.build(
                "proxy_requests_total",
                "Exchanges with clients that are over, by request method, status class and source of the answer.")
            .labelNames("method", "status", "cache")
            .withoutExemplars()
            .register(registry);
    // Present from the first scrape, so that a rate sees the first request as an increase.
    child(MethodLabel.GET, StatusClass.SUCCESSFUL, Source.HIT);
    child(MethodLabel.GET, StatusClass.SUCCESSFUL, Source.MISS);
  }

  void count(MethodLabel method, StatusClass status, Source source) {
    child(method, status, source).inc();
  }

  /** All exchanges counted so far. */
  double total() {
    double total = 0;
    for (Source source : SOURCES) {
      total += total(source);
    }
    return total;
  }

  /**
   * The share of answers from the store among those from the store or the origin; 0 if there were
   * none. Answers of the proxy's own are not counted.
   */
  double hitRatio() {
    double hits = 0;
    double misses = total(Source.MISS);
    for (Source source : SOURCES) {
      if (source.isHit()) {
        hits += total(source);
      }
    }
    return hits == 0 ? 0 : hits / (hits + misses);
  }

  private double total(Source source) {
    double total = 0;
    for (int i = source.ordinal(); i < series.length(); i += SOURCES.length) {
      Counter.Child child = series.get(i);
      if (child != null) {
        total += child.get();
      }
    }
    return total;
  }

  private Counter.Child child(MethodLabel method, StatusClass status, Source source) {
    int index =
        (method.ordinal() * STATUSES.length + status.ordinal()) * SOURCES.length + source.ordinal();
    Counter.Child child = series.get(index);
    if (child == null) {
      // Two threads may both get here: the counter returns the same child to both.
      child = counter.labels(method.name(), status.label(), source.name());
      series.set(index, child);
    }
    return child;
  }
}
