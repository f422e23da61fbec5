package io.cachingproxy.app;

import io.cachingproxy.admin.AdminAccess;
import io.cachingproxy.admin.AdminServlet;
import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.CacheListeners;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.config.HttpUrl;
import io.cachingproxy.config.ProgramVersion;
import io.cachingproxy.config.ProxyConfig;
import io.cachingproxy.events.EventLog;
import io.cachingproxy.http.Redaction;
import io.cachingproxy.metrics.OriginGauges;
import io.cachingproxy.metrics.ProxyMetrics;
import io.cachingproxy.metrics.TunnelGauges;
import io.cachingproxy.proxy.ProxyContext;
import io.cachingproxy.proxy.client.ClientStreams;
import io.cachingproxy.proxy.client.Downloads;
import io.cachingproxy.proxy.origin.OriginGate;
import io.cachingproxy.proxy.request.ProxySettings;
import io.cachingproxy.proxy.request.Pseudonym;
import io.cachingproxy.proxy.request.UnkeyedFields;
import io.cachingproxy.proxy.tunnel.Tunnels;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Guessing;
import io.cachingproxy.rfc9111.HarmlessFields;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.memory.MemoryStore;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One proxy, wired together but not bound to a port: the same for the embedded server and a WAR.
 * Owns its store and its event log and closes them. Thread-safe.
 */
final class CachingProxy implements AutoCloseable {

  private final ProxyConfig config;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Pseudonym pseudonym = Pseudonym.random();
  private final Instant started;
  private final CollectorRegistry registry = new CollectorRegistry();
  private final ProxyMetrics metrics = new ProxyMetrics(registry, ProgramVersion.current());
  private final Redaction redaction;
  private final EventLog events;
  private final CacheListener listener;
  private final MemoryStore store;
  private final StoreUpkeep upkeep;
  private final HttpCache cache;
  private final OriginGate gate;
  private final Tunnels tunnels;
  private final Downloads downloads;
  private volatile boolean ready;

  /**
   * Creates a proxy that is not serving yet.
   *
   * @param clock the wall clock
   * @param nanos a monotonic clock in nanoseconds
   */
  CachingProxy(ProxyConfig config, Clock clock, LongSupplier nanos) {
    this.config = config;
    this.clock = clock;
    this.nanos = nanos;
    this.started = clock.instant();
    this.redaction = Redaction.of(config.redactQuery());
    ProxyConfig.Kafka kafka = config.kafka();
    this.events = kafka == null ? EventLog.none() : EventLogs.of(kafka, redaction);
    this.store = new MemoryStore(config.cache().memory(), config.cache().maxObjectSize(), metrics);
    this.upkeep = new StoreUpkeep(store);
    this.listener = new CacheListeners(List.of(metrics, events));
    this.cache =
        new HttpCache(store, policy(config), collapsing(config.collapsing()), listener, clock);
    metrics.watchStore(store::usage);
    this.downloads = new Downloads(config.listener().minDownloadRate(), store::shortages, nanos);
    metrics.watchMemory(store::onlyReadBytes, store::allocationFailures, downloads::slow);
    metrics.watchCollapsing(cache::waiting, cache::personalKeys);
    this.gate = new OriginGate(limits(config.load()), redaction, System::nanoTime);
    metrics.watchOrigin(
        new OriginGauges(
            gate::atOrigin,
            gate::waiting,
            gate::refusedBusy,
            gate::refusedDown,
            gate::isDown,
            gate::timesDown));
    this.tunnels = new Tunnels(config.load().tunnels());
    metrics.watchTunnels(
        new TunnelGauges(
            tunnels::open,
            tunnels::opened,
            tunnels::refused,
            tunnels::bytesToClients,
            tunnels::bytesToOrigin));
    if (kafka != null) {
      metrics.watchEvents(events::sent, events::lost, events::waiting);
    }
  }

  private static CollapseLimits collapsing(ProxyConfig.Collapsing bounds) {
    return new CollapseLimits(bounds.mostWaiting(), bounds.longestWait());
  }

  private static OriginGate.Limits limits(ProxyConfig.OriginLoad load) {
    return new OriginGate.Limits(load.connections(), load.queue(), load.breakerFailures());
  }

  private static CachePolicy policy(ProxyConfig config) {
    ProxyConfig.Cache cache = config.cache();
    ProxyConfig.Guesses guesses = cache.guesses();
    // Fields in the key can't affect other clients' responses.
    List<String> harmless = new ArrayList<>(guesses.harmlessFields());
    harmless.addAll(UnkeyedFields.keyed(config.requests().passHeaders()));
    return new CachePolicy(
        new Guessing(
            guesses.defaultTtl(),
            guesses.heuristicPercent(),
            guesses.heuristicMax(),
            HarmlessFields.knownAnd(harmless)),
        cache.clientCacheControl() == ProxyConfig.ClientCacheControl.HONOUR,
        cache.cookies() == ProxyConfig.Cookies.STORE,
        cache.targetedCacheControl());
  }

  /**
   * What the servlet and the filter share.
   *
   * @param streams opens the client's side of exchanges
   */
  ProxyContext context(ClientStreams streams) {
    return new ProxyContext(
        settings(), cache, listener, gate, tunnels, downloads, pseudonym, streams, clock, nanos);
  }

  private ProxySettings settings() {
    HttpUrl url = config.origin().url();
    return new ProxySettings(
        new ProxySettings.Origin(
            url.scheme(),
            url.host(),
            url.port(),
            url.authority(),
            url.path(),
            config.origin().preserveHost(),
            config.origin().maxResponseHeaderSize()),
        new ProxySettings.Requests(
            config.requests().passHeaders(),
            config.listener().maxRequestHeaderSize(),
            config.requests().maxFields(),
            config.requests().minUploadRate()),
        new ProxySettings.Timeouts(
            config.timeouts().connect(),
            config.timeouts().firstByte(),
            config.timeouts().staleWait(),
            config.timeouts().idle()),
        redaction);
  }

  AdminServlet adminServlet(AdminAccess.Trust trust) {
    return new AdminServlet(
        new AdminAccess(config.management().adminToken(), trust),
        cache::clear,
        this::stats,
        () -> ready);
  }

  MetricsServlet metricsServlet() {
    return new MetricsServlet(registry);
  }

  ProxyMetrics metrics() {
    return metrics;
  }

  /** Sets whether requests are being served, for {@code /readyz}. */
  void ready(boolean now) {
    ready = now;
  }

  /** Disconnects slow readers that hold memory: only where their connections are ours. */
  void letSlowReadersGo() {
    upkeep.letGo(downloads);
  }

  /** Starts trimming the heap when bodies need the memory: for a JVM that runs nothing else. */
  void trimHeap() {
    MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
    upkeep.trimHeap(
        new HeapTrim(
            new HeapTrim.Memory(
                () -> store.usage().limit(),
                store::committedBytes,
                store::headBytes,
                () -> jvm.getHeapMemoryUsage().getCommitted()),
            jvm::gc,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
  }

  private Map<String, Object> stats() {
    ResponseStore.Usage usage = cache.usage();
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("version", ProgramVersion.current());
    stats.put("origin", config.origin().url().toString());
    stats.put("uptimeSeconds", Duration.between(started, clock.instant()).toSeconds());
    stats.put("requests", metrics.requests());
    stats.put("hitRatio", metrics.hitRatio());
    stats.put("storedResponses", usage.responses());
    stats.put("storedBytes", usage.bytes());
    stats.put("storeLimitBytes", usage.limit());
    stats.put("eventsSent", events.sent());
    stats.put("eventsWaiting", events.waiting());
    stats.put("eventsLost", events.lost());
    return stats;
  }

  /** Closes the tunnels, which would otherwise keep their connections indefinitely. */
  void closeTunnels() {
    tunnels.close();
  }

  @Override
  public void close() {
    ready = false;
    events.close();
    upkeep.close();
    store.close();
  }
}
