package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the origin said is what the client reads, to the letter. */
@ExtendWith(OnStage.class)
final class FidelityScenarioTest {

  /**
   * A servlet container may write a Content-Type its own way, so this holds for the embedded
   * server.
   */
  @Test
  @Tag("embedded-only")
  void aContentTypeKeepsItsSpelling(Stage stage) throws Exception {
    String type = "text/html ;  Charset=UTF-8";
    stage.origin(Script.reply(200, "x", "Content-Type: " + type, "Cache-Control: max-age=60"));
    assertThat(stage.get()).isMiss().hasHeaderLines("Content-Type", type);
    assertThat(stage.get()).isHit().hasHeaderLines("Content-Type", type);
  }

  @Test
  void aNotModifiedAnswerClaimsNoLengthOfItsOwn(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "body", "ETag: \"1\"", "Cache-Control: max-age=60"));
    assertThat(stage.get()).isMiss();
    Response notModified = stage.get("If-None-Match: \"1\"");
    assertThat(notModified).hasStatus(304).isHit();
    assertThat(notModified.headers().values("Content-Length")).doesNotContain("0");
  }

  @Test
  void anAnswerToHeadClaimsNoLengthThatTheOriginDidNotGive(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.chunkedHead(200, "Cache-Control: no-store"));
    Response head = stage.exchange("HEAD");
    assertThat(head).hasStatus(200).hasBody("");
    assertThat(head.headers().values("Content-Length")).isEmpty();
  }

  @Test
  void aPreconditionForTheOriginReachesItEvenIfTheResponseIsStored(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (!exchange.request().headers().values("If-Match").isEmpty()) {
            exchange.respond(412, "changed", "Cache-Control: no-store");
          } else {
            exchange.respond(200, "body", "ETag: \"1\"", "Cache-Control: max-age=60");
          }
        });
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-Match: \"2\"")).hasStatus(412).isMiss();
    assertThat(stage.get()).hasStatus(200).isHit();
  }
}
