package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Deployment;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §7.8: "A server MAY ignore a received Upgrade header field". */
@ExtendWith(OnStage.class)
final class IgnoredUpgradeScenarioTest {

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "TLS/1.0", "HTTP/2.0, h2c"})
  void whatConcernsThisConnectionAloneIsIgnored(String protocols, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "page", "Cache-Control: max-age=60"));
    String[] lines = {
      "Connection: Upgrade, HTTP2-Settings", "Upgrade: " + protocols, "HTTP2-Settings: AAMAAABkAAQ"
    };
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path(), lines)).hasStatus(200).isMiss().hasBody("page");
      assertThat(client.get(stage.path(), lines)).hasStatus(200).isHit().hasBody("page");
    }
    assertThat(stage.lastRequest().headers().first("Upgrade")).isNull();
    assertThat(stage.lastRequest().headers().first("HTTP2-Settings")).isNull();
  }

  @Test
  void anUpgradeWithContentIsAnOrdinaryRequest(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "page"));
    assertThat(
            stage
                .proxy()
                .send("POST", stage.path(), "body", "Connection: Upgrade", "Upgrade: websocket"))
        .hasStatus(200)
        .hasBody("page");
    assertThat(stage.lastRequest().headers().first("Upgrade")).isNull();
  }

  @Test
  void inAContainerAWebSocketIsRefusedInClearWords(Stage stage) throws Exception {
    stage.origin(Script.reply(426, "upgrade"));
    try (RawClient client =
        stage
            .client()
            .sendRequest("GET", stage.path(), "Connection: Upgrade", "Upgrade: websocket")) {
      if (System.getProperty(Deployment.PROPERTY, "embedded").equals("war")) {
        assertThat(client.read("GET"))
            .hasStatus(501)
            .hasHeaderLines("X-Cache", "MISS")
            .hasBody("no WebSocket in a servlet container\n");
        client.awaitClose();
      } else {
        assertThat(client.read("GET")).hasStatus(426).isMiss();
        client.awaitClose();
      }
    }
  }
}
