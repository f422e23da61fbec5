package io.cachingproxy.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** The tunnels of upgraded connections. Thread-safe. */
final class TunnelMetrics extends Collector implements Collector.Describable {

  private volatile TunnelGauges use = TunnelGauges.none();

  void watch(TunnelGauges watched) {
    use = watched;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    TunnelGauges now = use;
    CounterMetricFamily bytes =
        new CounterMetricFamily(
            "proxy_tunnel_bytes_total",
            "Bytes that went through tunnels, by whom they went to.",
            List.of("to"));
    bytes.addMetric(List.of("client"), now.bytesToClients().getAsLong());
    bytes.addMetric(List.of("origin"), now.bytesToOrigin().getAsLong());
    return List.of(
        new GaugeMetricFamily(
            "proxy_tunnels_open",
            "Connections that go on with another protocol (WebSocket …).",
            now.open().getAsLong()),
        new CounterMetricFamily(
            "proxy_tunnels_total",
            "Tunnels that were opened since the start.",
            now.opened().getAsLong()),
        new CounterMetricFamily(
            "proxy_tunnels_refused_total",
            "Tunnels there was no place for.",
            now.refused().getAsLong()),
        bytes);
  }

  /** Names the families without calling their sources. */
  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(
        new GaugeMetricFamily("proxy_tunnels_open", "", List.of()),
        new CounterMetricFamily("proxy_tunnels_total", "", List.of()),
        new CounterMetricFamily("proxy_tunnels_refused_total", "", List.of()),
        new CounterMetricFamily("proxy_tunnel_bytes_total", "", List.of()));
  }
}
