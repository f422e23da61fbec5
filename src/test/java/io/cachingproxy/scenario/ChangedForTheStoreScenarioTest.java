package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the store asks for may have changed for the store and not for the client, who then gets a
 * 304 (RFC 9111 §4.3.2).
 */
@ExtendWith(OnStage.class)
final class ChangedForTheStoreScenarioTest {

  private static Script oldThenNew() {
    return Script.sequence(
        Script.reply(200, "old", "Cache-Control: no-cache", "ETag: \"old\""),
        Script.reply(200, "new", "Cache-Control: max-age=60", "ETag: \"new\"", "X: 1"));
  }

  @Test
  void aClientThatHasTheNewResponseIsToldSoWhileItIsStored(Stage stage) throws Exception {
    stage.origin(oldThenNew());
    assertThat(stage.get()).isStoredMiss().hasBody("old");
    Response told = stage.get("If-None-Match: \"new\"");
    assertThat(told)
        .hasStatus(304)
        .isStoredMiss()
        .hasCacheStatus("fwd-status=200")
        .hasHeaderLines("ETag", "\"new\"")
        .hasHeaderLines("X", "1")
        .hasNoHeader("Content-Length")
        .hasBody("");
    assertThat(stage.lastRequest().headers().values("If-None-Match")).containsExactly("\"old\"");
    awaitStored(stage);
    assertThat(stage.get()).isHit().hasBody("new");
    assertThat(stage.requests()).hasSize(2);
  }

  /** The client has its 304 while the content is still on its way to the store. */
  private static void awaitStored(Stage stage) {
    await().until(() -> stage.get().header("X-Cache"), "HIT"::equals);
  }

  @Test
  void aClientThatHasTheOldResponseGetsTheNewOne(Stage stage) throws Exception {
    stage.origin(oldThenNew());
    assertThat(stage.get()).isStoredMiss().hasBody("old");
    assertThat(stage.get("If-None-Match: \"old\"")).hasStatus(200).isStoredMiss().hasBody("new");
  }

  @Test
  void anOriginThatKnowsNoConditionsIsHelpedOut(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60", "ETag: \"a\""));
    assertThat(stage.get("If-None-Match: \"a\"")).hasStatus(304).isStoredMiss();
    awaitStored(stage);
    assertThat(stage.get()).isHit().hasBody("x");
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void whatIsNotStoredIsPassedOnWhole(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: no-store", "ETag: \"a\""));
    assertThat(stage.get("If-None-Match: \"a\"")).hasStatus(200).isUnstoredMiss().hasBody("x");
  }

  @Test
  void theClientNeedNotWaitForTheContentToArrive(Stage stage) throws Exception {
    Gate goOn = stage.gate();
    stage.origin(
        exchange -> {
          exchange.head(200, "Cache-Control: max-age=60", "ETag: \"a\"", "Content-Length: 2");
          exchange.write("x");
          goOn.await();
          exchange.write("y");
        });
    stage.origin("other", Script.reply(200, "other"));
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path(), "If-None-Match: \"a\"")).hasStatus(304);
      assertThat(client.get(stage.path("other"))).hasStatus(200);
      goOn.open();
    }
  }

  @Test
  void contentThatBreaksOffIsNotStored(Stage stage) throws Exception {
    Gate broken = stage.gate();
    stage.origin(
        Script.sequence(
            exchange -> {
              exchange.head(200, "Cache-Control: max-age=60", "ETag: \"a\"", "Content-Length: 2");
              exchange.write("x");
              exchange.close();
              broken.open();
            },
            Script.reply(200, "xy", "Cache-Control: max-age=60", "ETag: \"a\"")));
    assertThat(stage.get("If-None-Match: \"a\"")).hasStatus(304);
    broken.await();
    // Until the proxy has seen that it breaks off, others wait for the same content.
    Response[] next = new Response[1];
    await().until(() -> !(next[0] = stage.get()).isTruncated());
    assertThat(next[0]).isMiss().hasBody("xy");
  }
}
