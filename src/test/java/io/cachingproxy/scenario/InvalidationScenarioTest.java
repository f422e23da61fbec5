package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a successful unsafe request does to stored responses (RFC 9111 §4.4). */
@ExtendWith(OnStage.class)
final class InvalidationScenarioTest {

  /** GET is stored; every other method gets that status and these fields. */
  private static Script storedExceptFor(int status, String... headerLines) {
    return exchange -> {
      if (exchange.request().method().equals("GET")) {
        exchange.respond(200, "x", "Cache-Control: max-age=60");
      } else {
        exchange.respond(status, "done", headerLines);
      }
    };
  }

  private static void store(Stage stage, String... names) throws IOException {
    for (String name : names) {
      assertThat(stage.proxy().get(stage.path(name))).isMiss();
      assertThat(stage.proxy().get(stage.path(name))).isHit();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "FROBNICATE"})
  void aSuccessfulUnsafeRequestInvalidatesItsTarget(String method, Stage stage) throws Exception {
    stage.origin(storedExceptFor(200));
    store(stage, "page", "other");
    assertThat(stage.exchange(method)).hasStatus(200).isMiss();
    assertThat(stage.get()).isMiss();
    assertThat(stage.proxy().get(stage.path("other"))).isHit();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 303, 302})
  void everyNonErrorInvalidates(int status, Stage stage) throws Exception {
    stage.origin(storedExceptFor(status));
    store(stage, "page");
    assertThat(stage.exchange("POST")).hasStatus(status);
    assertThat(stage.get()).isMiss();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 409, 500, 503})
  void anErrorInvalidatesNothing(int status, Stage stage) throws Exception {
    stage.origin(storedExceptFor(status));
    store(stage, "page");
    assertThat(stage.exchange("DELETE")).hasStatus(status);
    assertThat(stage.get()).isHit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "OPTIONS", "PROPFIND"})
  void aSafeMethodInvalidatesNothing(String method, Stage stage) throws Exception {
    stage.origin(storedExceptFor(200));
    store(stage, "page");
    assertThat(stage.exchange(method)).hasStatus(200);
    assertThat(stage.get()).isHit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Location", "Content-Location"})
  void resourcesNamedByTheAnswerAreInvalidatedToo(String field, Stage stage) throws Exception {
    stage.origin("", storedExceptFor(201));
    stage.origin("relative", storedExceptFor(201, field + ": target"));
    stage.origin("rooted", storedExceptFor(201, field + ": " + stage.path("target")));
    stage.origin(
        "absolute",
        storedExceptFor(201, field + ": " + stage.sharedOrigin().url() + stage.path("target")));
    for (String name : List.of("relative", "rooted", "absolute")) {
      assertThat(stage.proxy().exchange("POST", stage.path("target"))).hasStatus(201);
      store(stage, "target");
      assertThat(stage.proxy().exchange("POST", stage.path(name))).hasStatus(201);
      assertThat(stage.proxy().get(stage.path("target"))).as(name).isMiss();
    }
  }

  /** The keys of both spellings are the bytes that their clients sent. */
  @ParameterizedTest
  @ValueSource(strings = {"%7Etarget", "~target"})
  void aResourceIsInvalidatedAsItsLocationIsSpeltAndInNormalForm(String stored, Stage stage)
      throws Exception {
    stage.origin("", storedExceptFor(200));
    stage.origin("post", storedExceptFor(201, "Location: " + stage.path("%7Etarget")));
    store(stage, stored);
    assertThat(stage.proxy().exchange("POST", stage.path("post"))).hasStatus(201);
    assertThat(stage.proxy().get(stage.path(stored))).isMiss();
  }

  @Test
  void resourcesOfOtherOriginsAreNot(Stage stage) throws Exception {
    stage.origin("target", storedExceptFor(201));
    stage.origin(
        "post", storedExceptFor(201, "Location: http://other.example" + stage.path("target")));
    store(stage, "target");
    assertThat(stage.proxy().exchange("POST", stage.path("post"))).hasStatus(201);
    assertThat(stage.proxy().get(stage.path("target"))).isHit();
  }

  @Test
  void everyVariantIsInvalidated(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(200, "x", "Cache-Control: max-age=60", "Vary: Accept-Language"));
    for (String language : List.of("en", "de")) {
      assertThat(stage.get("Accept-Language: " + language)).isMiss();
      assertThat(stage.get("Accept-Language: " + language)).isHit();
    }
    assertThat(stage.exchange("DELETE", "Accept-Language: en")).hasStatus(200);
    assertThat(stage.get("Accept-Language: en")).isMiss();
    assertThat(stage.get("Accept-Language: de")).isMiss();
  }

  @Test
  void onlyThatQueryIsInvalidated(Stage stage) throws Exception {
    stage.origin(storedExceptFor(200));
    store(stage, "page?a=1", "page?a=2");
    assertThat(stage.proxy().exchange("DELETE", stage.path("page?a=1"))).hasStatus(200);
    assertThat(stage.proxy().get(stage.path("page?a=1"))).isMiss();
    assertThat(stage.proxy().get(stage.path("page?a=2"))).isHit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PURGE", "BAN"})
  void aStrangerCanNotPurge(String method, Stage stage) throws Exception {
    stage.origin(storedExceptFor(405));
    store(stage, "page");
    assertThat(stage.exchange(method)).hasStatus(405).hasBody("done");
    assertThat(stage.get()).isHit();
  }

  @Test
  void whatWasAskedForWithKeyedFieldsOrInAnotherSpellingIsInvalidatedToo(Stage stage)
      throws Exception {
    stage.origin(storedExceptFor(200));
    String page = stage.path("page");
    String spelling = stage.path("%70age");
    for (int i = 0; i < 2; i++) {
      assertThat(stage.proxy().get(page, "RSC: 1")).isMiss();
      assertThat(stage.proxy().get(page, "RSC: 1")).isHit();
      assertThat(stage.proxy().get(spelling)).isMiss();
      assertThat(stage.proxy().get(spelling)).isHit();
      assertThat(stage.proxy().exchange("POST", page)).hasStatus(200);
    }
    assertThat(stage.proxy().get(page, "RSC: 1")).isMiss();
    assertThat(stage.proxy().get(spelling)).isMiss();
  }
}
