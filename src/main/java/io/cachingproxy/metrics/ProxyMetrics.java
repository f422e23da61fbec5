package io.cachingproxy.metrics;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.Exchange;
import io.cachingproxy.cache.collapse.WaitOutcome;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.ResponseStore.Removal;
import io.cachingproxy.store.ResponseStore.Usage;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import io.prometheus.client.Info;
import io.prometheus.client.hotspot.DefaultExports;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All Prometheus collectors of one proxy, in the given registry. Thread-safe; on the hit path it
 * costs a few additions to striped counters, without locks or look-ups of labels.
 *
 * <p>Two proxies in one JVM need separate registries. Durations are in seconds, sizes in bytes;
 * label values are bounded. {@code proxy_cache_hit_ratio} counts from the start; the ratio of the
 * last five minutes is {@code sum(rate(proxy_requests_total{cache=~"HIT|STALE|REVALIDATED"}[5m])) /
 * sum(rate(proxy_requests_total{cache!="PROXY"}[5m]))}.
 */
public final class ProxyMetrics implements CacheListener, ResponseStore.RemovalListener {

  /** Upper bounds in seconds, from 100 µs (a hit) to a minute (a slow origin). */
  private static final double[] SECONDS = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    30, 60
  };

  /** Well above the number of reasons not to store; beyond it, raw input is being passed on. */
  private static final int MAX_REASONS = 64;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final int SWITCHING_PROTOCOLS = 101;

  private final RequestCounters requests;
  private final Histogram requestDuration;
  private final Counter failures;
  private final Counter slowHeads;
  private final Counter.Child bytesFromCache;
  private final Counter.Child bytesFromOrigin;
  private final Counter.Child bytesFromProxy;
  private final Map<StatusClass, Counter.Child> originRequests = new EnumMap<>(StatusClass.class);
  private final Histogram originDuration;
  private final BoundedCounter notStored;
  private final Map<Removal, Counter.Child> removals = new EnumMap<>(Removal.class);
  private final Map<Removal, Counter.Child> removedBytes = new EnumMap<>(Removal.class);
  private final Map<WaitOutcome, Counter.Child> waits = new EnumMap<>(WaitOutcome.class);
  private final Counter resumed;
  private final Counter slowUploads;
  private final SampledMetrics sampled;
  private final OriginMetrics origin = new OriginMetrics();
  private final TunnelMetrics tunnels = new TunnelMetrics();
  private final LongAdder started = new LongAdder();
  private final LongAdder completed = new LongAdder();

  /**
   * Registers all collectors, including those of the JVM.
   *
   * @param registry must contain none of them
   * @param version the program's version, for {@code proxy_build_info}
   * @throws IllegalArgumentException if the registry already holds a metric of the same name
   */
  public ProxyMetrics(CollectorRegistry registry, String version) {
    requests = new RequestCounters(registry);
    requestDuration =
        duration(
            registry,
            "proxy_request_duration",
            "Seconds from a request's head until the last byte of the answer was handed over.");
    failures =
        counter("proxy_exchanges_failed_total", "Exchanges whose answer was cut short.")
            .register(registry);
    slowHeads =
        counter(
                "proxy_request_head_timeouts_total",
                "Connections closed because a request head took too long.")
            .register(registry);
    Counter bytes =
        counter("proxy_response_bytes_total", "Content bytes sent to clients, by their source.")
            .labelNames("source")
            .register(registry);
    bytesFromCache = bytes.labels("cache");
    bytesFromOrigin = bytes.labels("origin");
    bytesFromProxy = bytes.labels("proxy");

    Counter asked =
        counter(
                "proxy_origin_requests_total",
                "Requests to the origin that are over, by status class; none if it gave no answer.")
            .labelNames("status")
            .register(registry);
    for (StatusClass status : StatusClass.values()) {
      originRequests.put(status, asked.labels(status.label()));
    }
    originDuration =
        duration(
            registry,
            "proxy_origin_request_duration",
            "Seconds from sending a request to the origin until its response was complete or failed.");

    notStored =
        new BoundedCounter(
            registry,
            "proxy_not_stored_total",
            "Responses from the origin that were not stored, by reason.",
            "reason",
            MAX_REASONS);
    Counter collapsed =
        counter(
                "proxy_collapse_waits_total",
                "Requests that waited for what another was sent to the origin for, by what came of it.")
            .labelNames("outcome")
            .register(registry);
    for (WaitOutcome outcome : WaitOutcome.values()) {
      waits.put(outcome, collapsed.labels(outcome.name().toLowerCase(Locale.ROOT)));
    }
    slowUploads =
        counter(
                "proxy_uploads_given_up_total",
                "Requests given up because their content came too slowly.")
            .register(registry);
    resumed =
        counter(
                "proxy_origin_resumed_total",
                "Responses that broke off on their way from the origin and were continued.")
            .register(registry);
    Counter left =
        counter("proxy_store_removals_total", "Stored responses that left the store, by cause.")
            .labelNames("cause")
            .register(registry);
    Counter leftBytes =
        counter("proxy_store_removed_bytes_total", "What left the store, by cause.")
            .labelNames("cause")
            .register(registry);
    for (Removal cause : Removal.values()) {
      String label = cause.name().toLowerCase(Locale.ROOT);
      removals.put(cause, left.labels(label));
      removedBytes.put(cause, leftBytes.labels(label));
    }

    sampled = new SampledMetrics(requests);
    sampled.requestsInFlight(() -> started.sum() - completed.sum());
    registry.register(sampled);
    registry.register(origin);
    registry.register(tunnels);
    Info.build("proxy_build", "The version of the program and of the JVM it runs on.")
        .register(registry)
        .info("version", version, "java", Runtime.version().toString());
    DefaultExports.register(registry);
  }

  /** Exports the usage of a store; called once per scrape, on the scrape's thread. */
  public void watchStore(Supplier<Usage> usage) {
    sampled.store(usage);
  }

  /**
   * Exports the use of memory for bodies.
   *
   * @param onlyRead the bytes of bodies that left the store and are still being read
   * @param allocationFailures how often the JVM refused memory; monotonic
   * @param slowDownloads how many clients were disconnected for reading too slowly; monotonic
   */
  public void watchMemory(
      LongSupplier onlyRead, LongSupplier allocationFailures, LongSupplier slowDownloads) {
    sampled.memory(onlyRead, allocationFailures, slowDownloads);
  }

  /** Exports the load on the origin. */
  public void watchOrigin(OriginGauges use) {
    origin.watch(use);
  }

  /** Exports the tunnels. */
  public void watchTunnels(TunnelGauges use) {
    tunnels.watch(use);
  }

  /**
   * Exports the collapsing of requests.
   *
   * @param waiting requests waiting for another
   * @param unshared keys that no request waits for
   */
  public void watchCollapsing(LongSupplier waiting, LongSupplier unshared) {
    sampled.collapsing(waiting, unshared);
  }

  /**
   * Exports the event log; each source is called once per scrape.
   *
   * @param sent events confirmed since the start; monotonic
   * @param lost events dropped since the start; monotonic
   * @param waiting events that are waiting
   */
  public void watchEvents(LongSupplier sent, LongSupplier lost, LongSupplier waiting) {
    sampled.events(sent, lost, waiting);
  }

  /** The exchanges completed since the start. */
  public long requests() {
    return (long) requests.total();
  }

  /** The value of {@code proxy_cache_hit_ratio}: 0 to 1. */
  public double hitRatio() {
    return requests.hitRatio();
  }

  /** Counts a client's connection closed because its request head took too long. */
  public void requestHeadTimedOut() {
    slowHeads.inc();
  }

  @Override
  public void exchangeStarted() {
    started.increment();
  }

  @Override
  public void exchangeCompleted(Exchange exchange) {
    completed.increment();
    CacheOutcome outcome = exchange.outcome();
    // Without a decision the answer can only be the proxy's own.
    Source source = outcome == null ? Source.PROXY : outcome.source();
    requests.count(MethodLabel.of(exchange.method()), StatusClass.of(exchange.status()), source);
    // After a 101 the duration is that of the tunnel, which says nothing about latency.
    if (exchange.status() != SWITCHING_PROTOCOLS) {
      requestDuration.observe(seconds(exchange.duration()));
    }
    if (exchange.bytesSent() > 0) { // a counter rejects negative values
      bytesFrom(source).inc((double) exchange.bytesSent());
    }
    if (exchange.failed()) {
      failures.inc();
    }
  }

  @Override
  public void originRequestCompleted(int status, Duration duration) {
    countOf(originRequests, StatusClass.of(status)).inc();
    originDuration.observe(seconds(duration));
  }

  @Override
  public void notStored(String reason) {
    notStored.count(reason);
  }

  @Override
  public void waited(WaitOutcome outcome) {
    countOf(waits, outcome).inc();
  }

  @Override
  public void uploadGivenUp() {
    slowUploads.inc();
  }

  @Override
  public void resumed() {
    resumed.inc();
  }

  @Override
  public void removed(Removal cause, long bytes) {
    countOf(removals, cause).inc();
    countOf(removedBytes, cause).inc((double) Math.max(0, bytes)); // a counter rejects those
  }

  private Counter.Child bytesFrom(Source source) {
    if (source.isHit()) {
      return bytesFromCache;
    }
    return source == Source.MISS ? bytesFromOrigin : bytesFromProxy;
  }

  private static <K extends Enum<K>> Counter.Child countOf(Map<K, Counter.Child> children, K key) {
    return Objects.requireNonNull(children.get(key));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS_PER_SECOND;
  }

  private static Counter.Builder counter(String name, String help) {
    return Counter.build(name, help).withoutExemplars();
  }

  private static Histogram duration(CollectorRegistry registry, String name, String help) {
    return Histogram.build(name, help).buckets(SECONDS).withoutExemplars().register(registry);
  }
}
