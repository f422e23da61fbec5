package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.Ports;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An origin that refuses, hangs, resets or talks nonsense: a short error, and nothing stored. */
@ExtendWith(OnStage.class)
final class OriginFailureScenarioTest {

  private static final String CACHEABLE = "Cache-Control: max-age=60";

  /** What origins send in place of an HTTP response. */
  static List<Arguments> nonsense() {
    return List.of(
        Arguments.of("nothing", ""),
        Arguments.of("text", "hello there\r\n\r\n"),
        Arguments.of("another protocol", "SSH-2.0-OpenSSH_9.2p1\r\n"),
        Arguments.of("an odd version", "HTTP/9.7 200 OK\r\nContent-Length: 1\r\n\r\nx"),
        Arguments.of("a status of letters", "HTTP/1.1 abc OK\r\nContent-Length: 1\r\n\r\nx"),
        Arguments.of("a status below 100", "HTTP/1.1 42 OK\r\nContent-Length: 1\r\n\r\nx"),
        Arguments.of("half a status line", "HTTP/1.1 20"),
        Arguments.of("half a head", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Ha"),
        Arguments.of(
            "a field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 1\r\n\r\nx"),
        Arguments.of("a length of letters", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx"),
        Arguments.of("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"),
        Arguments.of(
            "an unknown coding",
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: rot13\r\n\r\nx"));
  }

  private static void assertShortError(Response response, int status) {
    assertThat(response).hasStatus(status).hasHeaderLines("X-Cache", "MISS").isWhole();
    assertThat(response.text())
        .isNotEmpty()
        .hasSizeLessThan(1000)
        .doesNotContain("Exception", "\tat ", "org.eclipse", "java.");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nonsense")
  void nonsenseBecomes502AndIsNotStored(String what, String bytes, Stage stage) throws Exception {
    stage.origin(Script.sequence(Script.raw(bytes), Script.reply(200, "clean", CACHEABLE)));
    // A request that must not be repeated, so that the nonsense is all there is.
    assertShortError(stage.proxy().send("POST", stage.path(), "body"), 502);
    assertThat(stage.requests()).as(what).hasSize(1);
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("clean");
    assertThat(stage.get()).isHit();
  }

  @Test
  void aResetBecomes502(Stage stage) throws Exception {
    stage.origin(Script.sequence(OriginExchange::reset, Script.reply(200, "clean", CACHEABLE)));
    assertShortError(stage.proxy().send("POST", stage.path(), "body"), 502);
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("clean");
  }

  @Test
  void anOriginThatHangsBecomes504(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin(
        Script.sequence(
            exchange -> {
              end.await();
              exchange.close();
            },
            Script.reply(200, "clean", CACHEABLE)));
    ProxyUnderTest proxy = stage.proxy("first-byte-timeout", "2s");
    assertShortError(proxy.get(stage.path()), 504);
    awaitClean(stage, proxy);
  }

  @Test
  void anOriginThatHangsWithinTheBodyBreaksTheConnection(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin(
        Script.sequence(
            exchange -> {
              exchange.head(200, CACHEABLE, "Content-Length: 10");
              exchange.write("12345");
              end.await();
              exchange.close();
            },
            Script.reply(200, "clean", CACHEABLE)));
    ProxyUnderTest proxy = stage.proxy("idle-timeout", "2s");
    assertThat(proxy.get(stage.path())).isTruncated();
    awaitClean(stage, proxy);
  }

  /**
   * Where so little time is given, a healthy origin on a busy machine may need more than one try.
   */
  private static void awaitClean(Stage stage, ProxyUnderTest proxy) {
    await()
        .untilAsserted(
            () -> assertThat(proxy.get(stage.path())).hasStatus(200).isMiss().hasBody("clean"));
  }

  @Test
  @Tag("embedded-only")
  void anOriginThatRefusesBecomes502UntilItIsBack() throws Exception {
    int port = Ports.refusing();
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(Map.of("origin", "http://127.0.0.1:" + port))) {
      assertShortError(proxy.get("/page"), 502);
      assertShortError(proxy.send("POST", "/page", "body"), 502);
      try (RawOrigin origin = RawOrigin.start(Clock.systemUTC(), port)) {
        origin.otherwise(Script.reply(200, "clean", CACHEABLE));
        assertThat(proxy.get("/page")).hasStatus(200).isMiss().hasBody("clean");
      }
      assertThat(proxy.get("/page")).as("the origin is gone again").hasStatus(200).isHit();
    }
  }

  @Test
  @Tag("embedded-only")
  void aStaleResponseHelpsOutWhenTheOriginIsGone() throws Exception {
    ManualClock clock = new ManualClock();
    RawOrigin origin = RawOrigin.start(clock);
    try (ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", origin.url()), clock)) {
      origin.on("/free", Script.reply(200, "x", "Cache-Control: max-age=60"));
      origin.on("/strict", Script.reply(200, "x", "Cache-Control: max-age=60, must-revalidate"));
      assertThat(proxy.get("/free")).isMiss();
      assertThat(proxy.get("/strict")).isMiss();
      origin.close();
      clock.advance(Duration.ofSeconds(100));

      assertThat(proxy.get("/free"))
          .hasStatus(200)
          .hasBody("x")
          .hasHeaderLines("X-Cache", "HIT")
          .hasHeaderLines("Age", "100");
      assertThat(proxy.get("/strict").status()).as("§5.2.2.2").isIn(502, 504);
    }
  }

  @Test
  @Tag("embedded-only")
  void failuresOfAKindAreOneLineInAWhileAndWithoutAStackTrace() throws Exception {
    int port = Ports.refusing();
    try (ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", "http://127.0.0.1:" + port));
        LogCapture log = new LogCapture()) {
      assertShortError(proxy.get("/page"), 502);
      await().untilAsserted(() -> assertThat(log.messages()).hasSize(1));
      assertThat(log.messages().get(0)).contains("127.0.0.1:" + port).doesNotContain("\n");
      for (int i = 0; i < 5; i++) {
        assertShortError(proxy.send("POST", "/page", "body"), 502);
      }
      assertShortError(proxy.get("/page"), 502);
      assertThat(log.messages()).hasSize(1);
      assertThat(log.stackTraces()).isEmpty();
    }
  }

  @Test
  @Tag("embedded-only")
  void theLogHidesSecretsOfTheQueryAndWhatElseItIsToldTo() throws Exception {
    String origin = "http://127.0.0.1:" + Ports.refusing();
    try (ProxyUnderTest usual = ProxyUnderTest.start(Map.of("origin", origin));
        ProxyUnderTest other =
            ProxyUnderTest.start(Map.of("origin", origin, "redact-query", "shoe"));
        LogCapture log = new LogCapture()) {
      assertShortError(usual.get("/page?a=1&%74oken=s3cret&shoe=42"), 502);
      await().untilAsserted(() -> assertThat(log.messages()).hasSize(1));
      assertThat(log.messages().get(0)).contains("/page?a=1&%74oken=REDACTED&shoe=42: ");
      assertShortError(other.get("/page?a=1&token=open&shoe=42"), 502);
      await().untilAsserted(() -> assertThat(log.messages()).hasSize(2));
      assertThat(log.messages().get(1)).contains("/page?a=1&token=open&shoe=REDACTED: ");
    }
  }

  @Test
  @Tag("embedded-only")
  void anOriginThatClosesIsLoggedOnceToo(Stage stage) throws Exception {
    stage.origin("closes", OriginExchange::close);
    stage.origin("answers", Script.reply(200, "x"));
    try (ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", stage.sharedOrigin().url()));
        LogCapture log = new LogCapture()) {
      for (int i = 0; i < 5; i++) {
        assertShortError(proxy.send("POST", stage.path("closes"), "body"), 502);
      }
      await().untilAsserted(() -> assertThat(log.messages()).isNotEmpty());
      assertThat(proxy.get(stage.path("answers"))).hasStatus(200);
      assertThat(log.messages())
          .hasSize(1)
          .allSatisfy(
              each -> assertThat(each).hasSizeLessThan(200).doesNotContain("@", "org.eclipse"));
    }
  }

  @Test
  @Tag("embedded-only")
  void nothingAnOriginDoesPutsAStackTraceIntoTheLog(Stage stage) throws Exception {
    ProxyUnderTest proxy = stage.proxy();
    try (LogCapture log = new LogCapture()) {
      for (Arguments each : nonsense()) {
        stage.origin(Script.raw((String) each.get()[1]));
        Response unused = proxy.send("POST", stage.path(), "body");
      }
      stage.origin(OriginExchange::reset);
      assertShortError(proxy.send("POST", stage.path(), "body"), 502);
      stage.origin(Script.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"));
      assertThat(proxy.get(stage.path())).isTruncated();
      stage.origin(Script.reply(200, "clean"));
      assertThat(proxy.get(stage.path())).isMiss();
      assertThat(log.stackTraces()).isEmpty();
    }
  }

  @Test
  void anInterimResponseThatBreaksOffIsNoResponse(Stage stage) throws Exception {
    stage.origin(Script.raw("HTTP/1.1 103 Early Hints\r\nLink: </a>"));
    assertShortError(stage.proxy().send("POST", stage.path(), "body"), 502);
    assertShortError(stage.get(), 502);
  }

  @Test
  void anUpgradeThatNobodyAskedForIsNoResponse(Stage stage) throws Exception {
    stage.origin(
        Script.raw(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"));
    assertShortError(stage.get(), 502);
  }
}
