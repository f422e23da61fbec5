package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.HeaderLines;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Fields that concern one connection stay on it (RFC 9110 §7.6.1). */
@ExtendWith(OnStage.class)
final class HopByHopScenarioTest {

  @Test
  void aRequestsConnectionFieldsStayBehind(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(
            stage.get(
                "Connection: x-hop, keep-alive",
                "Connection: X-Other-Hop",
                "X-Hop: secret",
                "x-other-hop: secret",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "TE: gzip",
                "X-Kept: 1"))
        .hasStatus(200);
    HeaderLines received = stage.lastRequest().headers();
    for (String name : List.of("X-Hop", "X-Other-Hop", "Keep-Alive", "Proxy-Connection", "TE")) {
      assertThat(received.values(name)).as(name).isEmpty();
    }
    assertThat(received.lists("Connection", "x-hop")).isFalse();
    assertThat(received.lists("Connection", "x-other-hop")).isFalse();
    assertThat(received.values("X-Kept")).containsExactly("1");
  }

  @Test
  void aResponsesConnectionFieldsStayBehindMissAndHit(Stage stage) throws Exception {
    stage.origin(
        Script.reply(
            200,
            "x",
            "Cache-Control: max-age=60",
            "Connection: X-Hop",
            "Connection: x-other-hop",
            "X-Hop: secret",
            "X-Other-Hop: secret",
            "Keep-Alive: timeout=5",
            "Proxy-Connection: keep-alive",
            "X-Kept: 1"));
    for (String cache : List.of("MISS", "HIT")) {
      Response response = stage.get();
      assertThat(response).hasHeaderLines("X-Cache", cache).hasHeaderLines("X-Kept", "1");
      for (String name : List.of("X-Hop", "X-Other-Hop", "Keep-Alive", "Proxy-Connection")) {
        assertThat(response).hasNoHeader(name);
      }
      assertThat(response.headers().joined("Connection").toLowerCase(Locale.ROOT))
          .doesNotContain("hop");
    }
  }

  @Test
  void theOriginsCloseDoesNotCloseTheClientsConnection(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.respond(200, "x", "Connection: close");
          exchange.close();
        });
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path("a"))).hasBody("x").hasNoHeader("Connection");
      assertThat(client.get(stage.path("b"))).hasBody("x").hasNoHeader("Connection");
    }
  }

  @Test
  void theClientsCloseDoesNotReachTheOrigin(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(stage.get("Connection: close")).hasStatus(200);
    assertThat(stage.lastRequest().headers().lists("Connection", "close")).isFalse();
  }

  @Test
  void aFrameIsPutOnAnewForEachConnection(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "got " + exchange.readBody().length + " bytes"));
    try (RawClient client = stage.client()) {
      client.send(
          "POST "
              + stage.path()
              + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2\r\nab\r\n3;ext=1\r\ncde\r\n0\r\n\r\n");
      assertThat(client.read("POST")).hasBody("got 5 bytes").hasHeaderLines("Content-Length", "11");
    }
    assertThat(
            stage.lastRequest().headers().values("Transfer-Encoding").size()
                + stage.lastRequest().headers().values("Content-Length").size())
        .as("one frame alone")
        .isEqualTo(1);
  }
}
