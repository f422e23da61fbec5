package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validators: the client's conditional requests and the proxy's own (RFC 9111 §4.3). */
@ExtendWith(OnStage.class)
final class ConditionalScenarioTest {

  private static final String V1 = "\"v1\"";

  @ParameterizedTest
  @ValueSource(strings = {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "\"v0\",\"v1\",\"v2\"", "*"})
  void aMatchingIfNoneMatchIsAnsweredFromTheStore(String condition, Stage stage) throws Exception {
    stage.origin(
        Script.reply(200, "x", "Cache-Control: max-age=60", "ETag: " + V1, "Vary: Accept"));
    assertThat(stage.get()).isMiss();

    Response answer = stage.get("If-None-Match: " + condition);

    assertThat(answer)
        .hasStatus(304)
        .isHit()
        .hasBody("")
        .hasHeaderLines("ETag", V1)
        .hasHeaderLines("Cache-Control", "max-age=60")
        .hasHeaderLines("Vary", "Accept");
    assertThat(answer.headers().values("Date")).hasSize(1);
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"v2\"", "W/\"v2\"", "\"V1\"", "\"v1 \"", "\"v0\", \"v2\""})
  void anotherIfNoneMatchGetsTheStoredBody(String condition, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60", "ETag: " + V1));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-None-Match: " + condition)).hasStatus(200).isHit().hasBody("x");
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void aWeakValidatorMatchesWeakly(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60", "ETag: W/\"v1\""));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-None-Match: " + V1)).hasStatus(304).isHit();
  }

  @Test
  void ifModifiedSinceIsAnsweredFromTheStore(Stage stage) throws Exception {
    String modified = "Tue, 03 Feb 2026 10:00:00 GMT";
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60", "Last-Modified: " + modified));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-Modified-Since: " + modified)).hasStatus(304).isHit().hasBody("");
    assertThat(stage.get("If-Modified-Since: Tue, 03 Feb 2026 10:00:01 GMT"))
        .hasStatus(304)
        .isHit();
    assertThat(stage.get("If-Modified-Since: Tue, 03 Feb 2026 09:59:59 GMT"))
        .hasStatus(200)
        .isHit()
        .hasBody("x");
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void ifNoneMatchOutranksIfModifiedSince(Stage stage) throws Exception {
    String modified = "Tue, 03 Feb 2026 10:00:00 GMT";
    stage.origin(
        Script.reply(
            200, "x", "Cache-Control: max-age=60", "ETag: " + V1, "Last-Modified: " + modified));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-None-Match: \"v2\"", "If-Modified-Since: " + modified))
        .hasStatus(200)
        .isHit();
    assertThat(
            stage.get("If-None-Match: " + V1, "If-Modified-Since: Mon, 02 Feb 2026 10:00:00 GMT"))
        .hasStatus(304)
        .isHit();
  }

  @Test
  void aStaleResponseIsConfirmedByItsEntityTag(Stage stage) throws Exception {
    stage.origin(Script.conditional(V1, "x", "Cache-Control: max-age=0", "X-Kept: 1"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get())
        .isRevalidatedHit()
        .hasStatus(200)
        .hasBody("x")
        .hasHeaderLines("X-Kept", "1")
        .hasHeaderLines("Content-Length", "1");
    assertThat(stage.lastRequest().headers().values("If-None-Match")).containsExactly(V1);
  }

  @Test
  void aStaleResponseIsConfirmedByItsDate(Stage stage) throws Exception {
    String modified = "Tue, 03 Feb 2026 10:00:00 GMT";
    stage.origin(
        exchange -> {
          boolean asked = modified.equals(exchange.request().header("If-Modified-Since"));
          exchange.respond(
              asked ? 304 : 200, "x", "Cache-Control: max-age=0", "Last-Modified: " + modified);
        });
    assertThat(stage.get()).isMiss();
    assertThat(stage.get()).isRevalidatedHit().hasStatus(200).hasBody("x");
  }

  @Test
  void aConfirmationFreshensWhatIsStored(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, "x", "ETag: " + V1, "Cache-Control: max-age=0", "X-Count: 1"),
            Script.reply(304, "", "ETag: " + V1, "Cache-Control: max-age=60", "X-Count: 2"),
            exchange -> {
              throw new AssertionError("it is fresh now");
            }));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get())
        .isRevalidatedHit()
        .hasBody("x")
        .hasHeaderLines("X-Count", "2")
        .hasHeaderLines("Cache-Control", "max-age=60");
    assertThat(stage.get()).isHit().hasBody("x").hasHeaderLines("X-Count", "2");
  }

  @Test
  void aNewResponseReplacesTheStaleOne(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.conditional(V1, "old", "Cache-Control: max-age=0"),
            Script.conditional("\"v2\"", "new", "Cache-Control: max-age=60")));
    assertThat(stage.get()).isMiss().hasBody("old");
    assertThat(stage.get()).isMiss().hasBody("new").hasHeaderLines("ETag", "\"v2\"");
    assertThat(stage.get()).isHit().hasBody("new").hasHeaderLines("ETag", "\"v2\"");
  }

  @Test
  void theClientsOwnConditionNeverKeepsTheBodyFromTheNextClient(Stage stage) throws Exception {
    stage.origin(Script.conditional(V1, "x", "Cache-Control: max-age=60"));
    assertThat(stage.get("If-None-Match: " + V1)).hasStatus(304).hasBody("");
    assertThat(stage.get()).hasStatus(200).hasBody("x");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody("x");
  }

  @Test
  void theClientsConditionMatchesAConfirmedResponse(Stage stage) throws Exception {
    stage.origin(Script.conditional(V1, "x", "Cache-Control: max-age=0"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-None-Match: " + V1))
        .hasStatus(304)
        .hasBody("")
        .hasHeaderLines("ETag", V1);
    assertThat(stage.get()).hasStatus(200).hasBody("x");
  }

  @Test
  void aClientWithAnOlderCopyGetsTheConfirmedBody(Stage stage) throws Exception {
    stage.origin(Script.conditional(V1, "x", "Cache-Control: max-age=0"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("If-None-Match: \"v0\""))
        .hasStatus(200)
        .hasBody("x")
        .hasHeaderLines("ETag", V1);
  }

  @Test
  void aConfirmationOfTheClientsCopyIsNotTakenForOneOfOurs(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.conditional(V1, "one", "Cache-Control: max-age=0"),
            Script.conditional("\"v0\"", "zero", "Cache-Control: max-age=60")));
    assertThat(stage.get()).isMiss().hasBody("one");

    Response answer = stage.get("If-None-Match: \"v0\"");

    assertThat(answer).hasHeaderLines("ETag", "\"v0\"");
    assertThat(answer.text()).isIn("", "zero");
    assertThat(stage.get()).hasStatus(200).hasBody("zero");
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-Match: \"v2\"", "If-Unmodified-Since: Tue, 03 Feb 2026 10:00:00 GMT"})
  void conditionsAgainstLostUpdatesAreTheOriginsToJudge(String condition, Stage stage)
      throws Exception {
    stage.origin(
        exchange -> {
          boolean conditional =
              exchange.request().headers().has("If-Match")
                  || exchange.request().headers().has("If-Unmodified-Since");
          exchange.respond(conditional ? 412 : 200, "x", "ETag: " + V1);
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("PUT", stage.path(), new byte[] {1, 2}, condition);
      assertThat(client.read("PUT")).hasStatus(412).isMiss();
    }
    assertThat(stage.lastRequest().headers().lines()).contains(condition);
  }

  @Test
  void anErrorInPlaceOfAConfirmationIsPassedOnIfTheOriginInsists(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.conditional(V1, "x", "Cache-Control: max-age=0, must-revalidate"),
            Script.reply(503, "down"),
            Script.conditional(V1, "x", "Cache-Control: max-age=0, must-revalidate")));
    assertThat(stage.get()).isMiss().hasBody("x");
    assertThat(stage.get()).hasStatus(503).isMiss().hasBody("down");
    assertThat(stage.get()).hasStatus(200).hasBody("x");
  }

  @Test
  void aConfirmationThatNobodyAskedForIsNotStored(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(304, "", "ETag: " + V1, "Cache-Control: max-age=60"),
            Script.reply(200, "x", "ETag: " + V1, "Cache-Control: max-age=60")));
    Response odd = stage.get();
    assertThat(odd.isTruncated()).isFalse();
    if (stage.requests().size() == 1) {
      assertThat(stage.get()).hasStatus(200).isMiss().hasBody("x");
    }
    assertThat(stage.get()).hasStatus(200).isHit().hasBody("x");
  }

  @Test
  void aConfirmationThatNamesNoneOfSeveralConfirmsNone(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          String language = exchange.request().header("Accept-Language");
          if (exchange.request().header("If-None-Match") != null) {
            exchange.respond(304, "", "Cache-Control: max-age=60");
          } else {
            exchange.respond(
                200,
                "in " + language,
                "Cache-Control: max-age=0",
                "Vary: Accept-Language",
                "ETag: \"" + language + "\"");
          }
        });
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.get("Accept-Language: de")).isMiss();
    assertThat(stage.get("Accept-Language: de")).isMiss().hasBody("in de");
    assertThat(stage.lastRequest().header("If-None-Match")).isNull();
  }
}
