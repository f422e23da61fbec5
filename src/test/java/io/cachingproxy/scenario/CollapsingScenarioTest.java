package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.BodyStream;
import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.ResponseStart;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import io.cachingproxy.testing.TruncatedMessageException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Simultaneous requests for one response cause one request to the origin (RFC 9111 §4). */
@ExtendWith(OnStage.class)
final class CollapsingScenarioTest {

  private static final String WHOLE = "0123456789abcdef".repeat(4096);
  private static final String FRESH = "Cache-Control: max-age=60";

  /** Sends the same GET on connections of their own. */
  private static List<RawClient> ask(
      ProxyUnderTest proxy, String path, int count, String... headerLines) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(proxy.client().sendRequest("GET", path, headerLines));
    }
    return clients;
  }

  private static long waiting(ProxyUnderTest proxy) throws Exception {
    return metric(proxy, "proxy_collapse_waiting");
  }

  private static long metric(ProxyUnderTest proxy, String name) throws Exception {
    String text;
    try (RawClient client = RawClient.connect(proxy.managementPort())) {
      text = client.get("/metrics", "Connection: close").text();
    }
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  static void awaitWaiting(ProxyUnderTest proxy, long count) {
    await().untilAsserted(() -> assertThat(waiting(proxy)).isEqualTo(count));
  }

  private static List<Response> readAll(List<RawClient> clients) throws IOException {
    List<Response> responses = new ArrayList<>();
    for (RawClient client : clients) {
      responses.add(client.read("GET"));
      client.close();
    }
    return responses;
  }

  @Test
  void oneRequestServesAllThatWaitForTheHead(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(200, WHOLE, FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 50);
    awaitWaiting(proxy, 49);
    gate.open();
    List<Response> responses = readAll(clients);
    assertThat(stage.requests()).hasSize(1);
    assertThat(responses)
        .allSatisfy(
            response -> {
              assertThat(response).hasBody(WHOLE);
              assertThat(response.header("X-Cache")).isEqualTo("MISS");
            });
    assertThat(responses)
        .as("those that shared the request say so")
        .filteredOn(
            response -> String.valueOf(response.header("Cache-Status")).contains("collapsed"))
        .hasSize(49)
        .allSatisfy(
            response ->
                assertThat(response.header("Cache-Status"))
                    .contains("fwd=uri-miss; fwd-status=200")
                    .doesNotContain("hit"));
    assertThat(proxy.get(stage.path()).header("X-Cache")).isEqualTo("HIT");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoComesLaterReadsWhatIsArrivingFromItsFirstByte(boolean lengthIsKnown, Stage stage)
      throws Exception {
    Gate half = stage.gate();
    stage.origin(
        exchange -> {
          if (lengthIsKnown) {
            exchange.head(200, FRESH, "Content-Length: " + 2 * WHOLE.length());
            exchange.write(WHOLE);
            half.await();
            exchange.write(WHOLE);
          } else {
            exchange.chunkedHead(200, FRESH);
            exchange.chunk(WHOLE);
            half.await();
            exchange.chunk(WHOLE);
            exchange.lastChunk();
          }
        });
    ProxyUnderTest proxy = stage.proxy();
    try (RawClient first = proxy.client().sendRequest("GET", stage.path())) {
      ResponseStart firstHead = first.readHead();
      try (RawClient late = proxy.client().sendRequest("GET", stage.path())) {
        ResponseStart lateHead = late.readHead();
        BodyStream body = late.body("GET", lateHead);
        assertThat(new String(body.readNBytes(WHOLE.length()), "ISO-8859-1"))
            .as("the first half, while the second is not there yet")
            .isEqualTo(WHOLE);
        half.open();
        assertThat(new String(body.readAllBytes(), "ISO-8859-1")).isEqualTo(WHOLE);
        assertThat(first.body("GET", firstHead).readAllBytes()).hasSize(2 * WHOLE.length());
      }
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: private, max-age=60",
        "Cache-Control: no-store",
        "Cache-Control: no-cache",
        "Cache-Control: max-age=0",
        "Vary: *",
        "Set-Cookie: a=b"
      })
  void whatIsForItsRequesterAloneSendsTheOthersToTheOriginAtOnceAndTogether(
      String header, Stage stage) throws Exception {
    Gate gate = stage.gate();
    AtomicInteger number = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(5);
    stage.origin(
        exchange -> {
          int mine = number.incrementAndGet();
          if (mine == 1) {
            gate.await();
          } else {
            together.countDown();
            awaitAll(together);
          }
          exchange.respond(200, "for " + mine, header, "ETag: \"" + mine + "\"");
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 5);
    awaitWaiting(proxy, 4);
    gate.open();
    // Each of the four is answered only when all four, and the next one, have been asked for.
    await().until(() -> stage.requests().size() == 5);
    RawClient next = proxy.client().sendRequest("GET", stage.path());
    await().until(() -> stage.requests().size() == 6);
    assertThat(waiting(proxy)).as("the next one doesn't wait").isZero();
    clients.add(next);
    assertThat(readAll(clients)).extracting(Response::text).doesNotHaveDuplicates();
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void aResponseThatVariesIsSharedWithThoseItFitsAlone(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          String language = exchange.request().header("Accept-Language");
          gate.await();
          exchange.respond(200, String.valueOf(language), FRESH, "Vary: Accept-Language");
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 3, "Accept-Language: en");
    awaitWaiting(proxy, 2);
    clients.addAll(ask(proxy, stage.path(), 1, "Accept-Language: fr"));
    awaitWaiting(proxy, 3);
    gate.open();
    assertThat(readAll(clients)).extracting(Response::text).containsExactly("en", "en", "en", "fr");
    assertThat(stage.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cookie: session=1", "X-Api-Key: a", "X-Odd: a"})
  void requestsWithAndWithoutCredentialsDoNotWaitForOneAnother(String line, Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(200, "x", FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 1);
    clients.addAll(ask(proxy, stage.path(), 1, line));
    await().until(() -> stage.requests().size() == 2);
    gate.open();
    readAll(clients);
  }

  @Test
  @Tag("embedded-only") // It sets the clock.
  void revalidationsCollapse(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10", "ETag: \"1\""),
            exchange -> {
              gate.await();
              exchange.respond(304, "", "Cache-Control: max-age=60", "ETag: \"1\"");
            }));
    ManualClock clock = new ManualClock(Instant.now());
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(
            Map.of("origin", stage.sharedOrigin().url(), "port", "0", "metrics-port", "0"),
            clock)) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      List<RawClient> clients = ask(proxy, stage.path(), 5);
      awaitWaiting(proxy, 4);
      gate.open();
      assertThat(readAll(clients))
          .allSatisfy(
              response -> {
                assertThat(response).hasBody("v1");
                assertThat(response.header("X-Cache")).isEqualTo("HIT");
                assertThat(response.header("Cache-Status")).contains("fwd=stale; fwd-status=304");
              });
    }
    assertThat(stage.requests()).hasSize(2);
  }

  @Test
  @Tag("embedded-only")
  void aRefreshInTheBackgroundThatFailsIsNotRepeatedAtOnce(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10, stale-while-revalidate=1000"),
            Script.reply(500, "no"),
            Script.reply(500, "no"),
            Script.reply(200, "v2", "Cache-Control: max-age=100")));
    ManualClock clock = new ManualClock(Instant.now());
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(
            Map.of("origin", stage.sharedOrigin().url(), "port", "0", "metrics-port", "0"),
            clock)) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertThat(proxy.get(stage.path())).hasBody("v1");
      awaitFailedRefreshes(proxy, 1);
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.get(stage.path())).hasBody("v1");
      }
      assertThat(stage.requests()).as("within the pause").hasSize(2);
      clock.advance(Duration.ofSeconds(1));
      await()
          .untilAsserted(
              () -> {
                assertThat(proxy.get(stage.path())).hasBody("v1");
                assertThat(stage.requests()).hasSize(3);
              });
      awaitFailedRefreshes(proxy, 2);
      clock.advance(Duration.ofSeconds(1));
      assertThat(proxy.get(stage.path())).hasBody("v1");
      assertThat(stage.requests()).as("twice as long a pause").hasSize(3);
      clock.advance(Duration.ofSeconds(1));
      await().untilAsserted(() -> assertThat(proxy.get(stage.path())).hasBody("v2"));
      assertThat(stage.requests()).hasSize(4);
    }
  }

  /** The request is counted after what came of it is known. */
  private static void awaitFailedRefreshes(ProxyUnderTest proxy, long count) {
    String name = "proxy_origin_requests_total{status=\"5xx\",}";
    await().untilAsserted(() -> assertThat(metric(proxy, name)).isEqualTo(count));
  }

  @Test
  void theFirstOnesLeavingDoesNotTakeTheAnswerFromTheOthers(Stage stage) throws Exception {
    Gate half = stage.gate();
    stage.origin(
        exchange -> {
          exchange.head(200, FRESH, "Content-Length: " + 2 * WHOLE.length());
          exchange.write(WHOLE);
          half.await();
          exchange.write(WHOLE);
        });
    ProxyUnderTest proxy = stage.proxy();
    RawClient first = proxy.client().sendRequest("GET", stage.path());
    first.readHead();
    RawClient second = proxy.client().sendRequest("GET", stage.path());
    ResponseStart head = second.readHead();
    first.reset();
    half.open();
    assertThat(second.body("GET", head).readAllBytes()).hasSize(2 * WHOLE.length());
    second.close();
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  @Tag("embedded-only") // The Servlet API can't tell that a client has left.
  void theFirstOnesLeavingBeforeTheHeadLeavesTheRequestToThoseWhoWait(Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(200, WHOLE, FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    RawClient first = proxy.client().sendRequest("GET", stage.path());
    await().until(() -> stage.requests().size() == 1);
    List<RawClient> others = ask(proxy, stage.path(), 2);
    awaitWaiting(proxy, 2);
    first.close();
    others.remove(0).close();
    awaitWaiting(proxy, 1);
    gate.open();
    assertThat(readAll(others)).singleElement().satisfies(each -> assertThat(each).hasBody(WHOLE));
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("embedded-only")
  void theLastOnesLeavingLetsTheOriginGo(boolean headIsHere, Stage stage) throws Exception {
    Gate noticed = stage.gate();
    stage.origin(
        exchange -> {
          if (headIsHere) {
            exchange.head(200, FRESH, "Content-Length: 20000000");
            // It takes a write to find out that a client does not read on.
            await().until(() -> !exchange.isWritable("only a little"));
          } else {
            exchange.awaitClosedByPeer();
          }
          noticed.open();
        });
    ProxyUnderTest proxy = stage.proxy();
    List<RawClient> clients = ask(proxy, stage.path(), 3);
    if (headIsHere) {
      for (RawClient client : clients) {
        client.readHead();
      }
    } else {
      awaitWaiting(proxy, 2);
    }
    clients.forEach(RawClient::close);
    noticed.await();
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void anOriginThatCutsBreaksEveryReadersConnectionAndNothingIsStored(Stage stage)
      throws Exception {
    Gate cut = stage.gate();
    stage.origin(
        exchange -> {
          exchange.head(200, FRESH, "Content-Length: " + 2 * WHOLE.length());
          exchange.write(WHOLE);
          cut.await();
          exchange.reset();
        });
    ProxyUnderTest proxy = stage.proxy();
    RawClient first = proxy.client().sendRequest("GET", stage.path());
    ResponseStart firstHead = first.readHead();
    RawClient second = proxy.client().sendRequest("GET", stage.path());
    ResponseStart secondHead = second.readHead();
    cut.open();
    assertThatThrownBy(() -> first.body("GET", firstHead).readAllBytes())
        .isInstanceOfAny(TruncatedMessageException.class, IOException.class);
    assertThatThrownBy(() -> second.body("GET", secondHead).readAllBytes())
        .isInstanceOfAny(TruncatedMessageException.class, IOException.class);
    stage.origin(Script.reply(200, "whole", FRESH));
    assertThat(proxy.get(stage.path())).hasBody("whole");
    first.close();
    second.close();
  }

  @Test
  void aSlowReaderHoldsUpNeitherTheOthersNorTheFetch(Stage stage) throws Exception {
    String large = WHOLE.repeat(100);
    Gate whole = stage.gate();
    Gate begun = stage.gate();
    stage.origin(
        exchange -> {
          exchange.head(200, FRESH, "Content-Length: " + large.length());
          exchange.write("0");
          begun.await();
          exchange.write(large.substring(1));
          whole.open();
        });
    ProxyUnderTest proxy = stage.proxy();
    try (RawClient slow = proxy.client().sendRequest("GET", stage.path())) {
      ResponseStart slowHead = slow.readHead();
      try (RawClient fast = proxy.client().sendRequest("GET", stage.path())) {
        ResponseStart fastHead = fast.readHead();
        begun.open();
        whole.await();
        assertThat(fast.body("GET", fastHead).readAllBytes()).hasSize(large.length());
        assertThat(proxy.get(stage.path()).header("X-Cache")).isEqualTo("HIT");
        assertThat(slow.body("GET", slowHead).readAllBytes()).hasSize(large.length());
      }
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void whatGrowsTooLargeForTheStoreStillReachesAllThatHaveBegunToReadIt(Stage stage)
      throws Exception {
    Gate joined = stage.gate();
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, FRESH);
          exchange.chunk(WHOLE);
          joined.await();
          for (int i = 1; i < 64; i++) {
            exchange.chunk(WHOLE);
          }
          exchange.lastChunk();
        });
    ProxyUnderTest proxy = stage.proxy("max-object-size", "1MB");
    try (RawClient first = proxy.client().sendRequest("GET", stage.path());
        RawClient second = proxy.client()) {
      ResponseStart firstHead = first.readHead();
      ResponseStart secondHead = second.sendRequest("GET", stage.path()).readHead();
      joined.open();
      Thread other =
          new Thread(
              () -> {
                try {
                  first.body("GET", firstHead).readAllBytes();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      other.start();
      assertThat(new String(second.body("GET", secondHead).readAllBytes(), "ISO-8859-1"))
          .isEqualTo(WHOLE.repeat(64));
      other.join();
    }
    assertThat(stage.requests()).hasSize(1);
    stage.origin(Script.reply(200, "small", FRESH));
    assertThat(proxy.get(stage.path()).header("X-Cache")).isEqualTo("MISS");
  }

  @Test
  void whoHasWaitedTooLongGoesAlone(Stage stage) throws Exception {
    Gate gate = stage.gate();
    AtomicInteger number = new AtomicInteger();
    stage.origin(
        exchange -> {
          if (number.incrementAndGet() == 1) {
            gate.await();
          }
          exchange.respond(200, "x", FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "100ms");
    String waitedTooLong = "proxy_collapse_waits_total{outcome=\"timeout\",}";
    long before = metric(proxy, waitedTooLong);
    List<RawClient> clients = ask(proxy, stage.path(), 2);
    await().until(() -> stage.requests().size() == 2);
    assertThat(metric(proxy, waitedTooLong)).as("it did wait").isEqualTo(before + 1);
    gate.open();
    assertThat(readAll(clients))
        .allSatisfy(response -> assertThat(response).isMiss().hasStatus(200).hasBody("x"));
  }

  @Test
  void whenTooManyWaitTheNextGoesAlone(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(200, "x", FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-waiters", "2");
    List<RawClient> clients = ask(proxy, stage.path(), 3);
    awaitWaiting(proxy, 2);
    clients.addAll(ask(proxy, stage.path(), 1));
    await().until(() -> stage.requests().size() == 2);
    gate.open();
    readAll(clients);
  }

  @Test
  void aConditionalRequestThatWaitedGets304IfItHasWhatArrives(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(200, WHOLE, FRESH, "ETag: \"v\"");
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 1);
    await().until(() -> stage.requests().size() == 1);
    clients.addAll(ask(proxy, stage.path(), 1, "If-None-Match: \"v\""));
    awaitWaiting(proxy, 1);
    gate.open();
    List<Response> responses = readAll(clients);
    assertThat(responses.get(0)).hasBody(WHOLE);
    assertThat(responses.get(1).status()).isEqualTo(304);
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void whatWasPurgedWhileItWasAskedForIsNotJoined(Stage stage) throws Exception {
    Gate gate = stage.gate();
    AtomicInteger number = new AtomicInteger();
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("POST")) {
            exchange.respond(200, "changed");
            return;
          }
          int mine = number.incrementAndGet();
          if (mine == 1) {
            gate.await();
          }
          exchange.respond(200, "v" + mine, FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> old = ask(proxy, stage.path(), 1);
    await().until(() -> stage.requests().size() == 1);
    proxy.send("POST", stage.path(), "change");
    assertThat(proxy.get(stage.path())).hasBody("v2");
    gate.open();
    assertThat(readAll(old)).singleElement().satisfies(each -> assertThat(each).hasBody("v1"));
    assertThat(proxy.get(stage.path())).hasBody("v2");
  }

  @Test
  void whoWaitsForAnOriginThatHangsGetsTheSameErrorAndItIsAskedOnce(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin(exchange -> end.await());
    ProxyUnderTest proxy = stage.proxy("first-byte-timeout", "6s", "collapse-wait", "62s");
    List<RawClient> clients = ask(proxy, stage.path(), 20);
    awaitWaiting(proxy, 19);
    assertThat(readAll(clients))
        .allSatisfy(
            response ->
                assertThat(response)
                    .hasStatus(504)
                    .hasBody("the origin did not answer in time\n")
                    .hasHeaderLines("Proxy-Status", "caching-proxy; error=http_response_timeout"))
        .filteredOn(
            response -> String.valueOf(response.header("Cache-Status")).contains("; collapsed"))
        .hasSize(19);
    assertThat(stage.requests()).hasSize(1);
  }

  /** The ways to give no answer. */
  static List<Script> failures() {
    return List.of(
        OriginExchange::close, OriginExchange::reset, Script.raw("SSH-2.0-OpenSSH_9.2p1\r\n"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whoWaitsForAnOriginThatBreaksOffGetsTheSameErrorAndItIsAskedOnce(Script failure, Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          failure.answer(exchange);
        });
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(
            Map.of("origin", stage.sharedOrigin().url(), "port", "0", "metrics-port", "0"))) {
      List<RawClient> clients = ask(proxy, stage.path(), 20);
      awaitWaiting(proxy, 19);
      gate.open();
      List<Response> responses = readAll(clients);
      String proxyStatus = responses.get(0).header("Proxy-Status");
      assertThat(proxyStatus).isNotNull();
      assertThat(responses)
          .allSatisfy(
              response -> {
                assertThat(response).hasStatus(502);
                assertThat(response.header("Proxy-Status")).isEqualTo(proxyStatus);
              });
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void anErrorThatACookieMayHaveCausedIsItsSendersAlone(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          boolean isBroken = "sid=broken".equals(exchange.request().header("Cookie"));
          if (isBroken) {
            gate.await();
          }
          exchange.respond(
              isBroken ? 500 : 200, isBroken ? "no" : "yes", "Cache-Control: no-store");
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> broken = ask(proxy, stage.path(), 1, "Cookie: sid=broken");
    await().until(() -> stage.requests().size() == 1);
    List<RawClient> others = ask(proxy, stage.path(), 5, "Cookie: sid=1");
    awaitWaiting(proxy, 5);
    gate.open();
    assertThat(readAll(broken)).allSatisfy(each -> assertThat(each).hasStatus(500));
    assertThat(readAll(others)).allSatisfy(each -> assertThat(each).hasStatus(200).hasBody("yes"));
  }

  @Test
  void ofAnErrorThoseWhoWaitGetTheStatusAlone(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(503, "for the first one", "Retry-After: 7", "Set-Cookie: sid=1");
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 20);
    awaitWaiting(proxy, 19);
    gate.open();
    List<Response> responses = readAll(clients);
    assertThat(responses)
        .allSatisfy(
            response -> assertThat(response).hasStatus(503).hasHeaderLines("Retry-After", "7"));
    assertThat(responses)
        .filteredOn(response -> response.text().equals("for the first one"))
        .hasSize(1);
    assertThat(responses)
        .filteredOn(response -> response.header("Set-Cookie") == null)
        .hasSize(19)
        .allSatisfy(
            response ->
                assertThat(response.header("Cache-Status"))
                    .contains("fwd=uri-miss; fwd-status=503", "collapsed", "origin-error"));
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("embedded-only") // It sets the clock.
  void whoWaitsGetsWhatIsStaleByTheRulesForItsOwnRequest(boolean leaderMay, Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10"),
            exchange -> {
              gate.await();
              exchange.close();
            }));
    ManualClock clock = new ManualClock(Instant.now());
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(
            Map.of("origin", stage.sharedOrigin().url(), "stale-wait", "0"), clock)) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      // Those who state an age, and no more, want nothing stale.
      String[] fields = leaderMay ? new String[0] : new String[] {"Cache-Control: max-age=100"};
      List<RawClient> clients = ask(proxy, stage.path(), 1, fields);
      await().until(() -> stage.requests().size() == 2);
      clients.addAll(ask(proxy, stage.path(), 19));
      awaitWaiting(proxy, 19);
      gate.open();
      List<Response> responses = readAll(clients);
      assertThat(responses.remove(0)).hasStatus(leaderMay ? 200 : 502);
      assertThat(responses)
          .allSatisfy(
              response -> {
                assertThat(response).hasStatus(200).hasBody("v1");
                assertThat(response.header("Cache-Status"))
                    .contains("fwd=stale", "collapsed", "detail=stale-disconnected");
              });
    }
    // A connection that was open before is tried once more by the one who asks, and by nobody else.
    assertThat(stage.requests()).hasSizeLessThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Cache-Control: no-cache", "Cache-Control: max-age=0", "Pragma: no-cache"})
  void whoWantsTheOriginsOwnAnswerDoesNotWaitForAnothers(String header, Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    AtomicInteger number = new AtomicInteger();
    stage.origin(
        exchange -> {
          int mine = number.incrementAndGet();
          if (mine == 1) {
            gate.await();
          }
          exchange.respond(200, "for " + mine, FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 1);
    await().until(() -> stage.requests().size() == 1);
    assertThat(proxy.get(stage.path(), header)).as("while the first waits").hasBody("for 2");
    gate.open();
    assertThat(readAll(clients))
        .singleElement()
        .satisfies(each -> assertThat(each).hasBody("for 1"));
  }

  @Test
  void whereClientsMayNotForceItTheyWaitLikeAllOthers(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          gate.await();
          exchange.respond(200, "x", FRESH);
        });
    ProxyUnderTest proxy = stage.proxy("client-cache-control", "ignore");
    List<RawClient> clients = ask(proxy, stage.path(), 1);
    await().until(() -> stage.requests().size() == 1);
    clients.addAll(ask(proxy, stage.path(), 1, "Cache-Control: no-cache"));
    awaitWaiting(proxy, 1);
    gate.open();
    readAll(clients);
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void whatSomebodyElseHasBroughtMeanwhileIsBetterThanAnError(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          if (exchange.request().header("Cache-Control") == null) {
            gate.await();
            exchange.close();
          } else {
            exchange.respond(200, "whole", FRESH);
          }
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 3);
    awaitWaiting(proxy, 2);
    assertThat(proxy.get(stage.path(), "Cache-Control: no-cache")).hasBody("whole");
    await().untilAsserted(() -> assertThat(proxy.get(stage.path())).isHit());
    gate.open();
    assertThat(readAll(clients))
        .filteredOn(response -> response.status() == 200)
        .hasSize(2)
        .allSatisfy(response -> assertThat(response).isHit().hasBody("whole"));
  }

  @Test
  void whoCameAfterAPurgeOfItsGroupDoesNotGetWhatWasAskedForBefore(Stage stage) throws Exception {
    Gate gate = stage.gate();
    AtomicInteger number = new AtomicInteger();
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("POST")) {
            exchange.respond(200, "changed", "Cache-Group-Invalidation: \"g\"");
            return;
          }
          boolean first = number.incrementAndGet() == 1;
          if (first) {
            gate.await();
          }
          exchange.respond(200, first ? "before" : "after", FRESH, "Cache-Groups: \"g\"");
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> before = ask(proxy, stage.path(), 1);
    await().until(() -> stage.requests().size() == 1);
    assertThat(proxy.send("POST", stage.path("other"), "x")).hasStatus(200);
    List<RawClient> after = ask(proxy, stage.path(), 1);
    awaitWaiting(proxy, 1);
    gate.open();
    assertThat(readAll(before)).allSatisfy(each -> assertThat(each).hasBody("before"));
    assertThat(readAll(after)).allSatisfy(each -> assertThat(each).hasBody("after"));
  }

  @Test
  void aConnectionThatACookieMayHaveClosedFailsItsSenderAlone(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          if ("sid=broken".equals(exchange.request().header("Cookie"))) {
            gate.await();
            exchange.close();
          } else {
            exchange.respond(200, "yes", "Cache-Control: no-store");
          }
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> broken = ask(proxy, stage.path(), 1, "Cookie: sid=broken");
    await().until(() -> !stage.requests().isEmpty());
    List<RawClient> others = ask(proxy, stage.path(), 5, "Cookie: sid=1");
    awaitWaiting(proxy, 5);
    gate.open();
    assertThat(readAll(broken)).allSatisfy(each -> assertThat(each).hasStatus(502));
    assertThat(readAll(others)).allSatisfy(each -> assertThat(each).hasStatus(200));
  }

  @Test
  void aRequestOnBehalfOfAnotherSiteLeadsOnlyItsOwnKind(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        exchange -> {
          String site = exchange.request().header("Origin");
          gate.await();
          String[] allowed = {"Access-Control-Allow-Origin: " + site};
          exchange.respond(200, "x", site == null ? new String[0] : allowed);
        });
    ProxyUnderTest proxy = stage.proxy("collapse-wait", "60s");
    List<RawClient> clients = ask(proxy, stage.path(), 1, "Origin: https://elsewhere.example");
    await().until(() -> stage.requests().size() == 1);
    clients.addAll(ask(proxy, stage.path(), 5));
    awaitWaiting(proxy, 4);
    gate.open();
    readAll(clients);
    assertThat(stage.requests()).hasSize(2);
  }
}
