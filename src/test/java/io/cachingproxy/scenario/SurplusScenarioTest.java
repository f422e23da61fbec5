package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Gate;
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
 * What an origin sends beyond the end of a response is nobody's answer (RFC 9112 §6.3): the
 * connection is closed, whenever it comes, and the next requests get their own answers.
 */
@ExtendWith(OnStage.class)
final class SurplusScenarioTest {

  private static final String FORGED =
      "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 6\r\n\r\nforged";

  private static final String HEAD = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";

  /** Responses after which more follows: of a name, the method they answer, their bytes. */
  static Stream<Arguments> followed() {
    return Stream.of(
        Arguments.of("a length", "GET", HEAD + "Content-Length: 5\r\n\r\n12345"),
        Arguments.of("a length of 0", "GET", HEAD + "Content-Length: 0\r\n\r\n"),
        Arguments.of(
            "a length of many buffers",
            "GET",
            HEAD + "Content-Length: 100000\r\n\r\n" + "1234567890".repeat(10_000)),
        Arguments.of(
            "chunks", "GET", HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"),
        Arguments.of(
            "trailers",
            "GET",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\nX: a\r\n\r\n"),
        Arguments.of("HEAD", "HEAD", HEAD + "ETag: \"1\"\r\n\r\n"),
        Arguments.of("HEAD with a length", "HEAD", HEAD + "Content-Length: 99\r\n\r\n"),
        Arguments.of("HEAD with chunks", "HEAD", HEAD + "Transfer-Encoding: chunked\r\n\r\n"),
        Arguments.of("a 204", "GET", "HTTP/1.1 204 x\r\nCache-Control: max-age=60\r\n\r\n"),
        Arguments.of(
            "a 204 with a length",
            "GET",
            "HTTP/1.1 204 x\r\nCache-Control: max-age=60\r\nContent-Length: 99\r\n\r\n"),
        Arguments.of("a 404", "GET", "HTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\nx"),
        Arguments.of("a POST", "POST", "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nx"));
  }

  /** Responses that announce content which can't be theirs. */
  static Stream<Arguments> announcing() {
    return followed().filter(each -> ((String) each.get()[0]).contains(" with "));
  }

  private static void assertNothingIsLeft(Stage stage, LogCapture log) throws IOException {
    stage.origin("other", Script.reply(200, "its own", "Cache-Control: no-store"));
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get(stage.path("other"))).isMiss().hasStatus(200).hasBody("its own");
      }
    }
    assertThat(log.stackTraces()).isEmpty();
  }

  private static void assertNothingIsStored(Stage stage) throws IOException {
    stage.origin(Script.reply(200, "clean", "Cache-Control: max-age=60"));
    assertThat(stage.get()).isMiss().hasStatus(200).hasBody("clean");
    assertThat(stage.get()).isHit().hasBody("clean");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void whatComesWithTheEndIsNobodysAnswerAndNothingIsStored(
      String what, String method, String response, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          exchange -> {
            exchange.write(response + FORGED);
            exchange.awaitClosedByPeer();
          });
      Response seen = stage.exchange(method);
      assertThat(seen.status()).isNotEqualTo(502);
      assertThat(seen.text()).doesNotContain("forged");
      assertNothingIsLeft(stage, log);
      assertNothingIsStored(stage);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void aSingleByteWithTheEndIsEnough(String what, String method, String response, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          exchange -> {
            exchange.write(response + "H");
            exchange.awaitClosedByPeer();
          });
      assertThat(stage.exchange(method).status()).isNotEqualTo(502);
      assertNothingIsLeft(stage, log);
      assertNothingIsStored(stage);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void whatComesOnAnIdleConnectionIsNobodysAnswer(
      String what, String method, String response, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      Gate answered = stage.gate();
      Gate late = stage.gate();
      stage.origin(
          exchange -> {
            exchange.write(response);
            answered.await();
            writeAll(exchange, FORGED);
            late.open();
            exchange.awaitClosedByPeer();
          });
      assertThat(stage.exchange(method).status()).isNotEqualTo(502);
      answered.open();
      late.await();
      assertNothingIsLeft(stage, log);
    }
  }

  /** The part that has come must not be completed by what comes after the next request. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void whatIsBegunOnAnIdleConnectionEndsIt(String what, String method, String response, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      Gate answered = stage.gate();
      Gate late = stage.gate();
      stage.origin(
          exchange -> {
            exchange.write(response);
            answered.await();
            writeAll(exchange, FORGED.substring(0, 10));
            late.open();
            exchange.awaitClosedByPeer();
          });
      assertThat(stage.exchange(method).status()).isNotEqualTo(502);
      answered.open();
      late.await();
      assertNothingIsLeft(stage, log);
    }
  }

  /** Whenever it sends that content: here, when the next requests have been answered. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("announcing")
  void noRequestFollowsAResponseThatAnnouncesWhatItCannotHave(
      String what, String method, String response, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          exchange -> {
            exchange.write(response);
            exchange.awaitClosedByPeer();
          });
      assertThat(stage.exchange(method).status()).isNotEqualTo(502);
      assertNothingIsLeft(stage, log);
    }
  }

  @Test
  void a304WithContentFreshensAndItsContentIsNobodysAnswer(Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          Script.sequence(
              Script.reply(200, "stored", "Cache-Control: max-age=0", "ETag: \"1\""),
              exchange -> {
                exchange.write(
                    "HTTP/1.1 304 x\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\n"
                        + "Content-Length: 6\r\n\r\nforged"
                        + FORGED);
                exchange.awaitClosedByPeer();
              }));
      assertThat(stage.get()).isMiss().hasBody("stored");
      assertThat(stage.get()).isRevalidatedHit().hasBody("stored");
      assertThat(stage.get()).isHit().hasBody("stored");
      assertNothingIsLeft(stage, log);
    }
  }

  /** The connection is kept where nothing is wrong: the tests above would pass without any. */
  @Test
  void aConnectionWithNothingLeftIsUsedAgain(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: no-store"));
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get(stage.path())).hasBody("x");
      }
    }
    assertThat(stage.requests().stream().map(each -> each.connection()).distinct())
        .hasSizeLessThan(20);
  }

  private static void writeAll(OriginExchange exchange, String bytes) {
    try {
      exchange.write(bytes);
    } catch (IOException closedAlready) {
      // As it should be.
    }
  }
}
