package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a 304 or a further part says to one client, no other sees (RFC 9111 §3, §3.2, §4.3.4). */
@ExtendWith(OnStage.class)
final class ConfirmationScenarioTest {

  private static final String TAG = "ETag: \"1\"";

  /** Stale at once, and everybody's. */
  private static final Script SHARED =
      Script.reply(200, "v1", "Cache-Control: public, max-age=10", "Age: 10", TAG);

  private static String[] personal(ReceivedRequest request, String cacheControl) {
    String user = String.valueOf(request.header("Cookie")).replace("u=", "");
    return new String[] {
      "Cache-Control: " + cacheControl, "Set-Cookie: sid=" + user, "X-User: " + user, TAG
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"private, max-age=60", "no-store", "max-age=60", "max-age=60; private"})
  void whoWaitsDoesNotGetTheCookieThatA304SetsForAnother(String cacheControl, Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    AtomicInteger validations = new AtomicInteger();
    stage.origin(
        Script.sequence(
            SHARED,
            exchange -> {
              validations.incrementAndGet();
              gate.await();
              exchange.respond(304, "", personal(exchange.request(), cacheControl));
            }));
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    assertThat(proxy.get(stage.path())).isMiss();
    try (RawClient ann = proxy.client().sendRequest("GET", stage.path(), "Cookie: u=ann")) {
      await().until(() -> validations.get() == 1);
      try (RawClient bob = proxy.client().sendRequest("GET", stage.path(), "Cookie: u=bob")) {
        CollapsingScenarioTest.awaitWaiting(proxy, 1);
        gate.open();
        assertThat(ann.read("GET"))
            .hasBody("v1")
            .hasHeaderLines("Set-Cookie", "sid=ann")
            .hasHeaderLines("X-User", "ann");
        assertThat(bob.read("GET"))
            .hasBody("v1")
            .hasHeaderLines("Set-Cookie", "sid=bob")
            .hasHeaderLines("X-User", "bob");
      }
    }
    assertThat(validations).as("bob asks for himself").hasValue(2);
  }

  @Test
  void whoWaitsSharesAConfirmationThatIsForAllButNotItsCookie(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        Script.sequence(
            SHARED,
            exchange -> {
              gate.await();
              exchange.respond(304, "", personal(exchange.request(), "public, max-age=60"));
            }));
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    assertThat(proxy.get(stage.path())).isMiss();
    try (RawClient ann = proxy.client().sendRequest("GET", stage.path(), "Cookie: u=ann")) {
      await().until(() -> stage.requests().size() == 2);
      try (RawClient bob = proxy.client().sendRequest("GET", stage.path(), "Cookie: u=bob")) {
        CollapsingScenarioTest.awaitWaiting(proxy, 1);
        gate.open();
        assertThat(ann.read("GET")).hasBody("v1").hasHeaderLines("Set-Cookie", "sid=ann");
        assertThat(bob.read("GET")).hasBody("v1").hasNoHeader("Set-Cookie");
      }
    }
    assertThat(proxy.get(stage.path())).isHit().hasNoHeader("Set-Cookie");
    assertThat(stage.requests()).hasSize(2);
  }

  @Test
  void theNextClientDoesNotGetTheCookieThatA304SetsForOneWhoHasOne(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10", "Age: 10", TAG),
            exchange -> exchange.respond(304, "", personal(exchange.request(), "max-age=60")),
            Script.reply(304, "", "Cache-Control: max-age=60", TAG)));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Cookie: u=ann"))
        .isRevalidatedHit()
        .hasBody("v1")
        .hasHeaderLines("Set-Cookie", "sid=ann");
    assertThat(stage.get())
        .isRevalidatedHit()
        .hasBody("v1")
        .hasNoHeader("Set-Cookie")
        .hasNoHeader("X-User");
    assertThat(stage.get("Cookie: u=bob")).isHit().hasNoHeader("Set-Cookie");
  }

  @Test
  void aClientWithACookieConfirmsWhatIsSharedForAll(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10", "Age: 10", TAG),
            Script.reply(304, "", "Cache-Control: max-age=60", TAG)));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Cookie: u=ann")).isRevalidatedHit().hasBody("v1");
    assertThat(stage.get()).isHit().hasBody("v1");
  }

  @Test
  void theCookieThatComesWithAPartOfAStoredResponseIsForItsReceiverOnly(Stage stage)
      throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(
                206, "012", "Cache-Control: max-age=60", TAG, "Content-Range: bytes 0-2/6"),
            exchange -> {
              String[] lines = personal(exchange.request(), "max-age=60");
              String range = "Content-Range: bytes 3-5/6";
              exchange.respond(206, "345", lines[0], lines[1], lines[2], lines[3], range);
            },
            Script.reply(
                206, "345", "Cache-Control: max-age=60", TAG, "Content-Range: bytes 3-5/6")));
    assertThat(stage.get("Range: bytes=0-2")).hasStatus(206).isMiss();
    assertThat(stage.get("Cookie: u=ann"))
        .hasBody("012345")
        .hasHeaderLines("Set-Cookie", "sid=ann");
    assertThat(stage.get()).hasBody("012345").hasNoHeader("Set-Cookie").hasNoHeader("X-User");
    assertThat(stage.get()).isHit().hasBody("012345").hasNoHeader("Set-Cookie");
  }
}
