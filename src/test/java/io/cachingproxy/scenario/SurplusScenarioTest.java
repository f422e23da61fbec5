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

  /**
   * A response after which more follows.
   *
   * @param name what is special about it
   * @param method that it answers
   * @param bytes its own, and no more
   * @param status that its client gets
   * @param body that its client gets
   * @param isStored whether the next GET gets it, too, if nothing follows at once
   */
  private record Followed(
      String name, String method, String bytes, int status, String body, boolean isStored) {

    @Override
    public String toString() {
      return name;
    }

    /** What its client sees, whatever follows. */
    private void assertAnswers(Response seen) {
      assertThat(seen).isMiss().hasStatus(status).hasBody(body);
    }

    /** What the next client sees, if nothing came before the response was whole. */
    private void assertAnswersTheNextGetIfStored(Stage stage) throws IOException {
      if (isStored) {
        assertThat(stage.get()).isHit().hasStatus(status).hasBody(body);
      } else {
        assertNothingIsStored(stage);
      }
    }
  }

  static Stream<Followed> followed() {
    String many = "1234567890".repeat(10_000);
    return Stream.of(
        new Followed(
            "a length", "GET", HEAD + "Content-Length: 5\r\n\r\n12345", 200, "12345", true),
        new Followed("a length of 0", "GET", HEAD + "Content-Length: 0\r\n\r\n", 200, "", true),
        new Followed(
            "a length of many buffers",
            "GET",
            HEAD + "Content-Length: 100000\r\n\r\n" + many,
            200,
            many,
            true),
        new Followed(
            "chunks",
            "GET",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n",
            200,
            "12345",
            true),
        new Followed(
            "trailers",
            "GET",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\nX: a\r\n\r\n",
            200,
            "12345",
            true),
        new Followed("HEAD", "HEAD", HEAD + "ETag: \"1\"\r\n\r\n", 200, "", false),
        new Followed(
            "HEAD with a length", "HEAD", HEAD + "Content-Length: 99\r\n\r\n", 200, "", false),
        new Followed(
            "HEAD with chunks",
            "HEAD",
            HEAD + "Transfer-Encoding: chunked\r\n\r\n",
            200,
            "",
            false),
        new Followed(
            "a 204", "GET", "HTTP/1.1 204 x\r\nCache-Control: max-age=60\r\n\r\n", 204, "", true),
        new Followed(
            "a 204 with a length",
            "GET",
            "HTTP/1.1 204 x\r\nCache-Control: max-age=60\r\nContent-Length: 99\r\n\r\n",
            204,
            "",
            true),
        new Followed(
            "a 404", "GET", "HTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\nx", 404, "x", true),
        new Followed(
            "a POST", "POST", "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nx", 200, "x", false));
  }

  /** Responses that announce content which can't be theirs. */
  static Stream<Followed> announcing() {
    return followed().filter(each -> each.name().contains(" with "));
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
  void whatComesWithTheEndIsNobodysAnswerAndNothingIsStored(Followed response, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          exchange -> {
            exchange.write(response.bytes() + FORGED);
            exchange.awaitClosedByPeer();
          });
      response.assertAnswers(stage.exchange(response.method()));
      assertNothingIsLeft(stage, log);
      assertNothingIsStored(stage);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void aSingleByteWithTheEndIsEnough(Followed response, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          exchange -> {
            exchange.write(response.bytes() + "H");
            exchange.awaitClosedByPeer();
          });
      response.assertAnswers(stage.exchange(response.method()));
      assertNothingIsLeft(stage, log);
      assertNothingIsStored(stage);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void whatComesOnAnIdleConnectionIsNobodysAnswer(Followed response, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      Gate answered = stage.gate();
      Gate late = stage.gate();
      stage.origin(
          exchange -> {
            exchange.write(response.bytes());
            answered.await();
            writeAll(exchange, FORGED);
            late.open();
            exchange.awaitClosedByPeer();
          });
      response.assertAnswers(stage.exchange(response.method()));
      answered.open();
      late.await();
      assertNothingIsLeft(stage, log);
      response.assertAnswersTheNextGetIfStored(stage);
    }
  }

  /** The part that has come must not be completed by what comes after the next request. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("followed")
  void whatIsBegunOnAnIdleConnectionEndsIt(Followed response, Stage stage) throws Exception {
    try (LogCapture log = new LogCapture()) {
      Gate answered = stage.gate();
      Gate late = stage.gate();
      stage.origin(
          exchange -> {
            exchange.write(response.bytes());
            answered.await();
            writeAll(exchange, FORGED.substring(0, 10));
            late.open();
            exchange.awaitClosedByPeer();
          });
      response.assertAnswers(stage.exchange(response.method()));
      answered.open();
      late.await();
      assertNothingIsLeft(stage, log);
      response.assertAnswersTheNextGetIfStored(stage);
    }
  }

  /** Whenever it sends that content: here, when the next requests have been answered. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("announcing")
  void noRequestFollowsAResponseThatAnnouncesWhatItCannotHave(Followed response, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(
          exchange -> {
            exchange.write(response.bytes());
            exchange.awaitClosedByPeer();
          });
      response.assertAnswers(stage.exchange(response.method()));
      assertNothingIsLeft(stage, log);
      response.assertAnswersTheNextGetIfStored(stage);
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
