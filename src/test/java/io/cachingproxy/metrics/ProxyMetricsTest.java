package io.cachingproxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.store.ResponseStore.Removal;
import io.cachingproxy.store.ResponseStore.Usage;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProxyMetricsTest {

  private final CollectorRegistry registry = new CollectorRegistry();
  private final ProxyMetrics metrics = new ProxyMetrics(registry, "1.2.3");

  @Test
  void countsAnExchangeByMethodStatusClassAndSource() {
    metrics.exchangeCompleted(Exchanges.of("HEAD", 404, Source.STALE));
    metrics.exchangeCompleted(Exchanges.of("HEAD", 410, Source.STALE));

    assertThat(requests("HEAD", "4xx", "STALE")).isEqualTo(2);
    assertThat(requests("HEAD", "2xx", "STALE")).isNull();
    assertThat(metrics.requests()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "0, none",
    "99, none",
    "100, 1xx",
    "199, 1xx",
    "200, 2xx",
    "304, 3xx",
    "499, 4xx",
    "599, 5xx",
    "600, none",
    "-1, none"
  })
  void theStatusLabelIsTheClass(int status, String label) {
    assertThat(StatusClass.of(status).label()).isEqualTo(label);
  }

  /** A client that invents methods must not be able to grow the number of series. */
  @Property(tries = 200)
  void whateverTheMethodItsLabelIsOneOfTen(@ForAll String method) {
    ProxyMetrics fresh = new ProxyMetrics(new CollectorRegistry(), "1");
    fresh.exchangeCompleted(Exchanges.of(method, 200, Source.MISS));
    assertThat(fresh.requests()).isEqualTo(1);
    MethodLabel label = MethodLabel.of(method);
    assertThat(label == MethodLabel.OTHER || label.name().equals(method)).isTrue();
  }

  @Test
  void anUnknownMethodIsOther() {
    metrics.exchangeCompleted(Exchanges.of("get", 200, Source.MISS));
    metrics.exchangeCompleted(Exchanges.of("PROPFIND", 200, Source.MISS));
    metrics.exchangeCompleted(Exchanges.of("OTHER", 200, Source.MISS));

    assertThat(requests("OTHER", "2xx", "MISS")).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(MethodLabel.class)
  void everyKnownMethodHasItsOwnLabel(MethodLabel method) {
    assertThat(MethodLabel.of(method.name())).isEqualTo(method);
  }

  @Test
  void anUndecidedExchangeCountsAsTheProxysOwn() {
    metrics.exchangeCompleted(Exchanges.undecided(400));

    assertThat(requests("GET", "4xx", "PROXY")).isEqualTo(1);
    assertThat(value("proxy_response_bytes_total", "source", "proxy")).isEqualTo(20);
  }

  /** Without them, a rate would miss the first request, and sum() find nothing before it. */
  @Test
  void hitsAndMissesAreThereBeforeTheFirstRequest() {
    assertThat(requests("GET", "2xx", "HIT")).isEqualTo(0);
    assertThat(requests("GET", "2xx", "MISS")).isEqualTo(0);
  }

  @Test
  void theHitRatioIsZeroBeforeTheFirstRequest() {
    assertThat(value("proxy_cache_hit_ratio")).isEqualTo(0);
  }

  @Test
  void theHitRatioIsHitsOverHitsAndMisses() {
    metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.MISS));
    metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.HIT));
    metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.STALE));
    metrics.exchangeCompleted(Exchanges.of("HEAD", 304, Source.REVALIDATED));

    assertThat(value("proxy_cache_hit_ratio")).isEqualTo(0.75);
    assertThat(metrics.hitRatio()).isEqualTo(0.75);
  }

  @Test
  void whatTheProxyAnswersItselfIsNeitherHitNorMiss() {
    metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.HIT));
    metrics.exchangeCompleted(Exchanges.of("GET", 504, Source.PROXY));
    metrics.exchangeCompleted(Exchanges.undecided(400));

    assertThat(value("proxy_cache_hit_ratio")).isEqualTo(1);
  }

  @Test
  void durationsAreInSeconds() {
    metrics.exchangeCompleted(Exchanges.taking(Duration.ofMillis(1500), 200));

    assertThat(value("proxy_request_duration_sum")).isEqualTo(1.5, within(1e-9));
    assertThat(value("proxy_request_duration_bucket", "le", "1.0")).isEqualTo(0);
    assertThat(value("proxy_request_duration_bucket", "le", "2.5")).isEqualTo(1);
  }

  @Test
  void theBucketsTellAHitFromASlowHitAndASlowOriginFromADeadOne() {
    metrics.exchangeCompleted(Exchanges.taking(Duration.ofNanos(80_000), 200));
    metrics.exchangeCompleted(Exchanges.taking(Duration.ofSeconds(59), 200));
    metrics.exchangeCompleted(Exchanges.taking(Duration.ofSeconds(61), 200));

    assertThat(value("proxy_request_duration_bucket", "le", "1.0E-4")).isEqualTo(1);
    assertThat(value("proxy_request_duration_bucket", "le", "30.0")).isEqualTo(1);
    assertThat(value("proxy_request_duration_bucket", "le", "60.0")).isEqualTo(2);
    assertThat(value("proxy_request_duration_bucket", "le", "+Inf")).isEqualTo(3);
  }

  /** A WebSocket open for a day would be the p99 of everything. */
  @Test
  void aTunnelsLifetimeIsNotALatency() {
    metrics.exchangeCompleted(Exchanges.taking(Duration.ofDays(1), 101));

    assertThat(value("proxy_request_duration_count")).isEqualTo(0);
    assertThat(requests("GET", "1xx", "HIT")).isEqualTo(1);
  }

  @Test
  void bytesAreCountedByWhereTheyCameFrom() {
    metrics.exchangeCompleted(Exchanges.sending(100, Source.HIT));
    metrics.exchangeCompleted(Exchanges.sending(20, Source.REVALIDATED));
    metrics.exchangeCompleted(Exchanges.sending(3, Source.STALE));
    metrics.exchangeCompleted(Exchanges.sending(5000, Source.MISS));
    metrics.exchangeCompleted(Exchanges.sending(7, Source.PROXY));

    assertThat(value("proxy_response_bytes_total", "source", "cache")).isEqualTo(123);
    assertThat(value("proxy_response_bytes_total", "source", "origin")).isEqualTo(5000);
    assertThat(value("proxy_response_bytes_total", "source", "proxy")).isEqualTo(7);
  }

  @Test
  void anAnswerCutShortIsCounted() {
    metrics.exchangeCompleted(Exchanges.of("GET", 200, Source.MISS));
    metrics.exchangeCompleted(Exchanges.cutShort());

    assertThat(value("proxy_exchanges_failed_total")).isEqualTo(1);
  }

  @Test
  void originRequestsAreCountedByStatusClassAndNoneIfThereWasNoAnswer() {
    metrics.originRequestCompleted(304, Duration.ofMillis(20));
    metrics.originRequestCompleted(0, Duration.ofSeconds(5));

    assertThat(value("proxy_origin_requests_total", "status", "3xx")).isEqualTo(1);
    assertThat(value("proxy_origin_requests_total", "status", "none")).isEqualTo(1);
    assertThat(value("proxy_origin_request_duration_count")).isEqualTo(2);
    assertThat(value("proxy_origin_request_duration_sum")).isEqualTo(5.02, within(1e-9));
  }

  @Test
  void removalsAreCountedByCauseWithTheirBytes() {
    metrics.removed(Removal.SIZE, 4096);
    metrics.removed(Removal.SIZE, 1024);
    metrics.removed(Removal.CLEARED, 1);

    assertThat(value("proxy_store_removals_total", "cause", "size")).isEqualTo(2);
    assertThat(value("proxy_store_removed_bytes_total", "cause", "size")).isEqualTo(5120);
    assertThat(value("proxy_store_removals_total", "cause", "cleared")).isEqualTo(1);
    assertThat(value("proxy_store_removals_total", "cause", "variants")).isEqualTo(0);
  }

  /** A listener must never throw, and a counter throws on a negative amount. */
  @Test
  void nonsenseAmountsDoNoHarm() {
    metrics.removed(Removal.SIZE, -1);
    metrics.exchangeCompleted(Exchanges.sending(-1, Source.HIT));

    assertThat(value("proxy_store_removed_bytes_total", "cause", "size")).isEqualTo(0);
    assertThat(value("proxy_response_bytes_total", "source", "cache")).isEqualTo(0);
  }

  @Test
  void reasonsNotToStoreAreCounted() {
    metrics.notStored("no-store");
    metrics.notStored("no-store");

    assertThat(value("proxy_not_stored_total", "reason", "no-store")).isEqualTo(2);
  }

  @Test
  void beyondSixtyFourReasonsTheRestIsOther() {
    IntStream.range(0, 1000).forEach(i -> metrics.notStored("reason-" + i));
    metrics.notStored("reason-0");

    assertThat(value("proxy_not_stored_total", "reason", "reason-0")).isEqualTo(2);
    assertThat(value("proxy_not_stored_total", "reason", "reason-63")).isEqualTo(1);
    assertThat(value("proxy_not_stored_total", "reason", "reason-64")).isNull();
    assertThat(value("proxy_not_stored_total", "reason", "other")).isEqualTo(1000 - 64);
  }

  @Test
  void aReasonThatIsNoTokenIsOther() {
    metrics.notStored("");
    metrics.notStored("x".repeat(65));
    metrics.notStored("other");

    assertThat(value("proxy_not_stored_total", "reason", "other")).isEqualTo(3);
  }

  @Test
  void theStoreIsAskedAtEachScrape() {
    AtomicLong responses = new AtomicLong(3);
    metrics.watchStore(() -> new Usage(responses.get(), 300, 1000));

    assertThat(value("proxy_store_responses")).isEqualTo(3);
    responses.set(4);
    assertThat(value("proxy_store_responses")).isEqualTo(4);
    assertThat(value("proxy_store_bytes")).isEqualTo(300);
    assertThat(value("proxy_store_limit_bytes")).isEqualTo(1000);
  }

  @Test
  void whatBecomesOfMemoryForBodiesIsAskedFor() {
    metrics.watchMemory(() -> 3, () -> 1, () -> 2);

    assertThat(value("proxy_store_only_read_bytes")).isEqualTo(3);
    assertThat(value("proxy_store_allocation_failures_total")).isEqualTo(1);
    assertThat(value("proxy_slow_downloads_total")).isEqualTo(2);
  }

  @Test
  void theStoreIsAskedOnceAScrape() {
    AtomicInteger asked = new AtomicInteger();
    metrics.watchStore(
        () -> {
          asked.incrementAndGet();
          return new Usage(1, 2, 3);
        });

    scrape();

    assertThat(asked).hasValue(1);
  }

  @Test
  void eventsAndExchangesUnderWayAreAskedFor() {
    metrics.watchEvents(() -> 10, () -> 2, () -> 5);
    for (int i = 0; i < 7; i++) {
      metrics.exchangeStarted();
    }

    assertThat(value("proxy_events_sent_total")).isEqualTo(10);
    assertThat(value("proxy_events_lost_total")).isEqualTo(2);
    assertThat(value("proxy_events_waiting")).isEqualTo(5);
    assertThat(value("proxy_requests_in_flight")).isEqualTo(7);
  }

  @Test
  void withoutAnEventLogTheFiguresAreZeroRatherThanMissing() {
    assertThat(value("proxy_events_sent_total")).isEqualTo(0);
    assertThat(value("proxy_events_lost_total")).isEqualTo(0);
    assertThat(value("proxy_events_waiting")).isEqualTo(0);
  }

  @Test
  void theBuildAndTheJvmAreShown() {
    assertThat(
            registry.getSampleValue(
                "proxy_build_info",
                new String[] {"java", "version"},
                new String[] {Runtime.version().toString(), "1.2.3"}))
        .isEqualTo(1);
    assertThat(value("jvm_memory_bytes_used", "area", "heap")).isPositive();
    assertThat(value("process_start_time_seconds")).isPositive();
  }

  @Test
  void twoProxiesInOneJvmCountForThemselves() {
    CollectorRegistry other = new CollectorRegistry();
    ProxyMetrics second = new ProxyMetrics(other, "1.2.3");
    second.exchangeCompleted(Exchanges.of("GET", 200, Source.HIT));

    assertThat(metrics.requests()).isZero();
    assertThat(second.requests()).isEqualTo(1);
  }

  @Test
  void oneRegistryTakesOneProxy() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ProxyMetrics(registry, "1.2.3"));
  }

  @Test
  void countsFromManyThreadsAddUp() throws Exception {
    int threads = 8;
    int each = 5_000;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> runs =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(
                  t ->
                      pool.submit(
                          () -> {
                            start.await();
                            for (int i = 0; i < each; i++) {
                              metrics.exchangeCompleted(
                                  Exchanges.of("GET", i % 2 == 0 ? 200 : 503, Source.MISS));
                              metrics.notStored("reason-" + i % 100);
                            }
                            return null;
                          }))
              .toList();
      start.countDown();
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      pool.shutdown();
    }

    assertThat(metrics.requests()).isEqualTo((long) threads * each);
    assertThat(value("proxy_request_duration_count")).isEqualTo(threads * each);
    List<MetricFamilySamples.Sample> reasons =
        scrape().stream()
            .flatMap(family -> family.samples.stream())
            .filter(sample -> sample.name.equals("proxy_not_stored_total"))
            .toList();
    assertThat(reasons).hasSize(64 + 1);
    assertThat(reasons.stream().mapToDouble(s -> s.value).sum()).isEqualTo(threads * each);
  }

  private List<MetricFamilySamples> scrape() {
    return Collections.list(registry.metricFamilySamples());
  }

  private @Nullable Double requests(String method, String status, String cache) {
    return registry.getSampleValue(
        "proxy_requests_total",
        new String[] {"method", "status", "cache"},
        new String[] {method, status, cache});
  }

  private @Nullable Double value(String name) {
    return registry.getSampleValue(name);
  }

  private @Nullable Double value(String name, String label, String value) {
    return registry.getSampleValue(name, new String[] {label}, new String[] {value});
  }
}
