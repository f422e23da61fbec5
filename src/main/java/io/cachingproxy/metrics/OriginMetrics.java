package io.cachingproxy.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** The load on the origin, and the requests kept from it. Thread-safe. */
final class OriginMetrics extends Collector implements Collector.Describable {

  private volatile OriginGauges use = OriginGauges.none();

  void watch(OriginGauges watched) {
    use = watched;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    OriginGauges now = use;
    CounterMetricFamily refused =
        new CounterMetricFamily(
            "proxy_origin_refused_total",
            "Requests not sent to the origin: too many waited (busy), or it was down (down).",
            List.of("reason"));
    refused.addMetric(List.of("busy"), now.refusedBusy().getAsLong());
    refused.addMetric(List.of("down"), now.refusedDown().getAsLong());
    return List.of(
        new GaugeMetricFamily(
            "proxy_origin_requests_in_flight",
            "Requests that are at the origin.",
            now.atOrigin().getAsLong()),
        new GaugeMetricFamily(
            "proxy_origin_requests_waiting",
            "Requests that wait for others at the origin to end.",
            now.waiting().getAsLong()),
        refused,
        new GaugeMetricFamily(
            "proxy_origin_down",
            "1 while the origin counts as down and is only probed, else 0.",
            now.down().getAsBoolean() ? 1 : 0),
        new CounterMetricFamily(
            "proxy_origin_downs_total",
            "How often the origin has come to count as down.",
            now.timesDown().getAsLong()));
  }

  /** Names the families without calling their sources. */
  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(
        new GaugeMetricFamily("proxy_origin_requests_in_flight", "", List.of()),
        new GaugeMetricFamily("proxy_origin_requests_waiting", "", List.of()),
        new CounterMetricFamily("proxy_origin_refused_total", "", List.of()),
        new GaugeMetricFamily("proxy_origin_down", "", List.of()),
        new CounterMetricFamily("proxy_origin_downs_total", "", List.of()));
  }
}
