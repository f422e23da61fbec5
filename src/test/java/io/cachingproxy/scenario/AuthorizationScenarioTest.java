package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No response made for one user reaches another (RFC 9111 §3.5, §7.3). */
@ExtendWith(OnStage.class)
final class AuthorizationScenarioTest {

  /** Greets whoever asks by name. */
  private static Script greeting(String... headerLines) {
    return exchange ->
        exchange.respond(200, "hello " + exchange.request().header("Authorization"), headerLines);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"max-age=60", "max-age=60, proxy-revalidate", "max-age=60, private", "no-store"})
  void anAnswerToAuthorizationIsTheUsersOwn(String cacheControl, Stage stage) throws Exception {
    stage.origin(greeting("Cache-Control: " + cacheControl));
    assertThat(stage.get("Authorization: ann")).isUnstoredMiss().hasBody("hello ann");
    assertThat(stage.get("Authorization: bob")).isUnstoredMiss().hasBody("hello bob");
    assertThat(stage.get()).isMiss().hasBody("hello null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate"})
  void theOriginMayShareIt(String cacheControl, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "for all", "Cache-Control: " + cacheControl));
    assertThat(stage.get("Authorization: ann")).isStoredMiss().hasBody("for all");
    assertThat(stage.get("Authorization: bob")).isHit().hasBody("for all");
    assertThat(stage.get()).isHit().hasBody("for all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public", "must-revalidate"})
  void noDefaultAppliesToIt(String cacheControl, Stage stage) throws Exception {
    stage.origin(greeting("Cache-Control: " + cacheControl));
    assertThat(stage.get("Authorization: ann")).isMiss().hasBody("hello ann");
    assertThat(stage.get("Authorization: bob")).isMiss().hasBody("hello bob");
  }

  @Test
  void authorizationReachesTheOrigin(Stage stage) throws Exception {
    stage.origin(Script.reply(401, "who?", "WWW-Authenticate: Basic realm=\"r\""));
    assertThat(stage.get("Authorization: Basic YTpi"))
        .hasStatus(401)
        .hasHeaderLines("WWW-Authenticate", "Basic realm=\"r\"");
    assertThat(stage.lastRequest().headers().values("Authorization")).containsExactly("Basic YTpi");
  }

  @Test
  void aCookieIsSharedOnlyWhenTheResponseIsExplicitlyFresh(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Set-Cookie: theme=dark", "Cache-Control: max-age=60"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get()).isHit().hasHeaderLines("Set-Cookie", "theme=dark");

    ProxyUnderTest careful = stage.proxy("cookies", "bypass");
    assertThat(careful.get(stage.path())).isUnstoredMiss();
    assertThat(careful.get(stage.path())).isUnstoredMiss();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "private",
        "private, max-age=60",
        "max-age=60, private=\"\"",
        "private; max-age=60",
        "max-age=60; private"
      })
  void whatIsPrivateIsNeverShared(String cacheControl, Stage stage) throws Exception {
    AtomicInteger count = new AtomicInteger();
    stage.origin(
        exchange ->
            exchange.respond(
                200, "private " + count.incrementAndGet(), "Cache-Control: " + cacheControl));
    assertThat(stage.get()).isUnstoredMiss().hasBody("private 1");
    assertThat(stage.get()).isUnstoredMiss().hasBody("private 2");
  }
}
