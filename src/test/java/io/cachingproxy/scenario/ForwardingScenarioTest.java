package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.HeaderLines;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client sends reaches the origin, and what the origin sends reaches the client. */
@ExtendWith(OnStage.class)
final class ForwardingScenarioTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "TRACE",
        "PROPFIND",
        "FROBNICATE",
        "get"
      })
  void everyMethodReachesTheOrigin(String method, Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "you sent " + exchange.request().method()));
    assertThat(stage.exchange(method)).hasStatus(200).isMiss().hasBody("you sent " + method);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 299, 301, 302, 307, 400, 401, 404, 418, 500, 503, 599})
  void everyStatusReachesTheClient(int status, Stage stage) throws Exception {
    stage.origin(Script.reply(status, "the body", "X-Kept: yes"));
    assertThat(stage.get())
        .hasStatus(status)
        .isMiss()
        .hasBody("the body")
        .hasHeaderLines("X-Kept", "yes");
  }

  @Test
  void aResponseWithoutContentHasNone(Stage stage) throws Exception {
    stage.origin(Script.reply(204, "", "X-Kept: yes"));
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path("a")))
          .hasStatus(204)
          .hasNoHeader("Content-Length")
          .hasNoHeader("Transfer-Encoding")
          .hasHeaderLines("X-Kept", "yes");
      assertThat(client.get(stage.path("b"))).hasStatus(204);
    }
  }

  @Test
  void anEmptyBodyIsEmpty(Stage stage) throws Exception {
    stage.origin(Script.reply(200, ""));
    assertThat(stage.get()).isMiss().hasBody("").hasHeaderLines("Content-Length", "0");
    assertThat(stage.get()).isHit().hasBody("").hasHeaderLines("Content-Length", "0");
  }

  @Test
  void redirectsAreTheClientsBusiness(Stage stage) throws Exception {
    stage.origin(Script.reply(302, "", "Location: " + stage.path("elsewhere")));
    assertThat(stage.get()).hasStatus(302).hasHeaderLines("Location", stage.path("elsewhere"));
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void responseFieldsKeepTheirOrderDuplicatesAndValues(Stage stage) throws Exception {
    String[] lines = {
      "Cache-Control: max-age=60",
      "X-Odd:   two  words  ",
      "Set-Cookie: a=1; Path=/",
      "X-Latin: caf\u00e9 \u00ff",
      "Set-Cookie: b=2",
      "X-Empty:",
      "X-List: 1,2 ,,3",
      "x-lower: X",
      "X-Quoted: \"a, b\" \\"
    };
    stage.origin(Script.reply(200, "x", lines));
    List<String> sent = Arrays.stream(lines).map(ForwardingScenarioTest::normal).toList();

    Response miss = stage.get();
    Response hit = stage.get();

    assertThat(endToEnd(miss)).containsSubsequence(sent).containsOnlyOnceElementsOf(sent);
    assertThat(hit).isHit();
    assertThat(endToEnd(hit)).containsSubsequence(sent).containsOnlyOnceElementsOf(sent);
  }

  private static List<String> endToEnd(Response response) {
    return response.headers().lines().stream().map(ForwardingScenarioTest::normal).toList();
  }

  /** The line with its name in lower case and no space around its value. */
  private static String normal(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase(Locale.ROOT)
        + ":"
        + line.substring(colon + 1).strip();
  }

  @Test
  void requestFieldsReachTheOriginAndNothingIsMadeUp(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    String[] sent = {
      "X-Two: 1", "Accept: text/html;q=0.9, */*", "X-Two: 2", "Cookie: a=b; c=d", "X-Latin: \u00e9"
    };
    assertThat(stage.get(sent)).hasStatus(200);

    HeaderLines received = stage.lastRequest().headers();
    assertThat(received.values("X-Two")).containsExactly("1", "2");
    assertThat(received.values("Accept")).containsExactly("text/html;q=0.9, */*");
    assertThat(received.values("Cookie")).containsExactly("a=b; c=d");
    assertThat(received.values("X-Latin")).containsExactly("\u00e9");
    for (String name :
        List.of(
            "User-Agent",
            "Accept-Encoding",
            "Accept-Language",
            "Content-Length",
            "Transfer-Encoding",
            "Content-Type",
            "If-None-Match")) {
      assertThat(received.values(name)).as(name).isEmpty();
    }
  }

  @Test
  void hostBecomesTheOrigins(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(stage.get("Host: www.example.com")).hasStatus(200);
    assertThat(stage.lastRequest().headers().values("Host"))
        .containsExactly(stage.sharedOrigin().authority());
  }

  @Test
  void hostIsKeptOnDemand(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    ProxyUnderTest proxy = stage.proxy("preserve-host", "true");
    assertThat(proxy.get(stage.path(), "Host: www.example.com")).hasStatus(200);
    assertThat(stage.lastRequest().headers().values("Host")).containsExactly("www.example.com");
  }

  @Test
  void hostsThatAreKeptShareNoStoredResponse(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200, "for " + exchange.request().header("Host"), "Cache-Control: max-age=60"));
    ProxyUnderTest proxy = stage.proxy("preserve-host", "true");
    assertThat(proxy.get(stage.path(), "Host: a.example")).isMiss().hasBody("for a.example");
    assertThat(proxy.get(stage.path(), "Host: b.example")).isMiss().hasBody("for b.example");
    assertThat(proxy.get(stage.path(), "Host: a.example")).isHit().hasBody("for a.example");
  }

  @Test
  void bodiesComeThroughByteForByteMissAndHit(Stage stage) throws Exception {
    byte[] body = new byte[300_000];
    new Random(42).nextBytes(body);
    stage.origin(Script.reply(200, body, "Cache-Control: max-age=60", "Content-Encoding: gzip"));

    for (String cache : List.of("MISS", "HIT")) {
      assertThat(stage.get("Accept-Encoding: gzip, br"))
          .hasBody(body)
          .hasHeaderLines("X-Cache", cache)
          .hasHeaderLines("Content-Encoding", "gzip")
          .hasHeaderLines("Content-Length", "300000");
    }
    assertThat(stage.lastRequest().headers().values("Accept-Encoding")).containsExactly("gzip, br");
  }

  @Test
  void anUncompressedBodyIsNotCompressedForTheClient(Stage stage) throws Exception {
    String text = "a text that compresses well ".repeat(1000);
    stage.origin(Script.reply(200, text, "Content-Type: text/plain"));
    assertThat(stage.get("Accept-Encoding: gzip")).hasBody(text).hasNoHeader("Content-Encoding");
  }

  @Test
  void aChunkedBodyComesThroughWholeMissAndHit(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, "Cache-Control: max-age=60");
          exchange.chunk("one ");
          exchange.chunk("two ");
          exchange.chunk("three");
          exchange.lastChunk();
        });
    assertThat(stage.get()).isMiss().hasBody("one two three");
    assertThat(stage.get()).isHit().hasBody("one two three");
  }

  @Test
  void aBodyThatEndsWithTheConnectionComesThroughWhole(Stage stage) throws Exception {
    stage.origin(Script.raw("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end"));
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("until the end");
  }

  @Test
  void aContentTypeIsNotTouched(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "<p>", "Content-Type: text/html"));
    assertThat(stage.get()).isMiss().hasHeaderLines("Content-Type", "text/html");
    assertThat(stage.get()).isHit().hasHeaderLines("Content-Type", "text/html");
  }

  @Test
  void nothingSaysWhatThisProxyIsMadeOf(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(stage.get()).hasStatus(200).hasNoHeader("Server").hasNoHeader("X-Powered-By");
  }

  @Test
  void aLengthOfAResponseWithoutContentIsDropped(Stage stage) throws Exception {
    stage.origin(Script.raw("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"));
    assertThat(stage.get()).hasStatus(204).isMiss().hasNoHeader("Content-Length");
    assertThat(stage.get()).hasStatus(204).isHit().hasNoHeader("Content-Length");
  }

  @Test
  @Tag("embedded-only")
  void tunnelsAreRefused(Stage stage) throws Exception {
    try (RawClient client = stage.client()) {
      client.send("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
      assertThat(client.read("CONNECT")).hasStatus(501).hasHeaderLines("X-Cache", "MISS");
    }
  }
}
