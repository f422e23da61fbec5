package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An origin in trouble takes nobody down with it: hits go on, what can't be sent is refused at once
 * and in clear words, and as soon as the origin is back everything is as before.
 */
@ExtendWith(OnStage.class)
final class OriginLoadScenarioTest {

  private static final String CACHEABLE = "Cache-Control: max-age=60";

  private static Script hanging(Gate end) {
    return exchange -> {
      end.await();
      exchange.respond(200, "late");
    };
  }

  private static List<RawClient> ask(ProxyUnderTest proxy, String path, int times)
      throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      clients.add(proxy.client().sendRequest("GET", path + "?" + i));
    }
    return clients;
  }

  private static String metrics(ProxyUnderTest proxy) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + proxy.managementPort() + "/metrics");
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void hitsAreAnsweredWhileTwoHundredMissesHang(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin("hangs", hanging(end));
    stage.origin("page", Script.reply(200, "stored", CACHEABLE));
    ProxyUnderTest proxy = stage.proxy();
    assertThat(proxy.get(stage.path())).isMiss();
    List<RawClient> clients = ask(proxy, stage.path("hangs"), 200);
    await().until(() -> stage.requests().size() == 201);
    for (int i = 0; i < 20; i++) {
      assertThat(proxy.get(stage.path())).isHit().hasBody("stored");
    }
    end.open();
    for (RawClient client : clients) {
      assertThat(client.read("GET")).hasStatus(200).hasBody("late");
      client.close();
    }
  }

  @Test
  void moreThanMayWaitAreRefusedAtOnceAndTheOthersHaveTheirTurn(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin("hangs", hanging(end));
    stage.origin("page", Script.reply(200, "stored", CACHEABLE));
    ProxyUnderTest proxy = stage.proxy("max-origin-connections", "2", "max-origin-queue", "1");
    assertThat(proxy.get(stage.path())).isMiss();
    List<RawClient> clients = ask(proxy, stage.path("hangs"), 3);
    await()
        .untilAsserted(
            () ->
                assertThat(metrics(proxy))
                    .contains("proxy_origin_requests_in_flight 2.0")
                    .contains("proxy_origin_requests_waiting 1.0"));
    assertThat(proxy.get(stage.path("hangs") + "?more"))
        .hasStatus(503)
        .isMiss()
        .hasHeaderLines("Retry-After", "1")
        .hasHeaderLines("Proxy-Status", "caching-proxy; error=connection_limit_reached")
        .hasBody("too many requests wait for the origin\n");
    assertThat(metrics(proxy)).contains("proxy_origin_refused_total{reason=\"busy\",} 1.0");
    assertThat(proxy.get(stage.path())).as("a hit asks nobody").isHit();
    assertThat(stage.requests()).as("one page, two that hang").hasSize(3);
    end.open();
    for (RawClient client : clients) {
      assertThat(client.read("GET")).hasStatus(200).hasBody("late");
      client.close();
    }
    assertThat(proxy.get(stage.path("hangs") + "?again")).hasStatus(200);
  }

  @Test
  @Tag("embedded-only")
  void theWaitForAConnectionIsBounded(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin("hangs", hanging(end));
    ProxyUnderTest proxy =
        stage.proxy(
            "max-origin-connections", "1", "max-origin-queue", "9", "first-byte-timeout", "500ms");
    try (RawClient first = proxy.client().sendRequest("GET", stage.path("hangs") + "?first")) {
      await().until(() -> stage.requests().size() == 1);
      List<RawClient> waiting = ask(proxy, stage.path("hangs"), 3);
      assertThat(first.read("GET")).hasStatus(504);
      for (RawClient client : waiting) {
        Response response = client.read("GET");
        assertThat(response.status()).as("waited, or hung in its turn").isIn(503, 504);
        client.close();
      }
    }
  }

  @Test
  void aHeadThatTricklesInIsGivenUp(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.write("HTTP/1.1 200 OK\r\n");
          String head = "X-Slow: " + "x".repeat(10_000);
          for (int i = 0; i < head.length(); i++) {
            exchange.write(head.substring(i, i + 1));
            pause(50);
          }
        });
    ProxyUnderTest proxy = stage.proxy("first-byte-timeout", "500ms", "idle-timeout", "700ms");
    assertThat(proxy.send("POST", stage.path(), "body")).hasStatus(504).isMiss();
  }

  @Test
  void aBodyMayTrickleInForLongerThanAnyTimeout(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.head(200, "Content-Length: 16", CACHEABLE);
          for (int i = 0; i < 16; i++) {
            pause(250);
            exchange.write("x");
          }
        });
    ProxyUnderTest proxy = stage.proxy("first-byte-timeout", "3s", "idle-timeout", "3s");
    assertThat(proxy.get(stage.path())).hasStatus(200).isWhole().hasBody("x".repeat(16));
    assertThat(proxy.get(stage.path())).isHit();
  }

  /** Time passes at the origin, which must not move on when nobody looks. */
  private static void pause(long millis) {
    java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }

  @Test
  @Tag("embedded-only")
  void aDeadOriginIsLeftAloneAndServedFromWithinAMomentOfItsReturn() throws Exception {
    RawOrigin first = RawOrigin.start();
    int port = first.port();
    first.on("/stored", Script.reply(200, "stored", CACHEABLE));
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(Map.of("origin", first.url(), "breaker-failures", "3"))) {
      assertThat(proxy.get("/stored")).isMiss();
      first.close();
      for (int i = 0; i < 3; i++) {
        assertThat(proxy.get("/page")).hasStatus(502);
      }
      assertThat(proxy.get("/page"))
          .hasStatus(503)
          .isMiss()
          .hasHeaderLines("Retry-After", "1")
          .hasHeaderLines("Proxy-Status", "caching-proxy; error=destination_unavailable")
          .hasBody("the origin is down at present\n");
      assertThat(proxy.get("/stored")).isHit();
      assertThat(metrics(proxy))
          .contains("proxy_origin_down 1.0", "proxy_origin_downs_total 1.0")
          .containsPattern("proxy_origin_refused_total\\{reason=\"down\",} [1-9]");
      try (RawOrigin second = RawOrigin.start(Clock.systemUTC(), port)) {
        second.otherwise(Script.reply(200, "back", CACHEABLE));
        long start = System.nanoTime();
        await()
            .pollInterval(Duration.ofMillis(20))
            .untilAsserted(() -> assertThat(proxy.get("/page")).hasStatus(200).hasBody("back"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(metrics(proxy)).contains("proxy_origin_down 0.0");
        assertThat(proxy.get("/other")).hasStatus(200).isMiss();
      }
    }
  }

  @Test
  @Tag("embedded-only")
  void whileTheOriginIsDownStaleResponsesServeAsEver() throws Exception {
    ManualClock clock = new ManualClock();
    RawOrigin origin = RawOrigin.start(clock);
    try (ProxyUnderTest proxy =
        ProxyUnderTest.start(Map.of("origin", origin.url(), "breaker-failures", "1"), clock)) {
      origin.on("/free", Script.reply(200, "x", "Cache-Control: max-age=60"));
      origin.on("/strict", Script.reply(200, "x", "Cache-Control: max-age=60, must-revalidate"));
      assertThat(proxy.get("/free")).isMiss();
      assertThat(proxy.get("/strict")).isMiss();
      origin.close();
      clock.advance(Duration.ofSeconds(100));
      assertThat(proxy.send("POST", "/any", "body")).hasStatus(502);

      assertThat(proxy.get("/free")).hasStatus(200).hasBody("x").hasHeaderLines("X-Cache", "HIT");
      assertThat(proxy.get("/strict")).as("§5.2.2.2").hasStatus(504);
      assertThat(proxy.get("/never")).hasStatus(503);
    }
  }

  @Test
  @Tag("embedded-only")
  void aStormOf5xxOrOneBadPageDoesNotMakeTheOriginCountAsDown(Stage stage) throws Exception {
    stage.origin("bad", OriginExchange::reset);
    stage.origin("error", Script.reply(500, "sorry"));
    stage.origin("page", Script.reply(200, "fine"));
    ProxyUnderTest proxy = stage.proxy("breaker-failures", "3");
    for (int i = 0; i < 6; i++) {
      assertThat(proxy.send("POST", stage.path("bad"), "body")).hasStatus(502);
    }
    assertThat(proxy.get(stage.path())).hasStatus(200);
    for (int i = 0; i < 6; i++) {
      assertThat(proxy.get(stage.path("error") + "?" + i)).hasStatus(500);
    }
    assertThat(proxy.get(stage.path())).hasStatus(200);
    assertThat(metrics(proxy)).contains("proxy_origin_downs_total 0.0");
  }

  @Test
  void anErrorThatAStaleResponseStandsInForIsNotReadForEver(Stage stage) throws Exception {
    Gate closed = stage.gate();
    AtomicLong written = new AtomicLong();
    stage.origin(
        Script.sequence(
            Script.reply(200, "kept", "Cache-Control: max-age=0, stale-if-error=60", "ETag: \"1\""),
            exchange -> {
              exchange.head(503, "Content-Length: 1000000000");
              byte[] piece = new byte[64 * 1024];
              try {
                while (true) {
                  exchange.write(piece);
                  written.addAndGet(piece.length);
                }
              } catch (IOException aborted) {
                closed.open();
                throw aborted;
              }
            }));
    assertThat(stage.get()).isMiss();
    // A client that stays: the origin's response is not broken off because nobody is left.
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path()))
          .hasStatus(200)
          .hasHeaderLines("X-Cache", "HIT")
          .hasBody("kept");
      closed.await();
      assertThat(written.get()).as("what fits into buffers").isLessThan(100_000_000);
    }
  }

  @Test
  void anErrorThatTricklesInForNobodyIsBrokenOff(Stage stage) throws Exception {
    Gate closed = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "kept", "Cache-Control: max-age=0, stale-if-error=60", "ETag: \"1\""),
            exchange -> {
              exchange.head(503, "Content-Length: 1000");
              exchange.awaitClosedByPeer();
              closed.open();
            }));
    assertThat(stage.get()).isMiss();
    // A client that stays: the origin's response is not broken off because nobody is left.
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path()))
          .hasStatus(200)
          .hasHeaderLines("X-Cache", "HIT")
          .hasBody("kept");
      closed.await();
    }
  }
}
