package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.metrics.PrometheusServer;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Prometheus watches the running program under load. */
class PrometheusEndToEndIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final RawOrigin origin =
      RawOrigin.start()
          .on("/page", Script.reply(200, "x".repeat(1000), "Cache-Control: max-age=3600"))
          .on("/never", Script.reply(200, "again", "Cache-Control: no-store"));

  @SuppressWarnings("NullAway.Init") // by start()
  private static RunningProxy proxy;

  private static @Nullable PrometheusServer prometheus;

  @SuppressWarnings("NullAway.Init") // by start()
  private static Load load;

  @BeforeAll
  static void start() throws Exception {
    // Room for some of these pages only, so that others are evicted.
    proxy = RunningProxy.start(origin.url(), "--memory", "64KB");
    for (int i = 0; i < 200; i++) {
      assertThat(proxy.get("/page?n=" + i)).isMiss();
    }
    proxy.exchange("BREW", "/page");
    proxy.exchange("M-SEARCH", "/page");
    load = Load.of(proxy, "/page", "/page", "/page", "/never");
  }

  /** Started by the first test that asks it: some need none. */
  private static PrometheusServer prometheus() throws IOException {
    if (prometheus == null) {
      prometheus = PrometheusServer.scraping("127.0.0.1:" + proxy.managementPort());
    }
    return prometheus;
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      if (load != null) {
        load.stop();
      }
    } finally {
      if (prometheus != null) {
        prometheus.close();
      }
      if (proxy != null) {
        proxy.close();
      }
      origin.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(proxy_requests_total)",
        "proxy_cache_hit_ratio",
        "histogram_quantile(0.95, rate(proxy_request_duration_bucket[1m]))"
      })
  void theQueriesOfTheReadmeGiveOneNumberAsWritten(String promql) throws IOException {
    PrometheusServer prometheus = prometheus();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(prometheus.values(promql)).singleElement().matches(v -> v > 0));
  }

  @Test
  void theQuantileIsOfSecondsThatOneRequestTakesOnLoopback() throws IOException {
    PrometheusServer prometheus = prometheus();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        prometheus.values(
                            "histogram_quantile(0.5, rate(proxy_request_duration_bucket[1m]))"))
                    .singleElement()
                    .matches(seconds -> seconds > 0 && seconds < 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy_requests_total{method=\"GET\",status=\"2xx\",cache=\"HIT\"} > 0",
        "proxy_requests_total{method=\"GET\",status=\"2xx\",cache=\"MISS\"} > 0",
        "proxy_request_duration_count > 0",
        "proxy_request_duration_sum > 0",
        "proxy_origin_requests_total{status=\"2xx\"} > 0",
        "proxy_origin_request_duration_count > 0",
        "proxy_response_bytes_total{source=\"cache\"} > 0",
        "proxy_response_bytes_total{source=\"origin\"} > 0",
        "proxy_store_responses > 0",
        "proxy_store_bytes > 0 and proxy_store_bytes <= proxy_store_limit_bytes",
        "proxy_store_limit_bytes == 65536",
        "proxy_store_removals_total{cause=\"size\"} > 0",
        "proxy_not_stored_total{reason=\"no-store\"} > 0",
        "proxy_events_sent_total == 0",
        "proxy_events_waiting == 0",
        "proxy_events_lost_total == 0",
        "proxy_requests_in_flight >= 0",
        "jvm_memory_bytes_used{area=\"heap\"} > 0",
        "jvm_threads_current > 0",
        "process_cpu_seconds_total > 0",
        "proxy_build_info == 1",
        "up{job=\"caching-proxy-server\"} == 1"
      })
  void whatAnOperatorAsksForIsThere(String promql) throws IOException {
    PrometheusServer prometheus = prometheus();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(prometheus.values(promql)).isNotEmpty());
  }

  @Test
  void methodsThatNobodyKnowsMakeOneSeries() {
    assertThat(proxy.metric("proxy_requests_total\\{method=\"OTHER\".*")).isEqualTo(2);
    assertThat(proxy.metrics()).noneMatch(line -> line.contains("BREW"));
  }

  @Test
  void everySeriesHasLabelsOfBoundedVariety() {
    List<String> ours = proxy.metrics().stream().filter(line -> line.startsWith("proxy_")).toList();
    assertThat(ours).hasSizeBetween(30, 300).noneMatch(line -> line.contains("/page"));
  }
}
