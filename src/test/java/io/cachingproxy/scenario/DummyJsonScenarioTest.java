package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job: a JSON API with ETag and Vary and no Cache-Control, asked twice. */
@ExtendWith(OnStage.class)
final class DummyJsonScenarioTest {

  private static final String PRODUCTS = "{\"products\":[{\"id\":1,\"title\":\"Mascara é\"}]}";

  private static Script products() {
    return Script.conditional(
        "W/\"2b-x\"",
        PRODUCTS,
        "Content-Type: application/json; charset=utf-8",
        "Vary: Accept-Encoding",
        "X-Powered-By: Express",
        "Access-Control-Allow-Origin: *");
  }

  @Test
  void theSecondRequestIsAHitWithTheSameBytesAndFields(Stage stage) throws Exception {
    stage.origin(products());

    Response first = stage.get("Accept-Encoding: identity");
    Response second = stage.get("Accept-Encoding: identity");

    assertThat(first).hasStatus(200).isStoredMiss().hasBody(PRODUCTS).hasNoHeader("Age");
    assertThat(second).hasStatus(200).isHit().hasBody(PRODUCTS).hasAgeFrom(0);
    for (String name :
        List.of("Content-Type", "ETag", "Vary", "X-Powered-By", "Date", "Content-Length")) {
      assertThat(second.headers().values(name))
          .as(name)
          .hasSize(1)
          .isEqualTo(first.headers().values(name));
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void everyQueryIsAResourceOfItsOwn(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, exchange.request().target()));
    for (String query : List.of("?limit=1", "?limit=2", "?limit=1&skip=0", "")) {
      String target = stage.path("products") + query;
      assertThat(stage.proxy().get(target)).isMiss().hasBody(target);
      assertThat(stage.proxy().get(target)).isHit().hasBody(target);
    }
  }

  @Test
  void anotherAcceptEncodingIsAnotherVariant(Stage stage) throws Exception {
    stage.origin(products());
    assertThat(stage.get("Accept-Encoding: gzip")).isMiss();
    assertThat(stage.get("Accept-Encoding: br")).isMiss().hasBody(PRODUCTS);
    assertThat(stage.get("Accept-Encoding: gzip")).isHit();
    assertThat(stage.get("Accept-Encoding: br")).isHit();
    assertThat(stage.requests()).hasSize(2);
  }

  @Test
  void withoutADefaultTtlTheSecondRequestIsRevalidated(Stage stage) throws Exception {
    stage.origin(products());
    ProxyUnderTest proxy = stage.proxy("default-ttl", "0");
    assertThat(proxy.get(stage.path())).isMiss().hasBody(PRODUCTS);
    assertThat(proxy.get(stage.path())).isRevalidatedHit().hasStatus(200).hasBody(PRODUCTS);
    assertThat(stage.lastRequest().headers().joined("If-None-Match")).isEqualTo("W/\"2b-x\"");
  }

  @Test
  void theDefaultTtlIsTwoMinutes(Stage stage) throws Exception {
    stage.origin("young", Script.reply(200, "x", "Age: 60"));
    stage.origin("old", Script.reply(200, "x", "Age: 121"));
    for (String name : List.of("young", "old")) {
      assertThat(stage.proxy().get(stage.path(name))).isMiss();
    }
    assertThat(stage.proxy().get(stage.path("young"))).isHit().hasAgeFrom(60);
    assertThat(stage.proxy().get(stage.path("old"))).isMiss();
  }

  @Test
  void theDefaultNeverAppliesToARequestWithACookie(Stage stage) throws Exception {
    stage.origin(products());
    assertThat(stage.get("Cookie: session=ann")).isMiss();
    assertThat(stage.get("Cookie: session=ann")).isMissOrRevalidated();
    assertThat(stage.get()).isMissOrRevalidated();
  }

  @Test
  void theDefaultNeverAppliesToARequestWithAuthorization(Stage stage) throws Exception {
    stage.origin(products());
    assertThat(stage.get("Authorization: Bearer ann")).isUnstoredMiss();
    assertThat(stage.get("Authorization: Bearer ann")).isUnstoredMiss();
    assertThat(stage.get()).isMiss();
    assertThat(stage.requests()).hasSize(3);
  }

  @Test
  void theDefaultNeverAppliesToAResponseThatSetsACookie(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200, "x", "Set-Cookie: session=" + exchange.request().header("X-Client")));
    assertThat(stage.get("X-Client: ann")).isMiss().hasHeaderLines("Set-Cookie", "session=ann");
    assertThat(stage.get("X-Client: bob")).isMiss().hasHeaderLines("Set-Cookie", "session=bob");
  }

  @Test
  void anOldResourceStaysFreshForATenthOfItsAge(Stage stage) throws Exception {
    stage.origin(
        "fresh",
        exchange ->
            exchange.respond(200, "x", "Last-Modified: " + exchange.date(-10_000), "Age: 500"));
    stage.origin(
        "stale",
        exchange ->
            exchange.respond(200, "x", "Last-Modified: " + exchange.date(-10_000), "Age: 1500"));
    for (String name : List.of("fresh", "stale")) {
      assertThat(stage.proxy().get(stage.path(name))).isMiss();
    }
    assertThat(stage.proxy().get(stage.path("fresh"))).isHit().hasAgeFrom(500);
    assertThat(stage.proxy().get(stage.path("stale"))).isMiss();
  }

  @Test
  void theOriginsOwnXCacheIsNotMistakenForOurs(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "X-Cache: HIT"));
    assertThat(stage.get()).hasHeaderLines("X-Cache", "MISS");
    assertThat(stage.get()).hasHeaderLines("X-Cache", "HIT");
    assertThat(stage.requests()).hasSize(1);
  }
}
