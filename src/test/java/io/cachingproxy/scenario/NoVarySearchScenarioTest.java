package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A response that doesn't vary on all of its query answers other queries too, and no query that
 * matters to it (draft-ietf-httpbis-no-vary-search).
 */
@ExtendWith(OnStage.class)
final class NoVarySearchScenarioTest {

  private static final String FRESH = "Cache-Control: max-age=60";

  /** Answers with the target itself, so that a wrong response shows. */
  private static Script echo(String... headerLines) {
    return exchange -> exchange.respond(200, exchange.request().target(), headerLines);
  }

  private static Response get(Stage stage, String query) throws IOException {
    return stage.proxy().get(stage.path() + query);
  }

  @ParameterizedTest
  @CsvSource({
    "key-order, ?a=1&b=2, ?b=2&a=1",
    "'params=(\"utm\")', ?a=1&utm=x, ?utm=y&a=1",
    "'params=(\"utm\")', ?a=1&utm=x, ?a=1",
    "'params=(\"utm\")', ?utm=x, ''",
    "params, '', ?a=1",
    "'params, except=(\"a\")', ?a=1&b=2, ?c=3&a=1"
  })
  void anEquivalentQueryIsAHit(String rule, String first, String second, Stage stage)
      throws Exception {
    stage.origin(echo(FRESH, "No-Vary-Search: " + rule));
    assertThat(get(stage, first)).isStoredMiss();
    assertThat(get(stage, first)).isHit();
    assertThat(get(stage, second)).isHit().hasBody(stage.path() + first);
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "key-order, ?a=1&b=2, ?a=2&b=1",
    "key-order=?0, ?a=1&b=2, ?b=2&a=1",
    "'params=(\"utm\")', ?a=1&utm=x, ?a=2&utm=x",
    "'params, except=(\"a\")', ?a=1, ?a=2",
    "nonsense, ?a=1&b=2, ?b=2&a=1",
    "'params=(a)', ?a=1, ?a=2",
    "key-order, ?a=%FF, ?a=%FE",
    "key-order, ?a=1&b=2, ?a=1%26b=2",
    "key-order, ?a=1&b=2, ?a=1&b=2&c"
  })
  void aQueryThatMattersIsAMiss(String rule, String first, String second, Stage stage)
      throws Exception {
    stage.origin(echo(FRESH, "No-Vary-Search: " + rule));
    assertThat(get(stage, first)).isStoredMiss();
    assertThat(get(stage, second)).isStoredMiss().hasBody(stage.path() + second);
    assertThat(get(stage, first)).isHit().hasBody(stage.path() + first);
    assertThat(get(stage, second)).isHit().hasBody(stage.path() + second);
  }

  @Test
  void itSaysNothingAboutOtherPaths(Stage stage) throws Exception {
    stage.origin(echo(FRESH, "No-Vary-Search: params"));
    assertThat(stage.proxy().get(stage.path("a?x=1"))).isStoredMiss();
    assertThat(stage.proxy().get(stage.path("b?x=1"))).isStoredMiss();
    assertThat(stage.proxy().get(stage.path("a?x=2"))).isHit();
  }

  @Test
  void aResponseThatDoesNotCarryItAnswersItsOwnQueryOnly(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          String target = exchange.request().target();
          if (target.endsWith("shared")) {
            exchange.respond(200, target, FRESH, "No-Vary-Search: params=(\"t\")");
          } else {
            exchange.respond(200, target, FRESH);
          }
        });
    assertThat(get(stage, "?t=own")).isStoredMiss();
    assertThat(get(stage, "?t=shared")).isStoredMiss();
    assertThat(get(stage, "?t=own")).isHit();
    assertThat(get(stage, "?t=third")).isHit().hasBody(stage.path() + "?t=shared");
  }

  @Test
  void anotherRuleTakesThePlaceOfTheFirst(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            echo(FRESH, "No-Vary-Search: params"),
            echo("Cache-Control: max-age=60", "No-Vary-Search: params=(\"t\")")));
    assertThat(get(stage, "?a=1")).isStoredMiss();
    assertThat(stage.proxy().get(stage.path() + "?a=2", "Cache-Control: no-cache"))
        .hasBody(stage.path() + "?a=2");
    assertThat(get(stage, "?a=1")).isStoredMiss().hasBody(stage.path() + "?a=1");
    assertThat(get(stage, "?a=1&t=1")).isHit().hasBody(stage.path() + "?a=1");
  }

  @Test
  void invalidatingOneQueryInvalidatesItsEquivalents(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("GET")) {
            exchange.respond(
                200, exchange.request().target(), FRESH, "No-Vary-Search: params=(\"t\")");
          } else {
            exchange.respond(204, "");
          }
        });
    assertThat(get(stage, "?a=1&t=1")).isStoredMiss();
    assertThat(get(stage, "?a=2")).isStoredMiss();
    assertThat(stage.proxy().exchange("DELETE", stage.path() + "?a=1&t=2")).hasStatus(204);
    assertThat(get(stage, "?a=1&t=3")).isStoredMiss();
    assertThat(get(stage, "?a=2&t=3")).isHit();
  }

  /** Nobody knew yet that the two are one when the first was fetched and the second deleted. */
  @Test
  void aPurgeThatIsOlderThanTheRuleIsNotForgotten(Stage stage) throws Exception {
    Gate started = stage.gate();
    Gate goOn = stage.gate();
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("DELETE")) {
            exchange.respond(204, "");
            return;
          }
          started.open();
          goOn.await();
          exchange.respond(
              200, exchange.request().target(), FRESH, "No-Vary-Search: params=(\"t\")");
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path() + "?t=1");
      started.await();
      assertThat(stage.proxy().exchange("DELETE", stage.path() + "?t=2")).hasStatus(204);
      goOn.open();
      assertThat(client.read("GET")).hasBody(stage.path() + "?t=1");
    }
    assertThat(get(stage, "?t=2")).isStoredMiss().hasBody(stage.path() + "?t=2");
    assertThat(get(stage, "?t=3")).isHit().hasBody(stage.path() + "?t=2");
  }

  @Test
  void anEquivalentQueryRevalidatesWhatIsStored(Stage stage) throws Exception {
    stage.origin(
        Script.conditional(
            "\"a\"", "x", "Cache-Control: no-cache", "No-Vary-Search: params=(\"t\")"));
    assertThat(get(stage, "?t=1")).isStoredMiss();
    assertThat(get(stage, "?t=2")).isRevalidatedHit();
    assertThat(get(stage, "?t=3")).isRevalidatedHit();
    assertThat(stage.lastRequest().target()).endsWith("?t=3");
  }

  @Test
  void aConfirmationThatTakesTheRuleBackEndsTheSharing(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          String target = exchange.request().target();
          if (exchange.request().headers().lists("If-None-Match", "\"a\"")) {
            exchange.respond(304, "", "ETag: \"a\"", FRESH, "No-Vary-Search: key-order");
          } else if (target.endsWith("t=1")) {
            exchange.respond(
                200, target, "ETag: \"a\"", "Cache-Control: no-cache", "No-Vary-Search: params");
          } else {
            exchange.respond(200, target, FRESH);
          }
        });
    assertThat(get(stage, "?t=1")).isStoredMiss();
    assertThat(get(stage, "?t=1")).isRevalidatedHit();
    assertThat(get(stage, "?t=2")).isMiss().hasBody(stage.path() + "?t=2");
  }

  @Test
  void variantsAreChosenAsUsual(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200,
                exchange.request().headers().joined("Accept-Language"),
                FRESH,
                "Vary: Accept-Language",
                "No-Vary-Search: params"));
    for (String language : new String[] {"en", "de"}) {
      String field = "Accept-Language: " + language;
      assertThat(stage.proxy().get(stage.path() + "?1", field)).isStoredMiss();
      assertThat(stage.proxy().get(stage.path() + "?2", field)).isHit().hasBody(language);
    }
    assertThat(stage.requests()).hasSize(2);
  }
}
