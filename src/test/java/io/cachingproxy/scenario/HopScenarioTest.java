package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Ports;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How far a request goes: no further than it may, and not in a circle (RFC 9110 §7.6.2, §7.6.3).
 */
@ExtendWith(OnStage.class)
final class HopScenarioTest {

  @Test
  @Tag("embedded-only")
  void aProxyThatIsItsOwnOriginSaysSoAtOnce() throws Exception {
    int port = Ports.refusing();
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(
            Map.of("port", "" + port, "origin", "http://127.0.0.1:" + port + "/deeper"))) {
      Response response = proxy.get("/page");
      assertThat(response)
          .hasStatus(508)
          .hasBody("the request has come back: the origin leads to this proxy\n");
      assertThat(response.headers().joined("Cache-Status"))
          .isEqualTo(
              "caching-proxy; detail=loop, caching-proxy; fwd=uri-miss; fwd-status=508; detail=no-store");
      try (RawClient client = proxy.client()) {
        client.sendRequest("POST", "/page", "x".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(client.read("POST")).hasStatus(508);
      }
    }
  }

  @Test
  void onlyWhatNamesThisVeryProxyHasComeBack(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "fine"));
    assertThat(stage.get("Via: 1.1 caching-proxy, 1.1 caching-proxy-00000000")).hasStatus(200);
    String via = Objects.requireNonNull(stage.lastRequest().headers().joined("Via"));
    assertThat(via)
        .matches("1.1 caching-proxy, 1.1 caching-proxy-00000000, 1.1 caching-proxy-[0-9a-f]{8}");
    for (String method : new String[] {"GET", "OPTIONS", "BREW"}) {
      assertThat(stage.exchange(method, "Via: 1.0 other", "Via: " + via + ", 2 last"))
          .hasStatus(508)
          .hasHeaderLines("X-Cache", "MISS")
          .hasHeaderLines("Cache-Status", "caching-proxy; detail=loop");
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, 1, 0",
    "TRACE, 1, 0",
    "OPTIONS, 0070, 69",
    "OPTIONS, 99999999999999999999, 999999998",
    "GET, 0, 0",
    "POST, x, x"
  })
  void oneHopLessIsLeft(String method, String sent, String received, Stage stage) throws Exception {
    stage.origin(Script.reply(200, ""));
    assertThat(stage.exchange(method, "Max-Forwards: " + sent)).hasStatus(200);
    assertThat(stage.lastRequest().headers().values("Max-Forwards")).containsExactly(received);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1, 2", "1.5"})
  void whatIsNoNumberCanNotBeCounted(String value, Stage stage) throws Exception {
    for (String method : new String[] {"OPTIONS", "TRACE"}) {
      assertThat(stage.exchange(method, "Max-Forwards: " + value))
          .hasStatus(400)
          .hasHeaderLines("Cache-Status", "caching-proxy; detail=max-forwards");
    }
    assertThat(stage.requests()).isEmpty();
  }

  @Test
  void optionsThatMayGoNoFurtherAreAnsweredHere(Stage stage) throws Exception {
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.exchange("OPTIONS", stage.path(), "Max-Forwards: 0"))
            .hasStatus(204)
            .hasHeaderLines("X-Cache", "MISS")
            .hasHeaderLines("Cache-Status", "caching-proxy; detail=max-forwards")
            .hasHeaderLines("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE");
      }
    }
    assertThat(stage.requests()).isEmpty();
  }

  @Test
  @Tag("embedded-only")
  void soAreOptionsOfAll(Stage stage) throws Exception {
    assertThat(stage.proxy().exchange("OPTIONS", "*", "Max-Forwards: 0"))
        .hasStatus(204)
        .hasHeaderLines("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE");
  }

  @Test
  void aTraceThatMayGoNoFurtherShowsWhatHasComeButNoSecrets(Stage stage) throws Exception {
    String target = stage.path() + "?a=%7c";
    Response echo =
        stage
            .proxy()
            .exchange(
                "TRACE",
                target,
                "Host: www.example.com",
                "Max-Forwards: 00",
                "Via: 1.0 fred",
                "User-Agent: a",
                "Cookie: sid=1",
                "Authorization: Basic c2VjcmV0",
                "Proxy-Authorization: Basic c2VjcmV0",
                "X-Api-Key: s",
                "X-Auth-Token: s");
    assertThat(echo)
        .hasStatus(200)
        .hasHeaderLines("Content-Type", "message/http")
        .hasHeaderLines("X-Cache", "MISS");
    assertThat(echo.text())
        .startsWith("TRACE " + target + " HTTP/1.1\r\n")
        .endsWith("\r\n\r\n")
        .contains("\r\nHost: www.example.com\r\n", "\r\nVia: 1.0 fred\r\n", "\r\nUser-Agent: a\r\n")
        .doesNotContainIgnoringCase("cookie", "sid=1", "authorization", "c2VjcmV0", "x-a");
    assertThat(stage.requests()).isEmpty();
  }

  /** RFC 9110 §9.3.8: a proxy in front may have added it, by which the origin knows that one. */
  @ParameterizedTest
  @ValueSource(strings = {"X-Origin-Verify", "X-CDN", "X-Plain", "Accept-Version"})
  void aTraceShowsNoFieldOfWhichNothingIsKnown(String name, Stage stage) throws Exception {
    Response echo =
        stage.exchange("TRACE", "Max-Forwards: 0", name + ": 3f9a", "Accept: text/plain");
    assertThat(echo).hasStatus(200);
    assertThat(echo.text())
        .contains("\r\nAccept: text/plain\r\n")
        .doesNotContainIgnoringCase(name, "3f9a");
  }
}
