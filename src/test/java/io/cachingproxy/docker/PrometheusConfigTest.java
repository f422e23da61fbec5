package io.cachingproxy.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cachingproxy.testing.Installed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Prometheus scrapes the proxy of the compose file. */
class PrometheusConfigTest {

  @Test
  void itScrapesTheProxysMetricsPortEveryFiveSeconds() throws IOException {
    JsonNode config = DockerFiles.yaml("prometheus.yml");
    JsonNode job = config.path("scrape_configs").path(0);
    JsonNode proxy = DockerFiles.yaml("compose.yaml").path("services").path("caching-proxy");

    assertThat(config.path("global").path("scrape_interval").asText()).isEqualTo("5s");
    assertThat(job.path("job_name").asText()).isEqualTo("caching-proxy-server");
    assertThat(job.path("static_configs").path(0).path("targets").path(0).asText())
        .isEqualTo(
            "caching-proxy:"
                + proxy.path("environment").path("CACHING_PROXY_METRICS_PORT").asText());
  }

  @Test
  void promtoolAcceptsIt() throws Exception {
    String promtool = Installed.program("promtool", "prometheus").toString();

    Process check =
        new ProcessBuilder(promtool, "check", "config", "docker/prometheus.yml")
            .directory(DockerFiles.TOP.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(check.waitFor()).as(said).isZero();
  }
}
