package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HEAD: the head of a GET, and never a body (RFC 9111 §4, RFC 9110 §9.3.2). */
@ExtendWith(OnStage.class)
final class HeadScenarioTest {

  @Test
  void isAnsweredFromAStoredGet(Stage stage) throws Exception {
    stage.origin(
        Script.reply(
            200, "twelve bytes", "Cache-Control: max-age=60", "ETag: \"v1\"", "X-Kept: 1"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.exchange("HEAD"))
        .hasStatus(200)
        .isHit()
        .hasBody("")
        .hasHeaderLines("Content-Length", "12")
        .hasHeaderLines("ETag", "\"v1\"")
        .hasHeaderLines("X-Kept", "1");
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void neverServesAsTheStoredGet(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "twelve bytes", "Cache-Control: max-age=60"));
    assertThat(stage.exchange("HEAD"))
        .hasStatus(200)
        .isMiss()
        .hasHeaderLines("Content-Length", "12");
    assertThat(stage.get()).hasStatus(200).hasBody("twelve bytes");
    assertThat(stage.get()).isHit().hasBody("twelve bytes");
  }

  @Test
  void leavesTheConnectionInOrder(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "twelve bytes", "Cache-Control: max-age=60"));
    try (RawClient client = stage.client()) {
      assertThat(client.exchange("HEAD", stage.path())).isMiss().hasBody("");
      assertThat(client.get(stage.path())).hasBody("twelve bytes");
      assertThat(client.exchange("HEAD", stage.path())).isHit().hasBody("");
      assertThat(client.get(stage.path())).isHit().hasBody("twelve bytes");
    }
  }

  @Test
  void ofAChunkedResponseHasNoBody(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, "Cache-Control: max-age=60");
          if (!exchange.request().method().equals("HEAD")) {
            exchange.chunk("a body");
            exchange.lastChunk();
          }
        });
    try (RawClient client = stage.client()) {
      assertThat(client.exchange("HEAD", stage.path())).hasStatus(200).hasBody("");
      assertThat(client.get(stage.path())).hasBody("a body");
      assertThat(client.exchange("HEAD", stage.path())).isHit().hasBody("");
    }
  }

  @Test
  void isAnswered304FromTheStore(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60", "ETag: \"v1\""));
    assertThat(stage.get()).isMiss();
    assertThat(stage.exchange("HEAD", "If-None-Match: \"v1\"")).hasStatus(304).isHit();
  }

  @Test
  void ofAnErrorIsPassedOn(Stage stage) throws Exception {
    stage.origin(Script.reply(500, "twelve bytes"));
    assertThat(stage.exchange("HEAD")).hasStatus(500).isMiss().hasBody("");
  }
}
