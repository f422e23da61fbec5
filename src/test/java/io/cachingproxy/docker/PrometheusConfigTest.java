package io.cachingproxy.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
    boolean isInstalled =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    assumeThat(isInstalled).as("promtool is on the PATH").isTrue();

    Process check =
        new ProcessBuilder("promtool", "check", "config", "docker/prometheus.yml")
            .directory(DockerFiles.TOP.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(check.waitFor()).as(said).isZero();
  }
}
