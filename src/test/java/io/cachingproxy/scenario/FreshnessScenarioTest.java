package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a stored response may answer (RFC 9111 §4.2, §5.2). */
@ExtendWith(OnStage.class)
final class FreshnessScenarioTest {

  /** Fields of a response, and whether it may answer a second request. */
  static List<Arguments> lifetimes() {
    return List.of(
        Arguments.of("max-age", true, "Cache-Control: max-age=100"),
        Arguments.of("younger than max-age", true, "Cache-Control: max-age=100|Age: 50"),
        Arguments.of("as old as max-age", false, "Cache-Control: max-age=100|Age: 100"),
        Arguments.of("older than max-age", false, "Cache-Control: max-age=100|Age: 5000"),
        Arguments.of("max-age of 0", false, "Cache-Control: max-age=0"),
        Arguments.of("s-maxage over max-age", true, "Cache-Control: max-age=1, s-maxage=99|Age: 9"),
        Arguments.of("short s-maxage", false, "Cache-Control: max-age=999, s-maxage=5|Age: 9"),
        Arguments.of(
            "two Cache-Control lines", true, "Cache-Control: public|Cache-Control: max-age=9"),
        Arguments.of("directives in capitals", true, "Cache-Control: MAX-AGE=100|Age: 50"),
        Arguments.of("Expires ahead", true, "Expires: {+100}|Date: {+0}"),
        Arguments.of("Expires ahead of a late Date", true, "Expires: {+100}|Date: {-20}|Age: 50"),
        Arguments.of("Expires behind", false, "Expires: {-100}|Date: {+0}"),
        Arguments.of("Expires at Date", false, "Expires: {+0}|Date: {+0}"),
        Arguments.of("Expires: 0", false, "Expires: 0"),
        Arguments.of("max-age over Expires", true, "Cache-Control: max-age=100|Expires: {-100}"),
        Arguments.of("max-age 0 over Expires", false, "Cache-Control: max-age=0|Expires: {+100}"),
        Arguments.of("an old Date", false, "Cache-Control: max-age=100|Date: {-200}"),
        Arguments.of("a Date not too old", true, "Cache-Control: max-age=100|Date: {-50}"),
        Arguments.of("no-store", false, "Cache-Control: no-store, max-age=100"),
        Arguments.of("private", false, "Cache-Control: private, max-age=100"),
        Arguments.of("no-cache", false, "Cache-Control: no-cache, max-age=100"),
        Arguments.of("unknown directives", true, "Cache-Control: max-age=100, x=\"no-store\", y"),
        Arguments.of("nothing", false, "X-Nothing: 1"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lifetimes")
  void explicitFreshnessDecides(String what, boolean reusable, String lines, Stage stage)
      throws Exception {
    stage.origin(exchange -> exchange.respond(200, "x", fields(exchange, lines)));
    ProxyUnderTest proxy = stage.proxy("default-ttl", "0", "heuristic-percent", "0");

    assertThat(proxy.get(stage.path())).as(what).isMiss();
    if (reusable) {
      assertThat(proxy.get(stage.path())).isHit().hasBody("x");
      assertThat(stage.requests()).hasSize(1);
    } else {
      assertThat(proxy.get(stage.path())).isMiss().hasBody("x");
      assertThat(stage.requests()).hasSize(2);
    }
  }

  private static String[] fields(OriginExchange exchange, String lines) {
    String text = lines;
    for (int seconds : new int[] {0, 100, -20, -50, -100, -200}) {
      text = text.replace("{" + (seconds < 0 ? "" : "+") + seconds + "}", exchange.date(seconds));
    }
    return text.split("\\|");
  }

  @Test
  void ageCountsWhatTheOriginSaysAlready(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=1000", "Age: 300"));
    assertThat(stage.get()).isMiss().hasHeaderLines("Age", "300");
    assertThat(stage.get()).isHit().hasAgeFrom(300);
  }

  @Test
  void ageCountsFromAnEarlierDate(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200, "x", "Cache-Control: max-age=1000", "Date: " + exchange.date(-70)));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get()).isHit().hasAgeFrom(70);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 203, 204, 300, 301, 308, 404, 410})
  void theDefaultTtlHoldsForWhatIsCacheableByDefault(int status, Stage stage) throws Exception {
    stage.origin(Script.reply(status, status == 204 ? "" : "x"));
    assertThat(stage.get()).hasStatus(status).isMiss();
    assertThat(stage.get()).hasStatus(status).isHit();
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 202, 302, 303, 307, 400, 401, 403, 418, 431, 500, 502, 503})
  void theDefaultTtlHoldsForNothingElse(int status, Stage stage) throws Exception {
    stage.origin(Script.reply(status, "x"));
    assertThat(stage.get()).hasStatus(status).isUnstoredMiss();
    assertThat(stage.get()).hasStatus(status).isUnstoredMiss();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 299, 302, 307, 403, 404, 418, 499, 500, 503, 599})
  void explicitFreshnessHoldsForEveryFinalStatus(int status, Stage stage) throws Exception {
    stage.origin(Script.reply(status, "x", "Cache-Control: max-age=60"));
    assertThat(stage.get()).hasStatus(status).isStoredMiss();
    assertThat(stage.get()).hasStatus(status).isHit().hasBody("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: no-cache",
        "Cache-Control: max-age=0",
        "Cache-Control: max-age=10",
        "Cache-Control: min-fresh=90",
        "Pragma: no-cache"
      })
  void aClientMayDemandAFresherAnswer(String demand, Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, "1", "Cache-Control: max-age=100", "Age: 20"),
            Script.reply(200, "2", "Cache-Control: max-age=100", "Age: 20")));
    assertThat(stage.get()).isMiss().hasBody("1");
    assertThat(stage.get(demand)).isMiss().hasBody("2");
    assertThat(stage.get()).as("the newer one is stored").isHit().hasBody("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: max-age=50",
        "Cache-Control: min-fresh=50",
        "Cache-Control: nothing-to-see-here",
        "Cache-Control: max-age=x",
        "Cache-Control: max-age=999\r\nPragma: no-cache",
        "Pragma: foo"
      })
  void aDemandThatIsMetIsAHit(String demand, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=100", "Age: 20"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get(demand)).isHit();
  }

  @Test
  void aClientMayAcceptAStaleAnswer(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=100", "Age: 120", "ETag: \"v1\""));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Cache-Control: max-stale=5")).isMiss();
    assertThat(stage.get("Cache-Control: max-stale=600")).isHit().hasAgeFrom(120);
    assertThat(stage.get("Cache-Control: max-stale")).isHit().hasAgeFrom(120);
  }

  @ParameterizedTest
  @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=100", "no-cache"})
  void theOriginMayForbidStaleAnswers(String directive, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=100, " + directive, "Age: 120"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Cache-Control: max-stale=600")).isMiss();
  }

  @Test
  void noStoreInARequestKeepsTheAnswerOutOfTheStore(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=100"));
    assertThat(stage.get("Cache-Control: no-store")).isUnstoredMiss();
    assertThat(stage.get()).isStoredMiss();
    assertThat(stage.get()).isHit();
  }

  @Test
  void onlyIfCachedNeverReachesTheOrigin(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=100"));
    assertThat(stage.get("Cache-Control: only-if-cached"))
        .hasStatus(504)
        .hasHeaderLines("X-Cache", "MISS");
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Cache-Control: only-if-cached")).hasStatus(200).isHit();
  }

  @Test
  void anOperatorMayIgnoreWhatClientsDemand(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=100"));
    ProxyUnderTest proxy = stage.proxy("client-cache-control", "ignore");
    assertThat(proxy.get(stage.path())).isMiss();
    assertThat(proxy.get(stage.path(), "Cache-Control: no-cache")).isHit();
    assertThat(proxy.get(stage.path(), "Pragma: no-cache")).isHit();
  }

  @Test
  @Tag("embedded-only")
  void aResponseIsFreshUntilItsLastSecondIsOver() throws Exception {
    ManualClock clock = new ManualClock();
    try (RawOrigin origin = RawOrigin.start(clock);
        ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", origin.url()), clock)) {
      origin.on("/", Script.reply(200, "x", "Cache-Control: max-age=10", "Age: 2"));
      assertThat(proxy.get("/")).isMiss();
      assertThat(proxy.get("/")).isHit().hasHeaderLines("Age", "2").hasCacheStatus("ttl=8");
      clock.advance(Duration.ofSeconds(7));
      assertThat(proxy.get("/")).isHit().hasHeaderLines("Age", "9").hasCacheStatus("ttl=1");
      clock.advance(Duration.ofSeconds(1));
      assertThat(proxy.get("/")).isMiss().hasCacheStatus("fwd=stale");
      assertThat(origin.requests()).hasSize(2);
      assertThat(proxy.get("/")).isHit().hasHeaderLines("Age", "2");
    }
  }

  @Test
  @Tag("embedded-only")
  void theDefaultTtlEndsAfterTwoMinutes() throws Exception {
    ManualClock clock = new ManualClock();
    try (RawOrigin origin = RawOrigin.start(clock);
        ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", origin.url()), clock)) {
      origin.on("/", Script.reply(200, "x"));
      assertThat(proxy.get("/")).isMiss();
      clock.advance(Duration.ofSeconds(119));
      assertThat(proxy.get("/")).isHit().hasHeaderLines("Age", "119");
      clock.advance(Duration.ofSeconds(1));
      assertThat(proxy.get("/")).isMiss();
    }
  }
}
