package io.cachingproxy.metrics;

import io.cachingproxy.store.ResponseStore.Usage;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Metrics counted by other packages: read at each scrape, 0 until a source is set. Thread-safe. */
final class SampledMetrics extends Collector implements Collector.Describable {

  private final RequestCounters requests;
  private volatile Supplier<Usage> store = () -> new Usage(0, 0, 0);
  private volatile LongSupplier requestsInFlight = () -> 0;
  private volatile LongSupplier waiting = () -> 0;
  private volatile LongSupplier unshared = () -> 0;
  private volatile Memory memory = new Memory(() -> 0, () -> 0, () -> 0);
  private volatile Events events = new Events(() -> 0, () -> 0, () -> 0);

  SampledMetrics(RequestCounters requests) {
    this.requests = requests;
  }

  void store(Supplier<Usage> usage) {
    store = usage;
  }

  void memory(LongSupplier onlyRead, LongSupplier allocationFailures, LongSupplier slowDownloads) {
    memory = new Memory(onlyRead, allocationFailures, slowDownloads);
  }

  void requestsInFlight(LongSupplier count) {
    requestsInFlight = count;
  }

  void collapsing(LongSupplier waitingNow, LongSupplier knownUnshared) {
    waiting = waitingNow;
    unshared = knownUnshared;
  }

  void events(LongSupplier sent, LongSupplier lost, LongSupplier waiting) {
    events = new Events(sent, lost, waiting);
  }

  @Override
  public List<MetricFamilySamples> collect() {
    // Once per scrape, so that bytes and limit are consistent.
    Usage usage = store.get();
    Events log = events;
    Memory bodies = memory;
    return List.of(
        new GaugeMetricFamily(
            "proxy_cache_hit_ratio",
            "Answers from the store / answers from the store or the origin, since the start; 0 before the first.",
            requests.hitRatio()),
        new GaugeMetricFamily(
            "proxy_requests_in_flight",
            "Exchanges with clients that are under way.",
            requestsInFlight.getAsLong()),
        new GaugeMetricFamily(
            "proxy_store_responses", "Responses in the store.", usage.responses()),
        new GaugeMetricFamily(
            "proxy_store_bytes",
            "What the stored responses take of the limit, heads and overhead included.",
            usage.bytes()),
        new GaugeMetricFamily(
            "proxy_store_limit_bytes", "The limit of proxy_store_bytes.", usage.limit()),
        new GaugeMetricFamily(
            "proxy_store_only_read_bytes",
            "What bodies take of the limit that have left the store and are still being read.",
            bodies.onlyRead().getAsLong()),
        new CounterMetricFamily(
            "proxy_store_allocation_failures_total",
            "How often the JVM had no memory for bodies; it is asked again after a minute.",
            bodies.allocationFailures().getAsLong()),
        new CounterMetricFamily(
            "proxy_slow_downloads_total",
            "Answers broken off while memory was short: their clients took too little a second.",
            bodies.slowDownloads().getAsLong()),
        new GaugeMetricFamily(
            "proxy_collapse_waiting",
            "Requests that wait for what another was sent to the origin for.",
            waiting.getAsLong()),
        new GaugeMetricFamily(
            "proxy_collapse_unshared_keys",
            "Keys whose last response was for its requester alone, so that nobody waits for it.",
            unshared.getAsLong()),
        new CounterMetricFamily(
            "proxy_events_sent_total", "Events the broker has confirmed.", log.sent().getAsLong()),
        new CounterMetricFamily(
            "proxy_events_lost_total",
            "Events dropped: the buffer was full, or the broker never took them.",
            log.lost().getAsLong()),
        new GaugeMetricFamily(
            "proxy_events_waiting", "Events that wait for the broker.", log.waiting().getAsLong()));
  }

  /** Names the families without calling the sources, which may not be set at registration. */
  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(
        new GaugeMetricFamily("proxy_cache_hit_ratio", "", List.of()),
        new GaugeMetricFamily("proxy_requests_in_flight", "", List.of()),
        new GaugeMetricFamily("proxy_store_responses", "", List.of()),
        new GaugeMetricFamily("proxy_store_bytes", "", List.of()),
        new GaugeMetricFamily("proxy_store_limit_bytes", "", List.of()),
        new GaugeMetricFamily("proxy_store_only_read_bytes", "", List.of()),
        new CounterMetricFamily("proxy_store_allocation_failures_total", "", List.of()),
        new CounterMetricFamily("proxy_slow_downloads_total", "", List.of()),
        new GaugeMetricFamily("proxy_collapse_waiting", "", List.of()),
        new GaugeMetricFamily("proxy_collapse_unshared_keys", "", List.of()),
        new CounterMetricFamily("proxy_events_sent_total", "", List.of()),
        new CounterMetricFamily("proxy_events_lost_total", "", List.of()),
        new GaugeMetricFamily("proxy_events_waiting", "", List.of()));
  }

  private record Memory(
      LongSupplier onlyRead, LongSupplier allocationFailures, LongSupplier slowDownloads) {}

  private record Events(LongSupplier sent, LongSupplier lost, LongSupplier waiting) {}
}
