package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RealRequests;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Freshness that nobody stated is for requests of which every field is known to be harmless. */
@ExtendWith(OnStage.class)
final class UnusualFieldScenarioTest {

  static Stream<Arguments> realRequests() {
    return RealRequests.all().entrySet().stream()
        .map((Map.Entry<String, String[]> each) -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("realRequests")
  void whatClientsReallySendIsCacheableByDefault(String client, String[] lines, Stage stage)
      throws Exception {
    stage.origin(
        Script.reply(200, "x", "ETag: \"1\"", "Vary: Origin", "Access-Control-Allow-Origin: *"));
    assertThat(stage.get(lines)).as(client).isStoredMiss().hasBody("x");
    assertThat(stage.get(lines)).as(client).isHit().hasBody("x");
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410, 204, 301, 308, 200, 203, 300})
  void anAnswerThatAnUnusualFieldProvokesIsNobodyElses(int status, Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().header("X-Odd") != null) {
            exchange.respond(
                status, "", "Location: /evil", "Last-Modified: " + exchange.date(-1000000));
          } else {
            exchange.respond(200, "clean");
          }
        });
    assertThat(stage.get("X-Odd: evil"))
        .hasStatus(status)
        .isUnstoredMiss()
        .hasCacheStatus("detail=unusual-field");
    assertThat(stage.get()).hasStatus(200).isStoredMiss().hasBody("clean");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody("clean");
  }

  /** An API that authenticates by a field of its own and says nothing of caching. */
  @ParameterizedTest
  @ValueSource(strings = {"X-Api-Key", "X-Auth-Token", "X-CSRF-Token", "X-Access-Token", "Api-Key"})
  void usersWhoAreKnownByAFieldOfTheirOwnShareNothing(String name, Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          String user = exchange.request().header(name);
          exchange.respond(200, "for " + user, "ETag: \"" + user + "\"");
        });
    for (String user : new String[] {"ann", "bob", "ann"}) {
      assertThat(stage.get(name + ": " + user))
          .isUnstoredMiss()
          .hasBody("for " + user)
          .hasCacheStatus("detail=unusual-field");
    }
    assertThat(stage.get()).isStoredMiss().hasBody("for null");
    assertThat(stage.get()).isHit().hasBody("for null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Requested-With: XMLHttpRequest",
        "HX-Request: true",
        "Content-Type: application/json",
        "Accept-Version: 2",
        "Purpose: prefetch",
        "Sec-Purpose: prefetch",
        "CF-IPCountry: DE",
        "X-Forwarded-Unheard-Of: a"
      })
  void whatApplicationsBranchOnIsUnusual(String line, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"));
    assertThat(stage.get(line)).isUnstoredMiss().hasCacheStatus("detail=unusual-field");
    assertThat(stage.get()).isStoredMiss();
  }

  @Test
  void statedFreshnessHoldsWhateverTheRequestHas(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60"));
    assertThat(stage.get("X-Odd: a")).isStoredMiss();
    assertThat(stage.get("X-Odd: b")).isHit();
    assertThat(stage.get()).isHit();
  }

  /** The origin is asked each time, and sees the field of whoever asks. */
  @Test
  void whatIsValidatedAtEachUseIsStoredAllTheSame(Stage stage) throws Exception {
    stage.origin(Script.conditional("\"1\"", "x", "Cache-Control: no-cache"));
    assertThat(stage.get("X-Odd: a")).isStoredMiss();
    assertThat(stage.get("X-Odd: b")).isRevalidatedHit();
    assertThat(stage.lastRequest().header("X-Odd")).isEqualTo("b");
  }

  /** That its time is over makes no difference to whom it was meant for. */
  @Test
  void statedFreshnessHoldsWhenItIsOver(Stage stage) throws Exception {
    stage.origin(Script.conditional("\"1\"", "x", "Cache-Control: max-age=60", "Age: 90"));
    assertThat(stage.get("X-Odd: a")).isStoredMiss();
    assertThat(stage.get("X-Odd: b")).isRevalidatedHit();
  }

  /** It would be served without asking as soon as the origin is gone. */
  @Test
  void whatMayBeServedStaleIsNot(Stage stage) throws Exception {
    stage.origin(Script.conditional("\"1\"", "x", "Cache-Control: max-age=0"));
    assertThat(stage.get("X-Odd: a")).isUnstoredMiss().hasCacheStatus("detail=unusual-field");
    assertThat(stage.get()).isStoredMiss();
  }

  @Test
  void theConfirmationOfAnUnusualRequestChangesNothingStored(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().header("X-Odd") != null) {
            exchange.respond(304, "", "ETag: \"1\"", "Content-Language: evil");
          } else {
            exchange.respond(200, "clean", "ETag: \"1\"", "Content-Language: en");
          }
        });
    assertThat(stage.get()).isStoredMiss();
    assertThat(stage.get("X-Odd: evil", "Cache-Control: no-cache")).hasStatus(200).hasBody("clean");
    assertThat(stage.get()).isHit().hasBody("clean").hasHeaderLines("Content-Language", "en");
  }

  @Test
  void theOperatorKnowsFurtherHarmlessFields(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    ProxyUnderTest proxy = stage.proxy("harmless-fields", "X-App-Version, cf-ipcountry");
    assertThat(proxy.get(stage.path(), "x-app-version: 7", "CF-IPCountry: DE")).isStoredMiss();
    assertThat(proxy.get(stage.path(), "X-App-Version: 8")).isHit();
    assertThat(proxy.get(stage.path("other"), "X-App-Versions: 8")).isUnstoredMiss();
  }

  @Test
  void aFieldThatIsPartOfTheKeyIsHarmless(Stage stage) throws Exception {
    stage.origin(
        exchange -> exchange.respond(200, "for " + exchange.request().header("X-Api-Key")));
    ProxyUnderTest proxy = stage.proxy("pass-header", "X-Api-Key");
    assertThat(proxy.get(stage.path(), "X-Api-Key: ann")).isStoredMiss().hasBody("for ann");
    assertThat(proxy.get(stage.path(), "X-Api-Key: bob")).isStoredMiss().hasBody("for bob");
    assertThat(proxy.get(stage.path(), "X-Api-Key: ann")).isHit().hasBody("for ann");
    assertThat(stage.get("RSC: 1")).isStoredMiss();
  }

  /** One site could lock another out by being the first to ask. */
  @Test
  void anOriginThatIsRepeatedWithoutVaryIsNotShared(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          String origin = exchange.request().header("Origin");
          exchange.respond(200, "x", "Access-Control-Allow-Origin: " + origin);
        });
    assertThat(stage.get("Origin: http://evil.example"))
        .isUnstoredMiss()
        .hasCacheStatus("detail=unusual-field");
    String good = "http://good.example";
    assertThat(stage.get("Origin: " + good))
        .isMiss()
        .hasHeaderLines("Access-Control-Allow-Origin", good);
    ProxyUnderTest told = stage.proxy("harmless-fields", "Origin");
    assertThat(told.get(stage.path(), "Origin: " + good)).isStoredMiss();
    assertThat(told.get(stage.path(), "Origin: " + good)).isHit();
  }

  /** Chromium names the origin for a font of the page's own site; file servers know no CORS. */
  @Test
  void aFontOfThePagesOwnSiteIsCacheableByDefault(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "font", "ETag: \"1\""));
    String[] lines = {"Host: site.example", "Origin: http://site.example", "Sec-Fetch-Dest: font"};
    assertThat(stage.get(lines)).isStoredMiss();
    assertThat(stage.get(lines)).isHit();
    assertThat(stage.get("Host: site.example", "Origin: http://other.example")).isHit();
  }

  @Test
  void anOriginThatVaryNamesHasItsOwnResponse(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          String origin = exchange.request().header("Origin");
          exchange.respond(200, "x", "Access-Control-Allow-Origin: " + origin, "Vary: origin");
        });
    for (String origin : new String[] {"http://a.example", "http://b.example"}) {
      assertThat(stage.get("Origin: " + origin)).isStoredMiss();
      assertThat(stage.get("Origin: " + origin))
          .isHit()
          .hasHeaderLines("Access-Control-Allow-Origin", origin);
    }
  }

  @Test
  void guessesAreSwitchedOffOneByOne(Stage stage) throws Exception {
    stage.origin(
        "dated",
        exchange -> exchange.respond(200, "x", "Last-Modified: " + exchange.date(-100000)));
    stage.origin("bare", Script.reply(200, "x"));
    ProxyUnderTest noDefault = stage.proxy("default-ttl", "0");
    assertThat(noDefault.get(stage.path("dated"))).isStoredMiss();
    assertThat(noDefault.get(stage.path("dated"))).isHit();
    assertThat(noDefault.get(stage.path("bare")))
        .isUnstoredMiss()
        .hasCacheStatus("detail=no-freshness");
    ProxyUnderTest noHeuristic = stage.proxy("heuristic-percent", "0", "default-ttl", "1h");
    assertThat(noHeuristic.get(stage.path("dated"))).isStoredMiss();
    assertThat(noHeuristic.get(stage.path("dated"))).isHit();
    ProxyUnderTest neither = stage.proxy("default-ttl", "0", "heuristic-percent", "0");
    assertThat(neither.get(stage.path("dated"))).isStoredMiss();
    assertThat(neither.get(stage.path("dated"))).isMiss();
  }
}
