package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import io.cachingproxy.testing.TruncatedMessageException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where one request ends and the next begins is never in doubt (RFC 9112 §6, §11.2): what could be
 * read in two ways is refused and the connection closed, and a second request that hides in the
 * content of a first never reaches the origin.
 */
@ExtendWith(OnStage.class)
final class SmugglingScenarioTest {

  /** Says which request it answers, after it has read its content. */
  private static final Script ECHO =
      exchange -> {
        exchange.body().transferTo(OutputStream.nullOutputStream());
        exchange.respond(200, exchange.request().target(), "Cache-Control: max-age=60");
      };

  /** The request that must not come out at the other end. */
  private static String hidden(Stage stage) {
    return "GET " + stage.path("hidden") + " HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  }

  /** Lines of a head that leave its framing in doubt: refused, whatever follows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // Both, in either order.
        "Content-Length: 6|Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked|Content-Length: 6",
        "Content-Length: 0|Transfer-Encoding: chunked",
        "Content-Length: 6|Transfer-Encoding: identity",
        "Content-Length: 6|transfer-encoding:\tchunked",
        // Content-Length that is no number, or not one.
        "Content-Length: +6",
        "Content-Length: -6",
        "Content-Length: 6 6",
        "Content-Length: 6,6",
        "Content-Length: 6, 7",
        "Content-Length: 0x6",
        "Content-Length: 6.0",
        "Content-Length: 6e0",
        "Content-Length: \"6\"",
        "Content-Length:",
        "Content-Length: ",
        "Content-Length: 6;",
        "Content-Length: 99999999999999999999",
        "Content-Length: 9223372036854775808",
        "Content-Length: 6|Content-Length: 7",
        "Content-Length: 6|Content-Length: 6",
        "Content-Length: 6\u000b",
        "Content-Length: \u0000006",
        "Content-Length: \u00b2",
        // Transfer-Encoding that only some would take for chunked.
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked|Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked|Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked|Transfer-Encoding: identity",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: chunked\u000b",
        "Transfer-Encoding: \u000bchunked",
        "Transfer-Encoding: chun\u0000ked",
        "Transfer-Encoding:",
        "Transfer-Encoding: cow",
        // Lines that only some would take for fields.
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Content-Length : 6",
        "Transfer-Encoding\u000b: chunked",
        "Transfer\u0000-Encoding: chunked",
        " Transfer-Encoding: chunked",
        "X: y| Transfer-Encoding: chunked",
        "X: y|\tTransfer-Encoding: chunked",
        "Transfer-Encoding:| chunked",
        "Transfer-Encoding",
        ": chunked",
        "X: y\rTransfer-Encoding: chunked",
        "X: y\nTransfer-Encoding: chunked",
        "X: y\r\rTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r",
        "X\r: y"
      })
  void aHeadWhoseFramingIsInDoubtIsRefused(String lines, Stage stage) throws Exception {
    stage.origin(ECHO);
    String head = "POST " + stage.path() + " HTTP/1.1\r\nHost: a.example\r\n";
    refused(stage, head + lines.replace("|", "\r\n") + "\r\n\r\n0\r\n\r\n" + hidden(stage));
  }

  /** Codings that are known but not taken (RFC 9112 §6.1: 501), and nothing after them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: gzip|Transfer-Encoding: chunked",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: , chunked",
        "Transfer-Encoding: chunked,"
      })
  void aCodingThatCanNotBeUndoneIsRefused(String lines, Stage stage) throws Exception {
    stage.origin(ECHO);
    String head = "POST " + stage.path() + " HTTP/1.1\r\nHost: a.example\r\n";
    refused(stage, head + lines.replace("|", "\r\n") + "\r\n\r\n0\r\n\r\n" + hidden(stage));
  }

  /** RFC 9112 §6.1: "as if the framing is faulty". */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked",
        "Connection: keep-alive|Transfer-Encoding: chunked",
        "Connection: keep-alive|Transfer-Encoding: chunked|Content-Length: 5",
        "Connection: keep-alive|Content-Length: 5|Transfer-Encoding: chunked"
      })
  void http10HasNoTransferCodings(String lines, Stage stage) throws Exception {
    stage.origin(ECHO);
    String head = "POST " + stage.path() + " HTTP/1.0\r\nHost: a.example\r\n";
    refused(stage, head + lines.replace("|", "\r\n") + "\r\n\r\n0\r\n\r\n" + hidden(stage));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET\t%s\tHTTP/1.1",
        "GET %s HTTP/1.1 ",
        "GET %s HTTP/1.1 HTTP/1.1",
        "GET %s HTTP/1.1\rX: y",
        "GET %s HTTP/1.1\nX: y",
        "GET %s",
        "GET %s HTTP/0.9",
        "GET %s HTTP/1.2.3",
        "GET %s HTTP/3.0",
        "GET %s ICAP/1.0",
        "GET %s x HTTP/1.1",
        "G\u0000T %s HTTP/1.1",
        "G(T %s HTTP/1.1",
        " GET %s HTTP/1.1",
        "GET %s\u0000 HTTP/1.1",
        "GET %s\u007f HTTP/1.1",
        "GET x%s HTTP/1.1"
      })
  void aRequestLineInDoubtIsRefused(String line, Stage stage) throws Exception {
    stage.origin(ECHO);
    refused(stage, line.formatted(stage.path()) + "\r\nHost: a.example\r\n\r\n" + hidden(stage));
  }

  /** RFC 9110 §4.2.1. A container finds a path in these, and a site in Host. */
  @ParameterizedTest
  @Tag("embedded-only")
  @ValueSource(strings = {"http:%s", "http://%s", "https:%s", "http:///%s", "a%s", "*%s", "x:%s"})
  void aTargetInNoneOfTheFourFormsIsRefused(String target, Stage stage) throws Exception {
    stage.origin(ECHO);
    String line = "GET " + target.formatted(stage.path()) + " HTTP/1.1\r\n";
    refused(stage, line + "Host: a.example\r\n\r\n" + hidden(stage));
  }

  /** RFC 9112 §3 lets a recipient be lenient here; what goes on is written anew. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  %s HTTP/1.1",
        "GET %s  HTTP/1.1",
        "GET %s http/1.1",
        "\r\n\r\nGET %s HTTP/1.1"
      })
  void aRequestLineThatIsOddButClearGoesOnAsItShouldBe(String line, Stage stage) throws Exception {
    stage.origin(ECHO);
    try (RawClient client = stage.client()) {
      client.send(line.formatted(stage.path()) + "\r\nHost: a.example\r\n\r\n");
      assertThat(client.read("GET")).isMiss().hasBody(stage.path());
    }
    assertThat(stage.lastRequest().head()).startsWith("GET " + stage.path() + " HTTP/1.1\r\n");
    assertThat(stage.proxy().get(stage.path(), "Host: a.example")).isHit().hasBody(stage.path());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\nx\r\n",
        "+1\r\nx\r\n",
        "0x1\r\nx\r\n",
        " 1\r\nx\r\n",
        "1 1\r\nx\r\n",
        "1\u000b\r\nx\r\n",
        "1\nx\r\n",
        "1\r\nx\n",
        "1\rx\r\n",
        "1\r\nxx\r\n",
        "1\r\nx0\r\n\r\n",
        "1;\r\nx\r\n",
        "1;a\nb\r\nx\r\n",
        "1;a\rb\r\nx\r\n",
        "1;a=\"\r\nx\r\n",
        "1;a=\"b\r\nc\"\r\nx\r\n",
        "1;a=\"b\nc\"\r\nx\r\n",
        "1;a=\"\\\r\nx\r\n",
        "1;a=\u0000\r\nx\r\n",
        "100000000\r\n",
        "7fffffffffffffff\r\n",
        "10000000000000001\r\nx\r\n",
        "fffffffffffffffff1\r\nx\r\n",
        "0000000000000000000000000000000001\r\nx\r\n",
        "0\r\nContent-Length : 5\r\n\r\n",
        "0\r\n X: y\r\n\r\n",
        "0\nX: y\r\n\r\n",
        "0\r\nX: y\n\r\n",
        "0\r\n\n",
        "0\r\n\rX"
      })
  void chunksInDoubtEndTheConnection(String content, Stage stage) throws Exception {
    stage.origin(ECHO);
    try (RawClient client = stage.client()) {
      client.send(
          "POST "
              + stage.path()
              + " HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send(content + "0\r\n\r\n" + hidden(stage)).halfClose();
      Response response = readUnlessBroken(client);
      if (response != null) {
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertThat(readUnlessBroken(client)).as("after an error, nothing").isNull();
      }
    }
    onlyCleanRequestsWereSeen(stage);
  }

  /** Legal, if odd: one request, and its content is content. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;a=b;c=\"d;\\\"\"\r\nhello\r\n0\r\n\r\n",
        "05\r\nhello\r\n000\r\n\r\n",
        "5;a\r\nhello\r\n0;b\r\nX-Trailer: y\r\n\r\n",
        "5 ;a=b\r\nhello\r\n0\r\n\r\n"
      })
  void chunkExtensionsStayWithTheirHop(String content, Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, exchange.readBody(), "Cache-Control: no-store"));
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), "Transfer-Encoding: chunked").send(content);
      assertThat(client.read("POST")).hasStatus(200).hasBody("hello");
      assertThat(client.get(stage.path("next"))).hasStatus(200);
    }
    assertThat(stage.requests())
        .extracting(ReceivedRequest::target)
        .containsExactly(stage.path(), stage.path("next"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: %d",
        "Content-Length: 000%d",
        "content-length:%d",
        "CONTENT-LENGTH:  %d\t"
      })
  void aRequestInTheContentOfAnotherIsContent(String line, Stage stage) throws Exception {
    stage.origin(ECHO);
    for (String method : List.of("GET", "POST", "HEAD", "DELETE", "OPTIONS", "BREW")) {
      try (RawClient client = stage.client()) {
        String content = hidden(stage);
        client.sendRequest(method, stage.path(), line.formatted(content.length())).send(content);
        assertThat(client.read(method)).hasStatus(200);
        assertThat(client.get(stage.path("next"))).hasStatus(200).hasBody(stage.path("next"));
      }
    }
    onlyCleanRequestsWereSeen(stage);
  }

  /**
   * An origin that never looks at the content of a GET takes it for the next request on the same
   * connection: so that connection is no one else's.
   */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
  void anOriginThatIgnoresTheContentOfARequestIsNotAskedTwiceOnOneConnection(
      String method, Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "clean", "Cache-Control: no-store"));
    String content = hidden(stage);
    try (RawClient client = stage.client()) {
      client.sendRequest(method, stage.path(), "Content-Length: " + content.length()).send(content);
      assertThat(client.read(method)).hasStatus(200);
    }
    assertThat(stage.lastRequest().headers().joined("Connection")).contains("close");
    assertThat(stage.proxy().get(stage.path("next"))).hasBody("clean");
    assertThat(stage.requests()).extracting(ReceivedRequest::connection).doesNotHaveDuplicates();
  }

  /** Pipelined bytes after an error are not looked at. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a, b\r\nX: \u0001\r\n\r\n",
        "NONSENSE\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void nothingAfterAnErrorCounts(String error, Stage stage) throws Exception {
    stage.origin(ECHO);
    refused(stage, error + hidden(stage));
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder(Stage stage) throws Exception {
    stage.origin(ECHO);
    try (RawClient client = stage.client()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        all.append("GET ").append(stage.path("" + i)).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 20; i++) {
        assertThat(client.read("GET")).hasBody(stage.path("" + i));
      }
    }
  }

  /** Sends it, and is answered with an error and the end of the connection, or just the latter. */
  private static void refused(Stage stage, String bytes) throws IOException {
    try (RawClient client = stage.client()) {
      client.send(bytes).halfClose();
      Response response = readUnlessBroken(client);
      if (response != null) {
        assertThat(response.status()).isGreaterThanOrEqualTo(400);
        assertThat(readUnlessBroken(client)).as("after an error, nothing").isNull();
      }
    }
    onlyCleanRequestsWereSeen(stage);
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(stage.path());
    assertThat(stage.get()).isHit().hasBody(stage.path());
  }

  private static @Nullable Response readUnlessBroken(RawClient client) throws IOException {
    try {
      return client.read("GET");
    } catch (TruncatedMessageException closed) {
      return null;
    }
  }

  private static void onlyCleanRequestsWereSeen(Stage stage) {
    assertThat(stage.requests())
        .extracting(ReceivedRequest::target)
        .doesNotContain(stage.path("hidden"));
  }
}
