package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An origin whose responses can't be read one way only (RFC 9112 §2.2, §5, §6, §7): refused, or
 * broken off where the answer has begun; its connection is closed, and the next requests get their
 * own answers.
 */
@ExtendWith(OnStage.class)
final class OriginNonsenseScenarioTest {

  private static final String HEAD = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";

  /** What a response that is mistaken for two would bring in. */
  private static final String FORGED =
      HEAD + "Set-Cookie: forged=1\r\nContent-Length: 6\r\n\r\nforged";

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("lengths that differ", "Content-Length: 5\r\nContent-Length: 6"),
        Arguments.of("a list of lengths that differ", "Content-Length: 5, 6"),
        Arguments.of("a signed length", "Content-Length: +5"),
        Arguments.of("a length in hexadecimal", "Content-Length: 0x5"),
        Arguments.of("two lengths in one", "Content-Length: 5 5"),
        Arguments.of("a length that overflows", "Content-Length: 18446744073709551621"),
        Arguments.of("an empty length", "Content-Length:"),
        Arguments.of("a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        Arguments.of("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        Arguments.of("a coding below chunked", "Transfer-Encoding: gzip, chunked"),
        Arguments.of("a coding above chunked", "Transfer-Encoding: chunked, gzip"),
        Arguments.of("chunked twice", "Transfer-Encoding: chunked, chunked"),
        Arguments.of(
            "chunked in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        Arguments.of(
            "identity, then chunked", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
        Arguments.of("no coding", "Transfer-Encoding: identity"),
        Arguments.of("a misspelt coding", "Transfer-Encoding: xchunked"),
        Arguments.of("a quoted coding", "Transfer-Encoding: \"chunked\""),
        Arguments.of("a coding behind a control", "Transfer-Encoding: \u000bchunked"),
        Arguments.of("a space before the colon", "Transfer-Encoding : chunked"),
        Arguments.of("a tab before the colon", "Content-Length\t: 5"),
        Arguments.of("a folded line", "X: a\r\n Content-Length: 5"),
        Arguments.of("a folded length", "Content-Length:\r\n 5"),
        Arguments.of("a CR in a value", "X: a\rSet-Cookie: forged=1\r\nContent-Length: 5"),
        Arguments.of("CR CR LF", "X: a\r\r\nContent-Length: 5"),
        Arguments.of("a NUL in a value", "X: a\0b\r\nContent-Length: 5"),
        Arguments.of("a control in a value", "X: a\u0001b\r\nContent-Length: 5"),
        Arguments.of("a NUL in a name", "X\0Y: a\r\nContent-Length: 5"),
        Arguments.of("a CR in a name", "X\rY: a\r\nContent-Length: 5"),
        Arguments.of("a space in a name", "X Y: a\r\nContent-Length: 5"),
        Arguments.of("a bracket in a name", "X(Y): a\r\nContent-Length: 5"),
        Arguments.of("a name beyond ASCII", "X\u00e4: a\r\nContent-Length: 5"),
        Arguments.of("no name", ": a\r\nContent-Length: 5"),
        Arguments.of("a line of its own", "Content-Length\r\nContent-Length: 5"));
  }

  static Stream<Arguments> unreadable() {
    String forged = "\r\n\r\n" + FORGED;
    return Stream.of(
        Arguments.of("HTTP/0.9", "<html>hello</html>\r\n" + forged),
        Arguments.of("HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\n12345"),
        Arguments.of("no version", "HTTP 200 OK\r\nContent-Length: 5\r\n\r\n12345"),
        Arguments.of("a status of four digits", "HTTP/1.1 2000 OK\r\n" + forged),
        Arguments.of("a status of two digits", "HTTP/1.1 20 OK\r\n" + forged),
        Arguments.of("a status of one digit", "HTTP/1.1 1\r\n" + forged),
        Arguments.of("a status of nothing but noughts", "HTTP/1.1 000\r\n" + forged),
        Arguments.of("a folded status line", "HTTP/1.1 200\r\n OK\r\n" + forged),
        Arguments.of("a NUL in the reason", "HTTP/1.1 200 O\0K\r\n" + forged),
        Arguments.of("a CR in the reason", "HTTP/1.1 200 O\rK\r\n" + forged),
        Arguments.of(
            "chunks in HTTP/1.0",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\n12345\r\n0\r\n\r\n"
                + FORGED),
        Arguments.of(
            "content of a 103", "HTTP/1.1 103 x\r\nContent-Length: 5\r\n\r\n12345" + FORGED),
        Arguments.of("content of a 100", "HTTP/1.1 100 x\r\n\r\nabc" + forged),
        Arguments.of("an unasked 304", "HTTP/1.1 304 x\r\nETag: \"1\"\r\n\r\n" + FORGED),
        Arguments.of("an unasked 101", "HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n" + FORGED));
  }

  static Stream<Arguments> broken() {
    String last = "\r\n0\r\n\r\n" + FORGED;
    return Stream.of(
        Arguments.of("a chunk size that overflows", "fffffffffffffffff\r\n12345" + last),
        Arguments.of("a chunk size of 2^63", "8000000000000000\r\n12345" + last),
        Arguments.of("a negative chunk size", "-5\r\n12345" + last),
        Arguments.of("a chunk size with a prefix", "0x5\r\n12345" + last),
        Arguments.of("a chunk size with an underscore", "1_0\r\n12345" + last),
        Arguments.of("a space before the chunk size", " 5\r\n12345" + last),
        Arguments.of("no chunk size", ";a\r\n12345" + last),
        Arguments.of("a chunk size ended by LF", "5\n12345" + last),
        Arguments.of("a chunk size ended by CR", "5\r12345" + last),
        Arguments.of("a chunk that is too long", "5\r\n123456" + last),
        Arguments.of("a chunk that is too short", "7\r\n12345" + last),
        Arguments.of("a chunk ended by LF", "5\r\n12345\n0\r\n\r\n" + FORGED),
        Arguments.of("an open quote in an extension", "5;a=\"\r\n12345" + last),
        Arguments.of("a CR in an extension", "5;a\rb\r\n12345" + last),
        Arguments.of("a NUL in an extension", "5;a=\0\r\n12345" + last),
        Arguments.of("an endless extension", "5;" + "a".repeat(70_000) + "\r\n12345" + last),
        Arguments.of(
            "endless trailers",
            "5\r\n12345\r\n0\r\n" + "X-Trailer: a\r\n".repeat(6000) + "\r\n" + FORGED),
        Arguments.of("a folded trailer", "5\r\n12345\r\n0\r\nX: a\r\n b\r\n\r\n" + FORGED),
        Arguments.of("a CR in a trailer", "5\r\n12345\r\n0\r\nX: a\rb\r\n\r\n" + FORGED),
        Arguments.of("a trailer without a colon", "5\r\n12345\r\n0\r\nX\r\n\r\n" + FORGED));
  }

  /** Nothing is stored, every next request gets its own answer, and no stack trace is logged. */
  private static void assertNothingIsLeft(Stage stage, LogCapture log) throws IOException {
    stage.origin("other", Script.reply(200, "its own", "Cache-Control: no-store"));
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get(stage.path("other"))).isMiss().hasStatus(200).hasBody("its own");
      }
      assertThat(client.get(stage.path())).isMiss().hasStatus(200).hasBody("clean");
      assertThat(client.get(stage.path())).isHit().hasBody("clean");
    }
    assertThat(log.stackTraces()).isEmpty();
  }

  private static Script thenClean(Script nonsense) {
    return Script.sequence(nonsense, Script.reply(200, "clean", "Cache-Control: max-age=60"));
  }

  /** Writes this, leaves the connection open, and expects the proxy to close it. */
  private static Script kept(String bytes) {
    return exchange -> {
      exchange.write(bytes);
      exchange.awaitClosedByPeer();
    };
  }

  private static void assertRefused(Response response) {
    assertThat(response)
        .hasStatus(502)
        .hasHeaderLines("X-Cache", "MISS")
        .hasNoHeader("Set-Cookie")
        .hasNoHeader("X");
    assertThat(response.header("Proxy-Status")).startsWith("caching-proxy; error=");
    assertThat(response.text()).hasSizeLessThan(200).doesNotContain("12345", "forged");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void fieldsThatMayMeanTwoThingsAreRefused(String what, String fields, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      String content = fields.contains("chunked") ? "5\r\n12345\r\n0\r\n\r\n" : "12345";
      stage.origin(thenClean(kept(HEAD + fields + "\r\n\r\n" + content + FORGED)));
      assertRefused(stage.get());
      assertNothingIsLeft(stage, log);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unreadable")
  void whatIsNoResponseIsRefused(String what, String bytes, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(thenClean(kept(bytes)));
      assertRefused(stage.get());
      assertNothingIsLeft(stage, log);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void chunksThatMayMeanTwoThingsBreakTheAnswerOff(String what, String content, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(thenClean(kept(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + content)));
      try (RawClient client = stage.client()) {
        client.sendRequest("GET", stage.path());
        Response response = client.readUnlessClosed("GET");
        if (response != null && response.status() != 502) {
          assertThat(response).isTruncated();
        }
      }
      assertNothingIsLeft(stage, log);
    }
  }

  @Test
  void aHeadThatIsTooLargeIsRefused(Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      String field = "X-Long: " + "a".repeat(2 << 20) + "\r\n";
      stage.origin(thenClean(kept(HEAD + field + "Content-Length: 5\r\n\r\n12345" + FORGED)));
      assertRefused(stage.get());
      assertNothingIsLeft(stage, log);
    }
  }

  @Test
  void thousandsOfFieldsAreRefused(Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      String fields = "X-Many: a\r\n".repeat(10_000);
      stage.origin(thenClean(kept(HEAD + fields + "Content-Length: 5\r\n\r\n12345" + FORGED)));
      assertRefused(stage.get());
      assertNothingIsLeft(stage, log);
    }
  }

  @Test
  void anEndlessHeadIsRefused(Stage stage) throws Exception {
    endless(stage, HEAD, "X-Endless: a\r\n".repeat(1000));
  }

  @Test
  void anEndlessLineIsRefused(Stage stage) throws Exception {
    endless(stage, HEAD + "X-Endless: ", "a".repeat(10_000));
  }

  @Test
  void anEndlessStatusLineIsRefused(Stage stage) throws Exception {
    endless(stage, "HTTP/1.1 200 ", "a".repeat(10_000));
  }

  @Test
  void endlessInterimResponsesAreRefused(Stage stage) throws Exception {
    endless(stage, "", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(100));
  }

  private static void endless(Stage stage, String start, String again) throws IOException {
    try (LogCapture log = new LogCapture()) {
      Script endless =
          exchange -> {
            exchange.write(start);
            writeForEver(exchange, again);
          };
      stage.origin(thenClean(endless));
      assertRefused(stage.get());
      assertNothingIsLeft(stage, log);
    }
  }

  /** Until the proxy closes the connection. */
  private static void writeForEver(OriginExchange exchange, String again) throws IOException {
    while (true) {
      exchange.write(again);
    }
  }
}
