package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever clients do, it never counts against the origin: the breaker stays closed for the others.
 * Here one single failure would open it.
 */
@Tag("embedded-only")
final class BlamelessOriginScenarioTest {

  private final RawOrigin origin = RawOrigin.start();
  private final List<AutoCloseable> open = new ArrayList<>();

  private ProxyUnderTest proxy(String... namesAndValues) {
    Map<String, String> settings =
        new TreeMap<>(Map.of("origin", origin.url(), "breaker-failures", "1"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    ProxyUnderTest proxy = ProxyUnderTest.start(settings);
    open.add(proxy);
    return proxy;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    origin.stop();
  }

  private static double downs(ProxyUnderTest proxy) throws IOException {
    try (RawClient client = RawClient.connect(proxy.managementPort())) {
      return client
          .get("/metrics", "Connection: close")
          .text()
          .lines()
          .filter(line -> line.startsWith("proxy_origin_downs_total "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
          .sum();
    }
  }

  private void assertNeverDoubted(ProxyUnderTest proxy) throws IOException {
    assertThat(downs(proxy)).isZero();
    assertThat(proxy.get("/page?after")).hasStatus(200);
    assertThat(origin.requests("*")).as("nobody had to ask whether it is there").isEmpty();
  }

  @Test
  void aHeadThatGrowsBeyondItsLimitOnTheWayIsSentAllTheSame() throws Exception {
    origin.on("/page", Script.reply(200, "fine"));
    ProxyUnderTest proxy = proxy();
    // The largest that is taken, by bisection.
    int taken = 1_000;
    int refused = 40_000;
    while (refused - taken > 1) {
      int length = (taken + refused) / 2;
      Response response = proxy.get("/page", "X-Long: " + "x".repeat(length));
      if (response.status() == 200) {
        taken = length;
      } else {
        assertThat(response).hasStatus(431);
        assertThat(response.headers().values("X-Cache")).as("refused at the door").isEmpty();
        refused = length;
      }
    }
    assertThat(taken).isGreaterThan(32_000);
    assertNeverDoubted(proxy);
  }

  @Test
  void aRequestThatCanNotBeSentIsItsSendersFault() throws Exception {
    origin.on("/page", Script.reply(200, "fine"));
    ProxyUnderTest proxy = proxy();
    try (LogCapture log = new LogCapture();
        RawClient client = proxy.client()) {
      // Each of these bytes becomes three on the way.
      client.send("GET /page?" + "\u00c3\u00a9".repeat(12_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.read("GET"))
          .hasStatus(431)
          .hasHeaderLines("Cache-Status", "caching-proxy; fwd=uri-miss; detail=request-too-large")
          .hasBody("the request's fields are too large\n");
      assertThat(log.messages()).isEmpty();
    }
    assertNeverDoubted(proxy);
  }

  @Test
  void whateverTheRequestLineAndTheFieldsAreTheOriginIsAlive() throws Exception {
    origin.otherwise(Script.reply(200, "fine"));
    ProxyUnderTest proxy = proxy();
    List<String> requests =
        List.of(
            "GET //x:y/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET //[/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET //x:99999999/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET //u@x:1/ HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET ///a HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /%zz%0d%0a?%00 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /a;b=c:d://?x://y:z HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /../../.. HTTP/1.1\r\nHost: x\r\n\r\n",
            "!#$%&'*+-.^_`|~9 / HTTP/1.1\r\nHost: x\r\n\r\n",
            "M".repeat(8_000) + " / HTTP/1.1\r\nHost: x\r\n\r\n",
            "PRI / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close, host, expect\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: a/b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nTrailer: Content-Length\r\nTE: trailers\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: \u0080\u00ff\ta\r\nCookie: ;;==\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Type:\r\nAuthorization: \r\n\r\n",
            "GET http://x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
    try (LogCapture log = new LogCapture()) {
      for (String request : requests) {
        try (RawClient client = proxy.client()) {
          String method = request.substring(0, request.indexOf(' '));
          Response response = client.send(request).readUnlessClosed(method);
          assertThat(response == null ? 0 : response.status())
              .as(request)
              .isNotIn(500, 502, 503, 504);
        }
        assertThat(downs(proxy)).as(request).isZero();
        assertThat(origin.requests("*")).as(request).isEmpty();
      }
      assertThat(log.stackTraces()).isEmpty();
    }
    assertNeverDoubted(proxy);
  }

  @Test
  void uploadsThatBreakOffOrStallOrThatTheOriginIsTiredOfAreTheClientsFault() throws Exception {
    origin.on("/page", Script.reply(200, "fine"));
    origin.on("/read", exchange -> exchange.respond(200, exchange.readBody()));
    origin.on(
        "/impatient",
        exchange -> {
          byte[] unused = exchange.body().exactly(1);
          exchange.close();
        });
    origin.on("/silent", OriginExchange::awaitClosedByPeer);
    ProxyUnderTest proxy = proxy("idle-timeout", "500ms");
    for (String framing : List.of("Content-Length: 100", "Transfer-Encoding: chunked")) {
      String piece = framing.startsWith("T") ? "1\r\na\r\n" : "a";
      try (RawClient client = proxy.client()) {
        client.sendRequest("POST", "/read?reset", framing).send(piece);
        await().until(() -> !origin.requests("/read?reset").isEmpty());
        client.reset();
      }
      try (RawClient client = proxy.client()) {
        client.sendRequest("POST", "/read?stalled", framing).send(piece);
        assertThat(client.read("POST")).hasStatus(408);
      }
      try (RawClient client = proxy.client()) {
        client.sendRequest("POST", "/impatient", framing).send(piece);
        assertThat(client.read("POST")).hasStatus(502);
      }
      try (RawClient client = proxy.client()) {
        client.sendRequest("POST", "/silent", framing, "Expect: 100-continue");
        assertThat(client.read("POST")).hasStatus(408);
      }
    }
    assertNeverDoubted(proxy);
  }

  @Test
  void pagesThatHangOrCloseSayNothingOfTheOthers() throws Exception {
    Gate end = new Gate();
    open.add(end::open);
    origin.on("/closes", OriginExchange::reset);
    origin.on(
        "/hangs",
        exchange -> {
          end.await();
          exchange.close();
        });
    origin.otherwise(Script.reply(404, "what?"));
    ProxyUnderTest proxy = proxy("first-byte-timeout", "500ms");
    for (int i = 0; i < 5; i++) {
      assertThat(proxy.send("POST", "/closes?" + i, "x")).hasStatus(502);
    }
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients.add(proxy.client().sendRequest("GET", "/hangs?" + i));
      clients.add(
          proxy
              .client()
              .sendRequest(
                  "GET",
                  "/hangs?up" + i,
                  "Connection: Upgrade",
                  "Upgrade: websocket",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    }
    for (RawClient client : clients) {
      assertThat(client.read("GET")).hasStatus(504);
      client.close();
    }
    assertThat(downs(proxy)).isZero();
    assertThat(proxy.get("/page")).hasStatus(404);
    assertThat(origin.requests("*")).as("it was asked whether it is there").isNotEmpty();
    assertThat(origin.requests("*").get(0).head())
        .contains("OPTIONS * HTTP/1.1", "Max-Forwards: 0");
  }

  @Test
  void anOriginThatTakesLongerToSaySoThanConnectionsMayBeIdleIsThere() throws Exception {
    Gate answered = new Gate();
    open.add(answered::open);
    origin.on("/closes", OriginExchange::reset);
    origin.on(
        "*",
        exchange -> {
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
          answered.open();
          exchange.respond(200, "");
        });
    ProxyUnderTest proxy = proxy("idle-timeout", "200ms");
    assertThat(proxy.get("/closes")).hasStatus(502);
    answered.await();
    assertThat(downs(proxy)).isZero();
  }

  @Test
  void anOriginThatAnswersNothingAtAllIsFoundOutAllTheSame() throws Exception {
    origin.otherwise(OriginExchange::reset);
    ProxyUnderTest proxy = proxy();
    assertThat(proxy.get("/page?1")).hasStatus(502);
    await().until(() -> downs(proxy) == 1);
    origin.otherwise(Script.reply(200, "back"));
    await().untilAsserted(() -> assertThat(proxy.get("/page")).hasStatus(200));
  }

  @Test
  void anOriginThatHangsIsFoundOutThoughAllItsConnectionsAreTaken() throws Exception {
    origin.otherwise(OriginExchange::awaitClosedByPeer);
    ProxyUnderTest proxy =
        proxy(
            "max-origin-connections",
            "2",
            "first-byte-timeout",
            "300ms",
            "idle-timeout",
            "1m",
            "breaker-failures",
            "3");
    AtomicInteger number = new AtomicInteger();
    List<RawClient> clients = new ArrayList<>();
    await()
        .until(
            () -> {
              // More wait all the time than have a connection.
              for (int i = 0; i < 4; i++) {
                clients.add(proxy.client().sendRequest("GET", "/page?" + number.incrementAndGet()));
              }
              return downs(proxy) == 1;
            });
    for (RawClient client : clients) {
      client.close();
    }
  }
}
