package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two requests that the origin may tell apart never share an entry, and a path that only looks like
 * a file for everybody makes nothing public.
 */
@ExtendWith(OnStage.class)
final class KeyConfusionScenarioTest {

  private static final Script TARGET =
      exchange -> exchange.respond(200, exchange.request().target(), "Cache-Control: max-age=60");

  /** Spellings that some server, framework or cache is known to take for one another. */
  private static final List<String> LOOK_ALIKES =
      List.of(
          "a/b",
          "a//b",
          "a/./b",
          "a/%2E/b",
          "a/x/../b",
          "a/x/%2e%2e/b",
          "a/x/%2e./b",
          "a/x/.%2e/b",
          "a/x/..;/b",
          "a%2Fb",
          "a%5Cb",
          "a\\b",
          "a/b/",
          "a/b/.",
          "a/b%2F",
          "a/B",
          "A/b",
          "a/b;",
          "a/b;x",
          "a/b;x=1",
          "a/b%3Bx=1",
          "a/b;x=2",
          "a;x/b",
          "a/b?",
          "a/b?x",
          "a/b?x=",
          "a/b?x=1",
          "a/b?X=1",
          "a/b?x=1&",
          "a/b?&x=1",
          "a/b?x=1&&",
          "a/b?x=1;y=2",
          "a/b?x=1&y=2",
          "a/b?y=2&x=1",
          "a/b?x=1%26y=2",
          "a/b?x=1%3By=2",
          "a/b?x=1&x=1",
          "a/b?x=1&x=2",
          "a/b?x=2&x=1",
          "a/b?x[]=1",
          "a/b?x%5B%5D=1",
          "a/b%3Fx=1",
          "a/b%3fx",
          "a/b??x=1",
          "a/b?x=1?",
          "a/b?x=%31%00",
          "a/b?x=+",
          "a/b?x=%20",
          "a/b?x=%2B",
          "a/b%20",
          "a/b+",
          "a/b%23",
          "a/b?x=1%23y",
          "a/b%25",
          "a/b%2525",
          "a/b%252F",
          "a/b?x=%",
          "a/b?x=%zz",
          "a/b?x=%4",
          "a/b?x=%u0061",
          "a/b.css",
          "a/b%2ecss",
          "a/b/.css",
          "a/b;.css",
          "a/b%0A.css",
          "a/b%0d.css",
          "a/b%09",
          "a/b?utm_source=x",
          "a/b:80",
          "a/b@",
          "a/b|",
          "a/b%7C",
          "a/b\"",
          "a/b%22",
          "a/b{",
          "a/b%7B",
          "a/b^",
          "a/b`",
          "a/b'",
          "a/b%27",
          "a/b~",
          "a/b~1",
          "a/b,",
          "a/b%2C",
          "a/b!",
          "a/b*",
          "a/b$",
          "a/b=",
          "a/b&x=1",
          "a/b%E9",
          "a/b%C3%A9",
          "a/b%EF%BC%8F",
          "a/%u0062");

  @Test
  void whatTheOriginMayTellApartIsKeptApart(Stage stage) throws Exception {
    stage.origin(TARGET);
    Map<String, String> first = new LinkedHashMap<>();
    List<String> shared = new ArrayList<>();
    try (var client = stage.client()) {
      for (String name : LOOK_ALIKES) {
        Response response = client.get(stage.path(name));
        assertThat(response).as(name).hasStatus(200);
        first.put(name, response.text());
        if (!response.text().equals(stage.path(name))) {
          shared.add(name + " got " + response.text());
        }
      }
      assertThat(shared).isEmpty();
      for (String name : LOOK_ALIKES) {
        assertThat(client.get(stage.path(name)))
            .as(name)
            .isHit()
            .hasBody(first.getOrDefault(name, ""));
      }
    }
    assertThat(stage.requests())
        .extracting(ReceivedRequest::target)
        .containsExactlyElementsOf(LOOK_ALIKES.stream().map(stage::path).toList());
  }

  /** What can't be carried unchanged is not carried. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a#b",
        "a%23b#c",
        "#",
        "a?b#c",
        "a%00",
        "a%00.css",
        "a%",
        "a%4",
        "a%zz",
        "\u00e9",
        "a\u0080",
        "?\u00ff"
      })
  void whatHasNoOneMeaningIsRefused(String name, Stage stage) throws Exception {
    stage.origin(TARGET);
    assertThat(stage.proxy().get(stage.path(name))).hasStatus(400);
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.proxy().get(stage.path("a"))).isMiss().hasBody(stage.path("a"));
  }

  /** A path that ends like a file that everybody may have (web cache deception). */
  private static final String[] SUFFIXES = {
    "/x.css",
    "/x.js",
    ".css",
    ";x.css",
    ";.css",
    "%2ecss",
    "%2Fx.css",
    "%00.css",
    "%0A.css",
    "%3Bx.css",
    "%3Fx.css",
    "%23x.css",
    "?x.css",
    "/..%2Fstatic/x.css",
    "/%2e%2e/static/x.css",
    "/.well-known/x.png",
    "/robots.txt",
    "/favicon.ico",
    "\\x.css",
    "//x.css"
  };

  @Test
  void aSuffixMakesNothingPublicThatTheOriginMarksPrivate(Stage stage) throws Exception {
    for (String cacheControl : List.of("private", "no-store", "private, max-age=60")) {
      deceives(stage, "secret", "Cache-Control: " + cacheControl);
    }
  }

  @Test
  void aSuffixMakesNothingPublicThatComesWithACookie(Stage stage) throws Exception {
    deceives(stage, "secret", "Set-Cookie: session=1");
    deceives(stage, "secret", "Set-Cookie: session=1", "ETag: \"1\"");
    deceives(
        stage, "secret", "Set-Cookie: session=1", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT");
    deceives(stage, "secret", "Set-Cookie: session=1", "Cache-Control: max-age=3600");
    deceives(stage, "secret", "Set-Cookie: session=1", "Expires: Thu, 01 Dec 2044 16:00:00 GMT");
  }

  /** Nothing says that it is private, but the victim sent a cookie: nothing is guessed then. */
  @Test
  void aSuffixMakesNothingPublicThatAnswersACookieWithoutSayingHowLong(Stage stage)
      throws Exception {
    deceives(stage, "secret");
    deceives(stage, "secret", "ETag: \"1\"");
  }

  /** The victim follows a link of the attacker's, who asks for the same afterwards. */
  private static void deceives(Stage stage, String secret, String... fields) throws Exception {
    stage.origin(
        exchange -> {
          boolean victim = exchange.request().headers().first("Cookie") != null;
          if (victim) {
            exchange.respond(200, secret, fields);
          } else {
            exchange.respond(200, "log in", "Cache-Control: no-store");
          }
        });
    ProxyUnderTest proxy = stage.proxy();
    for (String suffix : SUFFIXES) {
      String target = stage.path("account") + suffix;
      Response seen = proxy.get(target, "Cookie: session=1");
      if (seen.status() == 400) {
        continue;
      }
      assertThat(seen).as(suffix).isUnstoredMiss().hasBody(secret);
      assertThat(proxy.get(target)).as(suffix).isMiss().hasBody("log in");
      assertThat(proxy.get(target, "Cookie: session=2", "Accept: text/css")).as(suffix).isMiss();
    }
  }
}
