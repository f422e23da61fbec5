package io.cachingproxy.deployment;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.JettyProcess;
import io.cachingproxy.testing.Ports;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Protects {@code jetty-base/}: a whole proxy, given no more than a jetty-home and an origin. */
final class WarDeploymentIT {

  private static RawOrigin origin;
  private static JettyProcess jetty;
  private static int port;
  private static int managementPort;

  @BeforeAll
  static void start() throws IOException {
    origin = RawOrigin.start();
    origin.otherwise(exchange -> exchange.respond(200, exchange.request().target()));
    Path base = JettyProcess.ourBase();
    Files.writeString(base.resolve("caching-proxy.yaml"), "origin: " + origin.url() + "\n");
    managementPort = Ports.refusing();
    jetty =
        JettyProcess.start(
            base,
            // As in a container, where the port of the environment is the one that is published.
            Map.of("CACHING_PROXY_METRICS_PORT", Integer.toString(managementPort)),
            "jetty.http.port=0");
    assertThat(jetty.log()).contains("stands in front of " + origin.url());
    port = jetty.ports().get(0);
  }

  @AfterAll
  static void stop() {
    jetty.close();
    origin.close();
  }

  @Test
  void theSecondRequestIsAnsweredFromTheStore() throws IOException {
    assertThat(get(port, "/twice?q=%7c|")).hasStatus(200).isMiss().hasBody("/twice?q=%7c|");
    assertThat(get(port, "/twice?q=%7c|")).hasStatus(200).isHit().hasBody("/twice?q=%7c|");
    assertThat(origin.requests("/twice")).hasSize(1);
  }

  @Test
  void theContainerAddsNoFieldsOfItsOwn() throws IOException {
    origin.on("/bare", Script.reply(200, "x", "Server: the origin"));
    assertThat(get(port, "/bare")).hasHeaderLines("Server", "the origin");
    assertThat(get(port, "/unnamed")).hasNoHeader("Server");
  }

  /** Else Jetty gives a value the case of an earlier one on the connection: another's token. */
  @Test
  void valuesThatDifferInCaseAloneStayDifferentOnOneConnection() throws IOException {
    List<String> tokens = List.of("Bearer aBcD", "Bearer ABCD", "Bearer abcd");
    try (RawClient client = RawClient.connect(port)) {
      for (String token : tokens) {
        assertThat(client.exchange("GET", "/case", "Authorization: " + token)).hasStatus(200);
      }
    }
    assertThat(origin.requests("/case"))
        .extracting(request -> request.header("Authorization"))
        .isEqualTo(tokens);
  }

  @Test
  void metricsAndAdministrationAreOnThePortOfTheirOwn() throws IOException {
    get(port, "/counted");
    assertThat(get(managementPort, "/metrics").text()).contains("proxy_requests_total");
    assertThat(get(managementPort, "/readyz")).hasStatus(200);
    assertThat(get(managementPort, "/admin/stats").text())
        .doesNotContain("development")
        .contains("\"version\":\"");
  }

  @Test
  void thePortOfManagementIsNoWayToTheOrigin() throws IOException {
    assertThat(get(managementPort, "/from-the-wrong-side")).hasStatus(404);
    assertThat(get(managementPort, "//metrics")).hasStatus(404);
    assertThat(origin.requests("/from-the-wrong-side")).isEmpty();
  }

  @Test
  void thePortOfTheProxyIsNoWayToManagement() throws IOException {
    for (String target : new String[] {"/_caching-proxy/metrics", "/metrics", "/admin/stats"}) {
      assertThat(get(port, target)).hasStatus(200).hasBody(target);
      assertThat(origin.requests(target)).extracting(ReceivedRequest::target).contains(target);
    }
  }

  @Test
  void clearingMakesTheNextRequestAMiss() throws IOException {
    get(port, "/cleared");
    assertThat(get(port, "/cleared")).isHit();
    try (RawClient client = RawClient.connect(managementPort)) {
      assertThat(client.exchange("POST", "/admin/clear", "Content-Length: 0")).hasStatus(200);
    }
    assertThat(get(port, "/cleared")).isMiss();
  }

  @Test
  void withoutAnOriginTheLogSaysSoInOneLine() throws IOException {
    try (JettyProcess misconfigured =
        JettyProcess.start(
            JettyProcess.ourBase(),
            Map.of(),
            "jetty.http.port=0",
            "management.port=" + Ports.refusing())) {
      assertThat(misconfigured.log())
          .containsOnlyOnce("caching-proxy is not deployed: no origin")
          .doesNotContain("\tat ");
      assertThat(get(misconfigured.ports().get(0), "/")).hasStatus(503);
    }
  }

  private static Response get(int port, String target) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.exchange("GET", target);
    }
  }
}
