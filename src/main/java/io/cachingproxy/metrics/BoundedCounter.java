package io.cachingproxy.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A counter with one label whose values come from outside this package. A bounded number of
 * distinct values get a series of their own, in the order of their first use; all others share
 * {@value #OTHER}. Thread-safe.
 */
final class BoundedCounter {

  static final String OTHER = "other";

  /** A longer value is hardly a token, and would only inflate every scrape. */
  static final int MAX_VALUE_LENGTH = 64;

  private final Counter counter;
  private final Counter.Child other;
  private final ConcurrentMap<String, Counter.Child> children = new ConcurrentHashMap<>();
  private final AtomicInteger free;

  /**
   * Registers the counter.
   *
   * @param maxValues how many distinct values get a series, {@value #OTHER} not counted
   */
  BoundedCounter(
      CollectorRegistry registry, String name, String help, String label, int maxValues) {
    counter = Counter.build(name, help).labelNames(label).withoutExemplars().register(registry);
    other = counter.labels(OTHER);
    free = new AtomicInteger(maxValues);
  }

  void count(String value) {
    Counter.Child child = children.get(value);
    if (child == null) {
      child = admit(value);
    }
    child.inc();
  }

  private Counter.Child admit(String value) {
    if (value.isEmpty() || value.length() > MAX_VALUE_LENGTH || free.get() <= 0) {
      return other;
    }
    Counter.Child admitted =
        children.computeIfAbsent(value, v -> free.getAndDecrement() > 0 ? counter.labels(v) : null);
    return admitted == null ? other : admitted;
  }
}
