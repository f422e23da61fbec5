package io.cachingproxy.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cachingproxy.metrics.ProxyMetrics;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboard asks for metrics that exist, of the data source that is provisioned. */
class GrafanaTest {

  @ParameterizedTest
  @MethodSource("queries")
  void everyQueryIsOfMetricsThatAreExposed(Dashboard.Query query) throws IOException {
    assertThat(query.metrics()).isNotEmpty().isSubsetOf(exposed());
  }

  static List<Dashboard.Query> queries() throws IOException {
    return Dashboard.queries();
  }

  /** What counts and is never looked at is a panel forgotten. */
  @Test
  void everyMetricOfTheProxyIsOnTheDashboard() throws IOException {
    Set<String> asked =
        Dashboard.queries().stream()
            .flatMap(query -> query.metrics().stream())
            .collect(Collectors.toSet());

    assertThat(exposed())
        .filteredOn(name -> name.startsWith("proxy_"))
        .filteredOn(name -> !name.endsWith("_created"))
        .filteredOn(name -> !name.endsWith("_sum") && !name.endsWith("_count"))
        .isSubsetOf(asked);
  }

  @Test
  void panelsDoNotOverlapAndHaveIdsOfTheirOwn() throws IOException {
    List<JsonNode> panels = new ArrayList<>();
    Dashboard.json().path("panels").forEach(panels::add);
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : panels) {
      JsonNode place = panel.path("gridPos");
      int right = place.path("x").asInt() + place.path("w").asInt();
      assertThat(right).as(panel.path("title").asText()).isLessThanOrEqualTo(24);
      for (int x = place.path("x").asInt(); x < right; x++) {
        for (int y = 0; y < place.path("h").asInt(); y++) {
          assertThat(cells.add(x + "," + (place.path("y").asInt() + y)))
              .as("%s overlaps another panel", panel.path("title").asText())
              .isTrue();
        }
      }
    }
    assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
  }

  @Test
  void panelsUseTheProvisionedDataSource() throws IOException {
    JsonNode source =
        DockerFiles.yaml("grafana/provisioning/datasources/prometheus.yml")
            .path("datasources")
            .path(0);

    assertThat(source.path("type").asText()).isEqualTo("prometheus");
    assertThat(Dashboard.json().findValues("datasource"))
        .isNotEmpty()
        .allSatisfy(
            used -> {
              assertThat(used.path("uid").asText()).isEqualTo(source.path("uid").asText());
              assertThat(used.path("type").asText()).isEqualTo("prometheus");
            });
  }

  /** Both must point at where compose mounts them. */
  @Test
  void theDashboardLiesWhereItsProviderLooks() throws IOException {
    String folder =
        DockerFiles.yaml("grafana/provisioning/dashboards/caching-proxy.yml")
            .path("providers")
            .path(0)
            .path("options")
            .path("path")
            .asText();
    JsonNode grafana = DockerFiles.yaml("compose.yaml").path("services").path("grafana");

    assertThat(grafana.path("volumes"))
        .extracting(JsonNode::asText)
        .contains("./grafana/dashboards:" + folder + ":ro");
    assertThat(
            grafana.path("environment").path("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").asText())
        .isEqualTo(folder + "/caching-proxy.json");
    assertThat(Files.exists(DockerFiles.DOCKER.resolve(Dashboard.FILE))).isTrue();
  }

  private static Set<String> exposed() throws IOException {
    CollectorRegistry registry = new CollectorRegistry();
    ProxyMetrics unused = new ProxyMetrics(registry, "1.2.3");
    assertThat(unused.requests()).isZero();
    StringWriter scrape = new StringWriter();
    TextFormat.write004(scrape, registry.metricFamilySamples());
    return scrape
        .toString()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[ {]", 2)[0])
        .collect(Collectors.toSet());
  }
}
