package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A connection that goes on with another protocol goes end to end, and never back to HTTP. */
@ExtendWith(OnStage.class)
@Tag("embedded-only")
final class UpgradeScenarioTest {

  private static final String[] WEBSOCKET = {
    "Connection: keep-alive, Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
  };

  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  private static final int PIECE = 64 * 1024;

  private static Script echo() {
    return exchange -> {
      exchange.write(SWITCH);
      byte[] bytes = new byte[PIECE];
      for (int count = exchange.read(bytes); count >= 0; count = exchange.read(bytes)) {
        exchange.write(java.util.Arrays.copyOf(bytes, count));
      }
      exchange.close();
    };
  }

  private static RawClient upgrade(ProxyUnderTest proxy, String path) throws IOException {
    RawClient client = proxy.client().sendRequest("GET", path, WEBSOCKET);
    assertThat(client.readHead().status()).isEqualTo(101);
    return client;
  }

  private static String text(RawClient client, int length) throws IOException {
    return new String(client.readBytes(length), ISO_8859_1);
  }

  private static String metrics(ProxyUnderTest proxy) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + proxy.managementPort() + "/metrics");
    return new String(uri.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void theHandshakeAndAllThatFollowsGoEndToEnd(Stage stage) throws Exception {
    stage.origin(echo());
    try (RawClient client = stage.client().sendRequest("GET", stage.path(), WEBSOCKET)) {
      ResponseStart head = client.readHead();
      assertThat(head.status()).isEqualTo(101);
      assertThat(head.headers().first("Sec-WebSocket-Accept"))
          .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(head.headers().first("Upgrade")).isEqualTo("websocket");
      assertThat(head.headers().first("Connection")).isEqualToIgnoringCase("upgrade");
      assertThat(head.headers().first("X-Cache")).isEqualTo("MISS");
      assertThat(head.headers().first("Cache-Status"))
          .isEqualTo("caching-proxy; fwd=bypass; fwd-status=101; detail=upgrade");
      assertThat(head.headers().first("Via")).isEqualTo("1.1 caching-proxy");
      assertThat(head.headers().first("Content-Length")).isNull();
      assertThat(head.headers().first("Transfer-Encoding")).isNull();
      assertThat(stage.lastRequest().headers().first("Upgrade")).isEqualTo("websocket");
      assertThat(stage.lastRequest().headers().first("Connection")).isEqualTo("Upgrade");
      assertThat(stage.lastRequest().headers().first("Sec-WebSocket-Key")).isNotNull();
      assertThat(stage.lastRequest().headers().first("X-Forwarded-For")).isEqualTo("127.0.0.1");
      for (String message : new String[] {"one", "GET / HTTP/1.1\r\n\r\n", "\0\1\2\377"}) {
        client.send(message);
        assertThat(text(client, message.length())).isEqualTo(message);
      }
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void whatEitherSideSendsTooEarlyArrivesToo(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.write(SWITCH + "from the origin");
          byte[] bytes = new byte["from the client".length()];
          assertThat(exchange.read(bytes)).isEqualTo(bytes.length);
          exchange.write(bytes);
          exchange.close();
        });
    try (RawClient client = stage.client()) {
      client.send(
          "GET "
              + stage.path()
              + " HTTP/1.1\r\nHost: a\r\n"
              + String.join("\r\n", WEBSOCKET)
              + "\r\n\r\nfrom the client");
      assertThat(client.readHead().status()).isEqualTo(101);
      assertThat(text(client, 30)).isEqualTo("from the originfrom the client");
      client.awaitClose();
    }
  }

  @Test
  void aSlowReaderSlowsTheSenderDownAndGetsEveryByte(Stage stage) throws Exception {
    // Linux lets each socket's buffers grow to tens of megabytes: nothing held up would be all of
    // it
    long total = 160L << 20;
    AtomicLong written = new AtomicLong();
    stage.origin(
        exchange -> {
          exchange.write(SWITCH);
          for (long i = 0; i < total; i += PIECE) {
            exchange.write(pattern(i));
            written.addAndGet(PIECE);
          }
          long received = 0;
          byte[] bytes = new byte[PIECE];
          for (int count = exchange.read(bytes); count >= 0; count = exchange.read(bytes)) {
            received += count;
          }
          exchange.write(Long.toString(received));
          exchange.close();
        });
    try (RawClient client = upgrade(stage.proxy(), stage.path())) {
      AtomicLong before = new AtomicLong(-1);
      await("the origin is held up")
          .pollInterval(Duration.ofMillis(150))
          .until(() -> before.getAndSet(written.get()) == written.get() && written.get() > 0);
      assertThat(written.get()).as("what fits into the kernel's buffers").isLessThan(100L << 20);
      byte[] bytes = new byte[PIECE];
      long read = 0;
      while (read < total) {
        int count = client.read(bytes);
        assertThat(count).isPositive();
        for (int i = 0; i < count; i += 997) {
          assertThat(bytes[i]).isEqualTo((byte) ((read + i) % 251));
        }
        read += count;
      }
      for (long i = 0; i < 16L << 20; i += PIECE) {
        client.send(pattern(i));
      }
      client.halfClose();
      assertThat(text(client, 8)).isEqualTo(Long.toString(16L << 20));
      client.awaitClose();
    }
  }

  private static byte[] pattern(long from) {
    byte[] bytes = new byte[PIECE];
    for (int i = 0; i < PIECE; i++) {
      bytes[i] = (byte) ((from + i) % 251);
    }
    return bytes;
  }

  @Test
  void theEndOfTheClientsDirectionLeavesTheOtherOpen(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.write(SWITCH);
          byte[] bytes = new byte[10];
          assertThat(exchange.read(bytes)).isEqualTo(3);
          assertThat(exchange.read(bytes)).as("the end").isEqualTo(-1);
          exchange.write("more");
          exchange.close();
        });
    try (RawClient client = upgrade(stage.proxy(), stage.path())) {
      client.send("abc").halfClose();
      assertThat(text(client, 4)).isEqualTo("more");
      client.awaitClose();
    }
  }

  @Test
  void theEndOfTheOriginsDirectionLeavesTheOtherOpen(Stage stage) throws Exception {
    Gate heard = stage.gate();
    stage.origin(
        exchange -> {
          exchange.write(SWITCH + "bye");
          exchange.halfClose();
          byte[] bytes = new byte[10];
          assertThat(exchange.read(bytes)).isEqualTo(5);
          assertThat(exchange.read(bytes)).as("the end").isEqualTo(-1);
          heard.open();
          exchange.close();
        });
    try (RawClient client = upgrade(stage.proxy(), stage.path())) {
      assertThat(text(client, 3)).isEqualTo("bye");
      assertThat(client.read(new byte[1])).as("the end").isEqualTo(-1);
      client.send("still").halfClose();
      heard.await();
    }
  }

  @Test
  void aTunnelInWhichNothingMovesIsClosed(Stage stage) throws Exception {
    Gate closed = stage.gate();
    stage.origin(
        exchange -> {
          exchange.write(SWITCH);
          exchange.awaitClosedByPeer();
          closed.open();
        });
    ProxyUnderTest proxy = stage.proxy("idle-timeout", "500ms");
    try (RawClient client = upgrade(proxy, stage.path())) {
      client.awaitClose();
      closed.await();
    }
  }

  @Test
  void trafficInOneDirectionKeepsBothOpen(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.write(SWITCH);
          for (int i = 0; i < 12; i++) {
            java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            exchange.write("x");
          }
          exchange.close();
        });
    ProxyUnderTest proxy = stage.proxy("idle-timeout", "3s");
    try (RawClient client = upgrade(proxy, stage.path())) {
      assertThat(text(client, 12)).isEqualTo("x".repeat(12));
      client.awaitClose();
    }
  }

  @Test
  void anOriginThatDiesBreaksTheClientsConnection(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.write(SWITCH + "abc");
          byte[] one = new byte[1];
          assertThat(exchange.read(one)).isEqualTo(1);
          exchange.reset();
        });
    try (RawClient client = upgrade(stage.proxy(), stage.path())) {
      assertThat(text(client, 3)).isEqualTo("abc");
      client.send("x");
      assertThatThrownBy(
              () -> {
                int unused = client.read(new byte[1]);
              })
          .isInstanceOf(TruncatedMessageException.class);
    }
  }

  @Test
  void aClientThatDiesEndsTheOriginsConnection(Stage stage) throws Exception {
    Gate closed = stage.gate();
    stage.origin(
        exchange -> {
          exchange.write(SWITCH);
          byte[] piece = new byte[PIECE];
          try {
            while (true) {
              exchange.write(piece);
            }
          } catch (IOException broken) {
            closed.open();
          }
        });
    RawClient client = upgrade(stage.proxy(), stage.path());
    assertThat(client.read(new byte[PIECE])).isPositive();
    client.reset();
    closed.await();
  }

  @Test
  void aRefusalIsPassedOnAndWhatFollowsTheRequestIsNeverReadAsAnother(Stage stage)
      throws Exception {
    stage.origin(Script.reply(403, "not for you", "Cache-Control: max-age=60"));
    for (int i = 0; i < 2; i++) {
      try (RawClient client = stage.client()) {
        client.send(
            "GET "
                + stage.path()
                + " HTTP/1.1\r\nHost: a\r\n"
                + String.join("\r\n", WEBSOCKET)
                + "\r\n\r\nGET "
                + stage.path("smuggled")
                + " HTTP/1.1\r\nHost: a\r\n\r\n");
        Response response = client.read("GET");
        assertThat(response).hasStatus(403).isMiss().hasBody("not for you");
        assertThat(response.headers().first("Connection")).isEqualToIgnoringCase("close");
        client.awaitClose();
      }
    }
    assertThat(stage.requests()).as("nothing was stored").hasSize(2);
    assertThat(stage.requests()).noneMatch(each -> each.target().endsWith("smuggled"));
    assertThat(stage.get()).hasStatus(403).isMiss();
  }

  @Test
  void anOriginThatCannotBeAskedIsAShortErrorAndTheEndOfTheConnection(Stage stage)
      throws Exception {
    stage.origin(OriginExchange::close);
    try (RawClient client = stage.client().sendRequest("POST", stage.path(), WEBSOCKET)) {
      client.send("GET " + stage.path("smuggled") + " HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.read("POST")).hasStatus(502).isMiss();
      client.awaitClose();
    }
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void aSwitchToWhatNobodyAskedForIsRefused(Stage stage) throws Exception {
    stage.origin(
        Script.raw("HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nabc"));
    try (RawClient client = stage.client().sendRequest("GET", stage.path(), WEBSOCKET)) {
      assertThat(client.read("GET")).hasStatus(502).isMiss();
      client.awaitClose();
    }
  }

  @Test
  void moreTunnelsThanMayBeOpenAreRefusedAndAClosedOneMakesRoom(Stage stage) throws Exception {
    stage.origin(echo());
    ProxyUnderTest proxy = stage.proxy("max-tunnels", "1");
    try (RawClient first = upgrade(proxy, stage.path())) {
      try (RawClient second = proxy.client().sendRequest("GET", stage.path(), WEBSOCKET)) {
        assertThat(second.read("GET"))
            .hasStatus(503)
            .hasHeaderLines("Retry-After", "1")
            .hasBody("too many tunnels are open\n");
      }
      assertThat(metrics(proxy))
          .contains("proxy_tunnels_open 1.0", "proxy_tunnels_refused_total 1.0");
      first.send("abc");
      assertThat(text(first, 3)).isEqualTo("abc");
    }
    await().until(() -> metrics(proxy).contains("proxy_tunnels_open 0.0"));
    upgrade(proxy, stage.path()).close();
    await()
        .untilAsserted(
            () ->
                assertThat(metrics(proxy))
                    .contains("proxy_tunnels_total 2.0")
                    .contains("proxy_tunnel_bytes_total{to=\"client\",} 3.0")
                    .contains("proxy_tunnel_bytes_total{to=\"origin\",} 3.0")
                    .contains("{method=\"GET\",status=\"1xx\",cache=\"MISS\",} 2.0")
                    .contains("proxy_requests_in_flight 0.0"));
  }

  @Test
  void refusalsAndFailuresGiveTheirPlaceBack(Stage stage) throws Exception {
    stage.origin("no", Script.reply(400, "no"));
    stage.origin("dies", OriginExchange::reset);
    stage.origin("page", echo());
    ProxyUnderTest proxy = stage.proxy("max-tunnels", "1");
    for (String name : new String[] {"no", "dies", "no", "dies"}) {
      await()
          .until(
              () ->
                  proxy.exchange("POST", stage.path(name), WEBSOCKET).status()
                      == (name.equals("no") ? 400 : 502));
    }
    upgrade(proxy, stage.path()).close();
  }

  @Test
  void whenTheProxyStopsItsTunnelsEnd(Stage stage) throws Exception {
    stage.origin(echo());
    ProxyUnderTest proxy =
        ProxyUnderTest.start(
            Map.of("origin", stage.sharedOrigin().url(), "shutdown-timeout", "10m"));
    try (RawClient client = upgrade(proxy, stage.path())) {
      client.send("abc");
      assertThat(text(client, 3)).isEqualTo("abc");
      long start = System.nanoTime();
      proxy.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(5));
      client.awaitClose();
    }
  }
}
