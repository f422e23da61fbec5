package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that belong together become invalid together (RFC 9875). */
@ExtendWith(OnStage.class)
final class CacheGroupScenarioTest {

  private static final String FRESH = "Cache-Control: max-age=60";

  /** A group that no other scenario uses: all of them share one origin. */
  private static String group(Stage stage, String name) {
    return '"' + stage.path(name) + '"';
  }

  private static void member(Stage stage, String name, String groups) {
    stage.origin(name, Script.reply(200, name, FRESH, "Cache-Groups: " + groups));
  }

  private static void store(Stage stage, String... names) throws IOException {
    for (String name : names) {
      assertThat(stage.proxy().get(stage.path(name))).isStoredMiss();
      assertThat(stage.proxy().get(stage.path(name))).isHit();
    }
  }

  @Test
  void anAnswerToAnUnsafeRequestInvalidatesTheGroupsItNames(Stage stage) throws Exception {
    member(stage, "one", group(stage, "a"));
    member(stage, "two", group(stage, "b") + ", " + group(stage, "a"));
    member(stage, "other", group(stage, "c"));
    stage.origin("none", Script.reply(200, "x", FRESH));
    stage.origin(
        "post",
        Script.reply(
            200, "done", "Cache-Group-Invalidation: \"x\", " + group(stage, "a") + ";p=1"));
    store(stage, "one", "two", "other", "none");
    assertThat(stage.proxy().exchange("POST", stage.path("post"))).hasStatus(200);
    assertThat(stage.proxy().get(stage.path("one"))).isStoredMiss();
    assertThat(stage.proxy().get(stage.path("two"))).isStoredMiss();
    assertThat(stage.proxy().get(stage.path("other"))).isHit();
    assertThat(stage.proxy().get(stage.path("none"))).isHit();
    assertThat(stage.proxy().get(stage.path("one"))).isHit();
    assertThat(stage.proxy().get(stage.path("two"))).isHit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
  void theAnswerToASafeRequestInvalidatesNothing(String method, Stage stage) throws Exception {
    member(stage, "one", group(stage, "a"));
    stage.origin("post", Script.reply(200, "", "Cache-Group-Invalidation: " + group(stage, "a")));
    store(stage, "one");
    assertThat(stage.proxy().exchange(method, stage.path("post"))).hasStatus(200);
    assertThat(stage.proxy().get(stage.path("one"))).isHit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s, 1", "token", "(%s)", "%s,", "%s;", "\"other\""})
  void whatIsNoListOfStringsInvalidatesNothing(String value, Stage stage) throws Exception {
    member(stage, "one", group(stage, "a"));
    String field = String.format(value, group(stage, "a"));
    stage.origin("post", Script.reply(200, "", "Cache-Group-Invalidation: " + field));
    store(stage, "one");
    assertThat(stage.proxy().exchange("POST", stage.path("post"))).hasStatus(200);
    assertThat(stage.proxy().get(stage.path("one"))).isHit();
  }

  /** RFC 9875 §2.2.1: one step, that doesn't cascade. */
  @Test
  void invalidatingOneMemberInvalidatesItsGroupsButNotTheirs(Stage stage) throws Exception {
    String a = group(stage, "a");
    String b = group(stage, "b");
    stage.origin(
        "one",
        exchange -> {
          if (exchange.request().method().equals("GET")) {
            exchange.respond(200, "x", FRESH, "Cache-Groups: " + a);
          } else {
            exchange.respond(200, "done");
          }
        });
    member(stage, "two", a + ", " + b);
    member(stage, "three", b);
    store(stage, "one", "two", "three");
    assertThat(stage.proxy().exchange("DELETE", stage.path("one"))).hasStatus(200);
    assertThat(stage.proxy().get(stage.path("one"))).isMiss();
    assertThat(stage.proxy().get(stage.path("two"))).isMiss();
    assertThat(stage.proxy().get(stage.path("three"))).isHit();
  }

  @Test
  void aResponseUnderWayWhenItsGroupIsInvalidatedDoesNotComeBack(Stage stage) throws Exception {
    Gate started = stage.gate();
    Gate goOn = stage.gate();
    String groups = "Cache-Groups: " + group(stage, "a");
    stage.origin(
        "one",
        Script.sequence(
            exchange -> {
              exchange.head(200, FRESH, groups, "Content-Length: 3");
              exchange.write("o");
              started.open();
              goOn.await();
              exchange.write("ld");
            },
            Script.reply(200, "new", FRESH, groups)));
    stage.origin("post", Script.reply(200, "", "Cache-Group-Invalidation: " + group(stage, "a")));
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path("one"));
      started.await();
      assertThat(stage.proxy().exchange("POST", stage.path("post"))).hasStatus(200);
      goOn.open();
      assertThat(client.read("GET")).hasBody("old");
    }
    assertThat(stage.proxy().get(stage.path("one"))).isMiss().hasBody("new");
    assertThat(stage.proxy().get(stage.path("one"))).isHit().hasBody("new");
  }

  @Test
  void aStaleMemberThatWasInvalidatedIsNotEvenAskedAbout(Stage stage) throws Exception {
    stage.origin(
        "one",
        Script.conditional(
            "\"e\"", "x", "Cache-Control: no-cache", "Cache-Groups: " + group(stage, "a")));
    stage.origin("post", Script.reply(200, "", "Cache-Group-Invalidation: " + group(stage, "a")));
    assertThat(stage.proxy().get(stage.path("one"))).isStoredMiss();
    assertThat(stage.proxy().get(stage.path("one"))).isRevalidatedHit();
    assertThat(stage.proxy().exchange("POST", stage.path("post"))).hasStatus(200);
    assertThat(stage.proxy().get(stage.path("one"))).isStoredMiss();
    assertThat(stage.proxy().get(stage.path("one"))).isRevalidatedHit();
  }
}
