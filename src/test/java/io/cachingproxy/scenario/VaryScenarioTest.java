package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several responses under one URI (RFC 9111 §4.1). */
@ExtendWith(OnStage.class)
final class VaryScenarioTest {

  /** Answers in the language asked for. */
  private static Script inTheLanguage(String... headerLines) {
    return exchange ->
        exchange.respond(
            200,
            "in " + exchange.request().headers().joined("Accept-Language"),
            Stream.concat(Stream.of("Cache-Control: max-age=60"), Arrays.stream(headerLines))
                .toArray(String[]::new));
  }

  @Test
  void eachVariantIsStoredAndFoundAgain(Stage stage) throws Exception {
    stage.origin(inTheLanguage("Vary: Accept-Language"));
    for (String language : List.of("en", "de", "fr")) {
      assertThat(stage.get("Accept-Language: " + language))
          .isStoredMiss()
          .hasBody("in " + language);
    }
    for (String language : List.of("en", "de", "fr")) {
      assertThat(stage.get("Accept-Language: " + language)).isHit().hasBody("in " + language);
    }
    assertThat(stage.requests()).hasSize(3);
  }

  @Test
  void aMissingFieldIsAValueOfItsOwn(Stage stage) throws Exception {
    stage.origin(inTheLanguage("Vary: Accept-Language"));
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.get()).isMiss().hasBody("in ");
    assertThat(stage.get()).isHit().hasBody("in ");
    assertThat(stage.get("Accept-Language: en")).isHit().hasBody("in en");
  }

  @Test
  void theOutcomeTellsThatOnlyTheVariantWasMissing(Stage stage) throws Exception {
    stage.origin(inTheLanguage("Vary: Accept-Language"));
    assertThat(stage.get("Accept-Language: en")).isMiss().hasCacheStatus("fwd=uri-miss");
    assertThat(stage.get("Accept-Language: de")).isMiss().hasCacheStatus("fwd=vary-miss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Vary: *", "Vary: Accept-Language, *", "Vary: Accept\r\nVary: *"})
  void nothingIsKnownToMatchAStar(String vary, Stage stage) throws Exception {
    stage.origin(inTheLanguage(vary));
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Vary: Accept-Language, X-Tenant",
        "Vary: Accept-Language\r\nVary: X-Tenant",
        "vary: ,x-tenant,,ACCEPT-LANGUAGE,"
      })
  void everyNamedFieldMustMatch(String vary, Stage stage) throws Exception {
    stage.origin(inTheLanguage(vary));
    assertThat(stage.get("Accept-Language: en", "X-Tenant: a")).isMiss();
    assertThat(stage.get("Accept-Language: en", "X-Tenant: b")).isMiss();
    assertThat(stage.get("Accept-Language: de", "X-Tenant: a")).isMiss().hasBody("in de");
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.get("X-TENANT: a", "accept-language: en")).isHit().hasBody("in en");
  }

  @Test
  void fieldsThatAreNotNamedDoNotMatter(Stage stage) throws Exception {
    stage.origin(inTheLanguage("Vary: Accept-Language"));
    assertThat(stage.get("Accept-Language: en", "User-Agent: one", "X-A: 1")).isMiss();
    assertThat(stage.get("Accept-Language: en", "User-Agent: two", "X-A: 2")).isHit();
  }

  @Test
  void cookiesNamedByVaryKeepUsersApart(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200,
                "for " + exchange.request().header("Cookie"),
                "Cache-Control: max-age=60",
                "Vary: Cookie"));
    assertThat(stage.get("Cookie: u=ann")).isMiss().hasBody("for u=ann");
    assertThat(stage.get("Cookie: u=bob")).isMiss().hasBody("for u=bob");
    assertThat(stage.get("Cookie: u=ann")).isHit().hasBody("for u=ann");
    assertThat(stage.get()).isMiss().hasBody("for null");
  }

  @Test
  void oneVariantIsReplacedWithoutTheOthers(Stage stage) throws Exception {
    AtomicInteger count = new AtomicInteger();
    stage.origin(
        exchange ->
            exchange.respond(
                200,
                exchange.request().header("Accept-Language") + " " + count.incrementAndGet(),
                "Cache-Control: max-age=60",
                "Vary: Accept-Language"));
    assertThat(stage.get("Accept-Language: en")).isMiss().hasBody("en 1");
    assertThat(stage.get("Accept-Language: de")).isMiss().hasBody("de 2");
    assertThat(stage.get("Accept-Language: en", "Cache-Control: no-cache")).hasBody("en 3");
    assertThat(stage.get("Accept-Language: en")).isHit().hasBody("en 3");
    assertThat(stage.get("Accept-Language: de")).isHit().hasBody("de 2");
  }

  @Test
  void anIfNoneMatchIsComparedWithTheVariantThatMatches(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200,
                "x",
                "ETag: \"" + exchange.request().header("Accept-Language") + "\"",
                "Cache-Control: max-age=60",
                "Vary: Accept-Language"));
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.get("Accept-Language: de")).isMiss();
    assertThat(stage.get("Accept-Language: en", "If-None-Match: \"en\"")).hasStatus(304).isHit();
    assertThat(stage.get("Accept-Language: en", "If-None-Match: \"de\"")).hasStatus(200).isHit();
  }

  /** Otherwise a client could have the answer to one request stored as the answer to another. */
  @Test
  void aFieldThatConnectionTakesAwayDoesNotSelect(Stage stage) throws Exception {
    stage.origin(inTheLanguage("Vary: Accept-Language"));
    assertThat(stage.get("Accept-Language: de", "Connection: close, Accept-Language")).isMiss();
    assertThat(stage.lastRequest().header("Accept-Language")).isNull();
    assertThat(stage.get("Accept-Language: de")).isMiss().hasBody("in de");
    assertThat(stage.get("Accept-Language: de")).isHit().hasBody("in de");
  }
}
