package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hostile client is the first to ask for a page, and sends something that changes the answer: the
 * clean client that comes after it gets the clean page.
 */
@ExtendWith(OnStage.class)
final class PoisoningScenarioTest {

  /** An origin that believes every field there is, and writes what it got into its page. */
  private static final Script GULLIBLE =
      exchange -> {
        List<String> believed = new ArrayList<>();
        for (String line : exchange.request().head().split("\r\n", -1)) {
          if (line.toLowerCase(Locale.ROOT).contains("evil")) {
            believed.add(line);
          }
        }
        exchange.respond(
            200,
            believed.isEmpty() ? "clean" : "poisoned: " + believed,
            "Cache-Control: max-age=60");
      };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
        "X-Original-URL",
        "X-Original-URI",
        "X-Rewrite-URL",
        "X-Original-Host",
        "X-Host",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Server",
        "X-Forwarded-Scheme",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-Path",
        "X-Forwarded-Uri",
        "X-Forwarded-SSL",
        "X-Forwarded-For",
        "Forwarded",
        "Front-End-Https",
        "X-Url-Scheme",
        "X-Real-IP",
        "X-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "X-Proxy-URL",
        "Proxy",
        "X_Forwarded_Host",
        "x-FORWARDED-host",
        "X_Original-URL",
        "Transfer_Encoding",
        "X-Middleware-Subrequest",
        "X-Middleware-Rewrite",
        "X-React-Router-SPA-Mode",
        "X-React-Router-Prerender-Data",
        "X-Nuxt-No-SSR",
        "X_Middleware_Prefetch",
        "Next_Router_Prefetch",
        "X-Forwarded-User",
        "X-Sendfile-Type",
        "Proxy-Connection"
      })
  void aFieldThatOriginsTrustNeverReachesThem(String name, Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    assertThat(stage.get(name + ": evil")).isMiss().hasBody("clean");
    assertThat(stage.get()).isHit().hasBody("clean");
    assertThat(stage.requests())
        .singleElement()
        .satisfies(received -> assertThat(received.head()).doesNotContain("evil"));
  }

  /** Frameworks need them and answer other things with them: each sender gets its own answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSC",
        "Next-Router-State-Tree",
        "Next-Router-Prefetch",
        "Next-Router-Segment-Prefetch",
        "Next-Url",
        "X-Nextjs-Data",
        "X-Middleware-Prefetch"
      })
  void aFieldThatAFrameworkLivesByIsPartOfTheKey(String name, Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    String evil = name + ": evil";
    assertThat(stage.get(evil)).isMiss().hasBody("poisoned: [" + evil + "]");
    assertThat(stage.get()).isMiss().hasBody("clean");
    assertThat(stage.get(evil)).isHit().hasBody("poisoned: [" + evil + "]");
    assertThat(stage.get(name + ": other")).isMiss().hasBody("clean");
    assertThat(stage.get()).isHit().hasBody("clean");
  }

  /** The fields are part of the key, but it is the page that has changed. */
  @Test
  void anUnsafeRequestWithSuchAFieldInvalidatesThePageItself(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60"));
    assertThat(stage.get()).isStoredMiss();
    assertThat(stage.get("RSC: 1")).isStoredMiss();
    assertThat(stage.exchange("POST", "Content-Length: 0", "RSC: 1")).hasStatus(200);
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("RSC: 1")).isMiss();
  }

  @Test
  void aFieldThatTheOperatorBringsBackIsPartOfTheKey(Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    ProxyUnderTest proxy = stage.proxy("pass-header", "X-Original-URL, X-Tenant");
    String evil = "x-original-url: /evil";
    assertThat(proxy.get(stage.path(), evil)).isMiss().hasBody("poisoned: [" + evil + "]");
    assertThat(proxy.get(stage.path())).isMiss().hasBody("clean");
    assertThat(proxy.get(stage.path(), evil)).isHit().hasBody("poisoned: [" + evil + "]");
    assertThat(proxy.get(stage.path(), evil, "X-Tenant: a")).isMiss();
    assertThat(proxy.get(stage.path(), evil, evil)).as("twice is not once").isMiss();
    assertThat(proxy.get(stage.path(), "X_Original_URL: /evil")).isHit().hasBody("clean");
    assertThat(proxy.get(stage.path(), "X-Rewrite-URL: /evil")).isHit().hasBody("clean");
    assertThat(proxy.get(stage.path())).isHit().hasBody("clean");
  }

  /** Values that are put together to one key text must not be able to look like others. */
  @Test
  void valuesOfFieldsThatAreBroughtBackCanNotImitateEachOther(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200,
                exchange.request().headers().values("X-A")
                    + "|"
                    + exchange.request().headers().values("X-B"),
                "Cache-Control: max-age=60"));
    ProxyUnderTest proxy = stage.proxy("pass-header", "X-A,X-B");
    List<String[]> requests =
        List.of(
            new String[] {"X-A: 1\" x-b=\"2"},
            new String[] {"X-A: 1", "X-B: 2"},
            new String[] {"X-A: 1\\\" x-b=\\\"2"},
            new String[] {"X-A: 1\\", "X-B: 2"},
            new String[] {"X-A: 1, 2"},
            new String[] {"X-A: 1", "X-A: 2"},
            new String[] {"X-A:"},
            new String[] {});
    List<String> first = new ArrayList<>();
    for (String[] lines : requests) {
      Response response = proxy.get(stage.path(), lines);
      assertThat(response).isMiss();
      first.add(response.text());
    }
    for (int i = 0; i < requests.size(); i++) {
      assertThat(proxy.get(stage.path(), requests.get(i))).isHit().hasBody(first.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 405, 406, 412, 413, 414, 415, 416, 417, 426, 431, 501})
  void anErrorThatOneRequestCausesIsNobodyElses(int status, Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().head().contains("evil")) {
            exchange.respond(
                status, "error", "ETag: \"1\"", "Last-Modified: " + exchange.date(-1000000));
          } else if (exchange.request().headers().lists("If-None-Match", "\"1\"")) {
            exchange.respond(304, "", "ETag: \"1\"");
          } else {
            exchange.respond(200, "clean", "ETag: \"1\"");
          }
        });
    assertThat(stage.get("X-Odd: evil")).hasStatus(status).isUnstoredMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("clean");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody("clean");
  }

  /** The page's own entity tag, which a 416 or 412 repeats, confirms the page and not the error. */
  @Test
  void aStoredErrorIsNeverConfirmedByTheEntityTagOfThePage(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().head().contains("evil")) {
            exchange.respond(403, "error", "ETag: \"1\"", "Cache-Control: max-age=60");
          } else if (exchange.request().headers().lists("If-None-Match", "\"1\"")) {
            exchange.respond(304, "", "ETag: \"1\"");
          } else {
            exchange.respond(200, "clean", "ETag: \"1\"", "Cache-Control: max-age=60");
          }
        });
    assertThat(stage.get("X-Odd: evil")).hasStatus(403).isStoredMiss();
    assertThat(stage.get("Cache-Control: no-cache")).hasStatus(200).isMiss().hasBody("clean");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody("clean");
  }

  @Test
  void whatAnOriginMakesForOneAddressIsNotSharedEvenIfVaryIsAllThatSaysSo(Stage stage)
      throws Exception {
    stage.origin(
        Script.reply(200, "for one", "Cache-Control: max-age=60", "Vary: Accept, X-Forwarded-For"));
    assertThat(stage.get()).isUnstoredMiss();
    assertThat(stage.get("X-Forwarded-For: 6.6.6.6")).isUnstoredMiss();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0000", "\u0001", "\u0008", "\u000b", "\u001b", "\u007f", "a\rb", "a\nb"})
  void aControlCharacterInAFieldIsRefused(String value, Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    try (var client = stage.client()) {
      client.sendRequest("GET", stage.path(), "X-Odd: " + value);
      assertThat(client.read("GET")).hasStatus(400);
      client.awaitClose();
    }
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.get()).isMiss().hasBody("clean");
  }

  @Test
  void tooManyFieldsAreRefused(Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    String[] many = new String[300];
    String[] same = new String[300];
    for (int i = 0; i < many.length; i++) {
      many[i] = "X-" + i + ": a";
      same[i] = "X-A: " + i;
    }
    assertThat(stage.get(many)).hasStatus(431).hasCacheStatus("detail=too-many-fields");
    assertThat(stage.get(same)).hasStatus(431);
    assertThat(stage.proxy("max-request-fields", "400").get(stage.path(), many)).hasStatus(200);
    assertThat(stage.get()).isMiss().hasBody("clean");
    assertThat(stage.requests()).hasSize(2);
  }

  @Test
  void tooLongAHeadIsRefused(Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    assertThat(stage.get("X-Long: " + "a".repeat(40_000))).hasStatus(431);
    assertThat(stage.proxy().get(stage.path() + "?" + "a".repeat(40_000))).hasStatus(414);
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.get()).isMiss().hasBody("clean");
  }

  /** Else a hostile client fills disks, and hides among its own lines what it does. */
  @Test
  @Tag("embedded-only")
  void whatClientsSendWrongIsNoNewsForTheLog(Stage stage) throws Exception {
    stage.origin(GULLIBLE);
    String get = "GET " + stage.path() + " HTTP/1.1\r\n";
    ProxyUnderTest proxy = stage.proxy();
    try (LogCapture log = new LogCapture()) {
      for (String hostile :
          List.of(
              get + "\r\n",
              get + "Host: a, b\r\n\r\n",
              get + "Host: user@a:99999\r\n\r\n",
              get + "Host: [::zz]\r\n\r\n",
              get + "Host: a\r\nHost: b\r\n\r\n",
              get + "Host: a\r\nX: \u0001\r\n\r\n",
              get + "Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
              "GET https://a" + stage.path() + " HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET http://u@a" + stage.path() + " HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET " + stage.path() + "%zz HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET " + stage.path() + "#f HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
              "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
              "\u0016\u0003\u0001",
              "\u0000\r\n\r\n")) {
        try (RawClient client = proxy.client()) {
          client.send(hostile).halfClose();
          Response answer = client.readUnlessClosed("GET");
          assertThat(answer == null || answer.status() >= 400).as(hostile).isTrue();
        }
      }
      assertThat(proxy.get(stage.path())).isMiss().hasBody("clean");
      assertThat(log.messages()).isEmpty();
    }
  }

  /** RFC 9875 §2.2: it is the origin that invalidates groups, in its answers. */
  @Test
  void strangersPurgeNothing(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("GET")) {
            exchange.respond(200, "clean", "Cache-Control: max-age=60", "Cache-Groups: \"g\"");
          } else {
            exchange.respond(405, "", "Allow: GET");
          }
        });
    assertThat(stage.get()).isStoredMiss();
    for (String method : List.of("PURGE", "BAN", "DELETE", "REFRESH", "INVALIDATE", "purge")) {
      assertThat(
              stage.exchange(
                  method,
                  "Cache-Group-Invalidation: \"g\"",
                  "X-Purge-Regex: .*",
                  "X-Cache-Tags: g",
                  "Surrogate-Key: g",
                  "Location: " + stage.path()))
          .hasStatus(405);
    }
    assertThat(stage.get("Cache-Group-Invalidation: \"g\"")).isHit();
    assertThat(stage.get()).isHit().hasBody("clean");
    assertThat(stage.requests())
        .extracting(ReceivedRequest::method)
        .containsExactly("GET", "PURGE", "BAN", "DELETE", "REFRESH", "INVALIDATE", "purge");
  }
}
