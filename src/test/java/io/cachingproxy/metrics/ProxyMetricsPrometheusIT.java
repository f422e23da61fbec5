package io.cachingproxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.docker.Dashboard;
import io.cachingproxy.store.ResponseStore.Removal;
import io.cachingproxy.store.ResponseStore.Usage;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Prometheus finds what the README and the dashboard ask for. */
class ProxyMetricsPrometheusIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final CollectorRegistry registry = new CollectorRegistry();
  private static final Server server = new Server();
  private static final ScheduledExecutorService traffic =
      Executors.newSingleThreadScheduledExecutor();

  @SuppressWarnings("NullAway.Init") // by start()
  private static PrometheusServer prometheus;

  @BeforeAll
  static void start() throws Exception {
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(new MetricsServlet(registry)), "/metrics");
    server.setHandler(context);
    server.start();

    ProxyMetrics metrics = new ProxyMetrics(registry, "1.2.3");
    AtomicLong events = new AtomicLong();
    metrics.watchStore(() -> new Usage(1, 1000, 256_000));
    metrics.watchEvents(events::get, () -> 0, () -> 1);
    var unused =
        traffic.scheduleWithFixedDelay(
            () -> {
              metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.HIT));
              metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.HIT));
              metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.HIT));
              metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.MISS));
              metrics.originRequestCompleted(200, Duration.ofMillis(20));
              metrics.notStored("no-store");
              metrics.removed(Removal.SIZE, 1000);
              events.addAndGet(4);
            },
            0,
            20,
            TimeUnit.MILLISECONDS);

    prometheus = PrometheusServer.scraping("127.0.0.1:" + connector.getLocalPort());
  }

  @AfterAll
  static void stop() throws Exception {
    traffic.shutdownNow();
    if (prometheus != null) {
      prometheus.close();
    }
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(proxy_requests_total)",
        "proxy_cache_hit_ratio",
        "histogram_quantile(0.95, rate(proxy_request_duration_bucket[1m]))"
      })
  void theQueriesOfTheReadmeGiveOneNumberAsWritten(String promql) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(prometheus.values(promql)).singleElement().matches(v -> v > 0));
  }

  @Test
  void theHitRatioIsTheOneOfTheTraffic() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(prometheus.values("proxy_cache_hit_ratio"))
                    .singleElement()
                    .matches(ratio -> ratio >= 0.7 && ratio <= 1, "three of four are hits"));
  }

  /** All exchanges take 3 ms, so the quantile must lie in that bucket. */
  @Test
  void theQuantileIsInSeconds() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        prometheus.values(
                            "histogram_quantile(0.95, rate(proxy_request_duration_bucket[1m]))"))
                    .singleElement()
                    .matches(seconds -> seconds > 0.0025 && seconds <= 0.005));
  }

  @ParameterizedTest
  @MethodSource("dashboardQueries")
  void theDashboardShowsData(Dashboard.Query query) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(prometheus.values(query.promql())).isNotEmpty());
  }

  static List<Dashboard.Query> dashboardQueries() throws IOException {
    return Dashboard.queries();
  }
}
