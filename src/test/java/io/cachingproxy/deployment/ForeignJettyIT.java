package io.cachingproxy.deployment;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.JettyProcess;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Protects the WAR dropped alone into a Jetty that knows nothing of it: one connector, no context
 * XML, settings from the environment.
 */
final class ForeignJettyIT {

  private RawOrigin origin;

  @BeforeEach
  void start() {
    origin = RawOrigin.start();
    origin.otherwise(exchange -> exchange.respond(200, exchange.request().target()));
  }

  @AfterEach
  void stop() {
    origin.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ee10", "ee11"})
  void theProxyAndItsManagementShareThePort(String environment) throws IOException {
    try (JettyProcess jetty = start("root.war", environment)) {
      int port = jetty.ports().get(0);
      assertThat(get(port, "/page")).hasStatus(200).isMiss().hasBody("/page");
      assertThat(get(port, "/page")).hasStatus(200).isHit().hasBody("/page");

      assertThat(get(port, "/_caching-proxy/metrics").text()).contains("proxy_requests_total");
      assertThat(get(port, "/_caching-proxy/readyz")).hasStatus(200);
      try (RawClient client = RawClient.connect(port)) {
        assertThat(client.exchange("POST", "/_caching-proxy/admin/clear")).hasStatus(403);
        Response cleared =
            client.exchange("POST", "/_caching-proxy/admin/clear", "Authorization: Bearer secret");
        assertThat(cleared).hasStatus(200).hasNoHeader("X-Cache");
        assertThat(cleared.text()).contains("\"responses\":1");
      }
      assertThat(get(port, "/page")).isMiss();
      assertThat(origin.requests("/_caching-proxy")).isEmpty();

      // Its neighbours belong to the origin.
      assertThat(get(port, "/metrics")).hasBody("/metrics");
      assertThat(get(port, "/_caching-proxy-not")).hasBody("/_caching-proxy-not");
      assertThat(jetty.log()).doesNotContain("\tat ");
    }
  }

  /** Whoever comes there may come through a proxy on this machine that says nothing of itself. */
  @Test
  void withoutATokenNobodyChangesAnythingThere() throws IOException {
    try (JettyProcess jetty =
        start("root.war", "ee10", Map.of("CACHING_PROXY_ORIGIN", origin.url()))) {
      int port = jetty.ports().get(0);
      assertThat(get(port, "/page")).isMiss();
      try (RawClient client = RawClient.connect(port)) {
        Response refused = client.exchange("POST", "/_caching-proxy/admin/clear");
        assertThat(refused).hasStatus(403);
        assertThat(refused.text()).contains("admin-token", "CACHING_PROXY_ADMIN_TOKEN");
      }
      assertThat(get(port, "/_caching-proxy/admin/stats")).hasStatus(200);
      assertThat(get(port, "/page")).isHit();
    }
  }

  @Test
  void underAContextPathTheOriginSeesTheRestOfThePath() throws IOException {
    origin.on("/big", Script.reply(200, "0123456789".repeat(100_000)));
    try (JettyProcess jetty = start("shop.war", "ee10")) {
      int port = jetty.ports().get(0);
      assertThat(get(port, "/shop/page?q")).isMiss().hasBody("/page?q");
      assertThat(get(port, "/shop/big")).isMiss().hasBody("0123456789".repeat(100_000));
      assertThat(get(port, "/shop/big")).isHit().hasBody("0123456789".repeat(100_000));
      assertThat(get(port, "/shop/_caching-proxy/readyz")).hasStatus(200);
      assertThat(get(port, "/_caching-proxy/readyz")).hasStatus(404);
    }
  }

  @Test
  void theContainersOwnFieldsGiveWayToTheOrigins() throws IOException {
    String date = "Sun, 06 Nov 1994 08:49:37 GMT";
    origin.on("/named", Script.reply(200, "x", "Server: the origin", "Date: " + date));
    try (JettyProcess jetty = start("root.war", "ee10")) {
      assertThat(get(jetty.ports().get(0), "/named"))
          .hasHeaderLines("Server", "the origin")
          .hasHeaderLines("Date", date);
    }
  }

  /** What README tells whoever has a Jetty of their own. */
  @Test
  void withoutJettysMemoryForFieldsValuesKeepTheirCase() throws IOException {
    List<String> tokens = List.of("Bearer aBcD", "Bearer ABCD", "Bearer abcd");
    try (JettyProcess jetty = start("root.war", "ee10", "jetty.httpConfig.headerCacheSize=0");
        RawClient client = RawClient.connect(jetty.ports().get(0))) {
      for (String token : tokens) {
        assertThat(client.exchange("GET", "/case", "Authorization: " + token)).hasStatus(200);
      }
    }
    assertThat(origin.requests("/case"))
        .extracting(request -> request.header("Authorization"))
        .isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://a", "http://", "nonsense"})
  void aWrongOriginFailsTheDeploymentWithOneLine(String url) {
    try (JettyProcess jetty =
        JettyProcess.start(
            JettyProcess.foreignBase("root.war", "server", "http", "ee10-deploy"),
            Map.of("CACHING_PROXY_ORIGIN", url),
            "jetty.http.port=0")) {
      assertThat(jetty.log())
          .containsOnlyOnce("caching-proxy is not deployed: environment CACHING_PROXY_ORIGIN")
          .doesNotContain("\tat ");
    }
  }

  private JettyProcess start(String warName, String environment, String... properties) {
    return start(
        warName,
        environment,
        Map.of("CACHING_PROXY_ORIGIN", origin.url(), "CACHING_PROXY_ADMIN_TOKEN", "secret"),
        properties);
  }

  private static JettyProcess start(
      String warName, String environment, Map<String, String> variables, String... properties) {
    List<String> all = new ArrayList<>(List.of("jetty.http.port=0"));
    all.addAll(List.of(properties));
    return JettyProcess.start(
        JettyProcess.foreignBase(warName, "server", "http", environment + "-deploy"),
        variables,
        all.toArray(String[]::new));
  }

  private static Response get(int port, String target) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.exchange("GET", target);
    }
  }
}
