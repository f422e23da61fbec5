package io.cachingproxy.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.cachingproxy.testing.Installed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The container's health check, run outside one. It needs bash, as the image has. */
class HealthcheckIT {

  @Test
  void succeedsWhereHealthIsOk() throws Exception {
    assertThat(checkAgainst(200)).isZero();
  }

  @Test
  void failsWhereItIsNot() throws Exception {
    assertThat(checkAgainst(503)).isNotZero();
    assertThat(checkAgainst(404)).isNotZero();
  }

  @Test
  void failsWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    assertThat(check(Map.of("CACHING_PROXY_METRICS_PORT", String.valueOf(port)))).isNotZero();
  }

  @Test
  void takesThePortAsAnArgumentToo() throws Exception {
    HttpServer server = serving(200);
    try {
      String port = String.valueOf(server.getAddress().getPort());
      assertThat(check(Map.of("CACHING_PROXY_METRICS_PORT", "1"), port)).isZero();
    } finally {
      server.stop(0);
    }
  }

  private static int checkAgainst(int status) throws Exception {
    HttpServer server = serving(status);
    try {
      String port = String.valueOf(server.getAddress().getPort());
      return check(Map.of("CACHING_PROXY_METRICS_PORT", port));
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer serving(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static int check(Map<String, String> environment, String... arguments) throws Exception {
    Installed.program("bash", "bash");
    ProcessBuilder builder =
        new ProcessBuilder(DockerFiles.DOCKER.resolve("healthcheck").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
