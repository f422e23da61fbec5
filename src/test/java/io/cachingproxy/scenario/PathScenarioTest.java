package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and queries reach the origin byte for byte, and differ where their bytes differ. */
@ExtendWith(OnStage.class)
final class PathScenarioTest {

  private static final Script TARGET =
      exchange -> exchange.respond(200, exchange.request().target(), "Cache-Control: max-age=60");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a//b",
        "a///",
        "a%2Fb",
        "a%2fb",
        "a|b",
        "{a}",
        "a?",
        "a??",
        "a?b?c",
        "a?q=a|b&c={d}",
        "?%zz",
        "a;x=1",
        "a;x=1/b;y",
        ";",
        "a/./b",
        "a/../b",
        "a/b/..",
        "%2e%2e/b",
        "a/%2E/b",
        "a%0d%0ab",
        "a%20b",
        "a+b",
        "a\"b",
        "<a>",
        "a^b`c",
        "a\\b",
        "[a]",
        "a'b",
        "(a)",
        "a*b",
        "a!b",
        "a@b:c",
        "a,b",
        "a=b&c",
        "~a",
        "%7Ea",
        "?a=b&a=c&&",
        "?=",
        "%C3%A9",
        "%E9",
        "%FF%FE"
      })
  void aTargetReachesTheOriginByteForByte(String name, Stage stage) throws Exception {
    stage.origin(TARGET);
    String target = stage.path(name);
    assertThat(stage.proxy().get(target)).hasStatus(200).isMiss().hasBody(target);
    assertThat(stage.proxy().get(target)).hasStatus(200).isHit().hasBody(target);
    assertThat(stage.requests()).extracting(ReceivedRequest::target).containsExactly(target);
  }

  /**
   * No URI holds such octets, but clients send them: as UTF-8 they mean the same percent-encoded
   * (RFC 3987 §3.1).
   */
  @ParameterizedTest
  @CsvSource({"\u00c3\u00a9, %C3%A9", "?q=\u00c3\u00a9, ?q=%C3%A9"})
  void octetsOfUtf8ReachTheOriginPercentEncoded(String sent, String received, Stage stage)
      throws Exception {
    stage.origin(TARGET);
    assertThat(stage.proxy().get(stage.path(sent))).hasStatus(200);
    assertThat(stage.requests())
        .extracting(request -> request.target().toUpperCase(Locale.ROOT))
        .containsExactly(stage.path(received).toUpperCase(Locale.ROOT));
  }

  /**
   * What can't be told apart for sure is refused, so that no two targets share a response by
   * accident.
   */
  @ParameterizedTest
  @ValueSource(strings = {"%zz", "a%", "a%2", "\u00e9", "?q=\u00ff"})
  void aTargetThatIsNoTextIsRefused(String name, Stage stage) throws Exception {
    stage.origin(TARGET);
    assertThat(stage.proxy().get(stage.path(name))).hasStatus(400);
    assertThat(stage.requests()).isEmpty();
  }

  @Test
  void pathsThatLookAlikeAreResourcesOfTheirOwn(Stage stage) throws Exception {
    stage.origin(TARGET);
    List<String> names =
        List.of(
            "a", "A", "a/", "a//", "a?", "a??", "a?b", "a?b=", "a?b&", "a;", "a;b", "a%2F", "a%3F",
            "a%3Bb", "a/b", "a//b", "a%2Fb", "a%252Fb", "a+b", "a%20b", "a%2Bb", "a|b", "a%7Cb",
            "b/../a", "./a");
    for (String name : names) {
      assertThat(stage.proxy().get(stage.path(name)).text()).isEqualTo(stage.path(name));
    }
    for (String name : names) {
      assertThat(stage.proxy().get(stage.path(name)).text()).isEqualTo(stage.path(name));
    }
  }

  /** Origins that compare bytes answer one of them with 404, say: that is not for the other. */
  @ParameterizedTest
  @CsvSource({
    "a%3fb, a%3Fb",
    "%7Ea, ~a",
    "%41, A",
    "a?%2D, a?-",
    "p?%61=1, p?a=1",
    "%c3%a9, %C3%A9",
    "a/./b, a/b",
    "a/../b, b",
    "a//b, a/b",
    "a?, a"
  })
  void pathsThatMeanTheSameButDifferInTheirBytesShareNothing(String one, String other, Stage stage)
      throws Exception {
    stage.origin(TARGET);
    for (String name : List.of(one, other)) {
      assertThat(stage.proxy().get(stage.path(name))).isMiss().hasBody(stage.path(name));
    }
    for (String name : List.of(one, other)) {
      assertThat(stage.proxy().get(stage.path(name))).isHit().hasBody(stage.path(name));
    }
  }

  @Test
  void aNulIsRefusedOrPassedOnAsItIs(Stage stage) throws Exception {
    stage.origin(TARGET);
    String target = stage.path("a%00b");
    Response response = stage.proxy().get(target);
    if (response.status() == 400) {
      assertThat(stage.requests()).isEmpty();
    } else {
      assertThat(response).hasStatus(200).hasBody(target);
    }
  }

  @Test
  void aPathMayStartWithTwoSlashes(Stage stage) throws Exception {
    String target = "/" + stage.path("a");
    stage.sharedOrigin().on(target, TARGET);
    stage.origin(Script.reply(200, "another resource"));
    assertThat(stage.proxy().get(target)).hasStatus(200).isMiss().hasBody(target);
    assertThat(stage.proxy().get(target)).hasStatus(200).isHit().hasBody(target);
  }

  @Test
  void anAbsoluteTargetIsItsPath(Stage stage) throws Exception {
    stage.origin(TARGET);
    String target = stage.path("a//b?c={}");
    assertThat(stage.proxy().get("http://site.example" + target, "Host: site.example"))
        .hasStatus(200)
        .isMiss()
        .hasBody(target);
    assertThat(stage.lastRequest().target()).isEqualTo(target);
  }

  /** Servlet containers answer it themselves. */
  @Test
  @Tag("embedded-only")
  void optionsMayConcernTheWholeServer(Stage stage) throws Exception {
    stage.sharedOrigin().on("*", Script.reply(200, "", "Allow: GET, HEAD, X-STAR"));
    assertThat(stage.proxy().exchange("OPTIONS", "*"))
        .hasStatus(200)
        .isMiss()
        .hasHeaderLines("Allow", "GET, HEAD, X-STAR");
  }

  @Test
  void aLongTargetComesThrough(Stage stage) throws Exception {
    stage.origin(TARGET);
    String target = stage.path("a?" + "0123456789".repeat(600));
    assertThat(stage.proxy().get(target)).hasStatus(200).hasBody(target);
  }

  @Test
  void theOriginsOwnPathComesFirst(Stage stage) throws Exception {
    stage.origin(TARGET);
    String base = stage.path("base");
    ProxyUnderTest proxy = stage.proxy("origin", stage.sharedOrigin().url() + base);
    assertThat(proxy.get("/a//b%2Fc?d={}")).isMiss().hasBody(base + "/a//b%2Fc?d={}");
    assertThat(proxy.get("/")).isMiss().hasBody(base + "/");
    assertThat(proxy.get("/?")).isMiss().hasBody(base + "/?");
  }
}
