package io.cachingproxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The harness must see what happens on the wire, or no scenario means anything. */
final class RawOriginTest {

  @Test
  void tellsExactlyWhatItReceived() throws Exception {
    try (RawOrigin origin = RawOrigin.start().on("/a", Script.reply(200, "hello"));
        RawClient client = RawClient.connect(origin.port())) {
      client.send("GET /a%2fb|?x={} HTTP/1.1\r\nhOsT: x\r\nX-Two:  1 \r\nX-Two: 2\r\n\r\n");

      assertThat(client.read("GET").text()).isEqualTo("hello");
      ReceivedRequest request = origin.requests("/a").get(0);
      assertThat(request.target()).isEqualTo("/a%2fb|?x={}");
      assertThat(request.headers().lines()).containsExactly("hOsT: x", "X-Two:  1 ", "X-Two: 2");
      assertThat(request.headers().values("x-two")).containsExactly("1", "2");
      assertThat(request.head()).endsWith("X-Two: 2\r\n\r\n");
    }
  }

  @Test
  void keepsConnectionsAliveAndNumbersThem() throws Exception {
    try (RawOrigin origin = RawOrigin.start().otherwise(Script.reply(200, "x"));
        RawClient one = RawClient.connect(origin.port());
        RawClient two = RawClient.connect(origin.port())) {
      one.get("/1");
      one.sendRequest("POST", "/2", new byte[100]);
      one.read("POST");
      one.get("/3");
      two.get("/4");

      assertThat(origin.requests()).extracting(ReceivedRequest::connection).hasSize(4);
      assertThat(origin.requests("/3").get(0).connection())
          .isEqualTo(origin.requests("/1").get(0).connection())
          .isNotEqualTo(origin.requests("/4").get(0).connection());
      assertThat(origin.connections()).isEqualTo(2);
    }
  }

  @Test
  void picksTheLongestPrefix() throws Exception {
    try (RawOrigin origin =
            RawOrigin.start()
                .otherwise(Script.reply(404, ""))
                .on("/a", Script.reply(200, "a"))
                .on("/a/b", Script.reply(200, "b"));
        RawClient client = RawClient.connect(origin.port())) {
      assertThat(client.get("/a/b/c").text()).isEqualTo("b");
      assertThat(client.get("/a/x").text()).isEqualTo("a");
      assertThat(client.get("/z").status()).isEqualTo(404);
    }
  }

  @Test
  void playsScriptsInTheirOrder() throws Exception {
    Script script = Script.sequence(Script.reply(200, "1"), Script.reply(200, "2"));
    try (RawOrigin origin = RawOrigin.start().otherwise(script);
        RawClient client = RawClient.connect(origin.port())) {
      assertThat(client.get("/").text()).isEqualTo("1");
      assertThat(client.get("/").text()).isEqualTo("2");
      assertThat(client.get("/").text()).isEqualTo("2");
    }
  }

  @Test
  void confirmsAValidatorWith304() throws Exception {
    try (RawOrigin origin =
            RawOrigin.start().otherwise(Script.conditional("\"v1\"", "x", "X-A: b"));
        RawClient client = RawClient.connect(origin.port())) {
      assertThat(client.get("/").header("ETag")).isEqualTo("\"v1\"");
      Response confirmed = client.get("/", "If-None-Match: \"v0\", \"v1\"");
      assertThat(confirmed.status()).isEqualTo(304);
      assertThat(confirmed.header("X-A")).isEqualTo("b");
      assertThat(confirmed.header("Content-Length")).isNull();
      assertThat(client.get("/", "If-None-Match: \"v0\"").status()).isEqualTo(200);
    }
  }

  @Test
  void readsARequestBodyAsItArrives() throws Exception {
    Gate firstPartSeen = new Gate();
    Script script =
        exchange -> {
          byte[] first = exchange.body().exactly(3);
          firstPartSeen.open();
          byte[] rest = exchange.readBody();
          exchange.respond(200, new String(first, StandardCharsets.US_ASCII) + "+" + rest.length);
        };
    try (RawOrigin origin = RawOrigin.start().otherwise(script);
        RawClient client = RawClient.connect(origin.port())) {
      client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      firstPartSeen.await();
      client.send("5;x=y\r\n12345\r\n0\r\n\r\n");
      assertThat(client.read("PUT").text()).isEqualTo("abc+5");
    }
  }

  @Test
  void resetsAConnection() throws Exception {
    Gate partSeen = new Gate();
    Script script =
        exchange -> {
          exchange.head(200);
          exchange.write("123");
          partSeen.await();
          exchange.reset();
        };
    try (RawOrigin origin = RawOrigin.start().otherwise(script);
        RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/");
      BodyStream body = client.body("GET", client.readHead());
      assertThat(body.exactly(3)).asString().isEqualTo("123");
      partSeen.open();
      assertThatThrownBy(body::read).isInstanceOf(TruncatedMessageException.class);
    }
  }

  @Test
  void failsTheTestWhenAScriptFails() throws Exception {
    RawOrigin origin =
        RawOrigin.start()
            .otherwise(
                exchange -> {
                  throw new IllegalStateException("wrong");
                });
    try (RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/");
      client.awaitClose();
    }
    assertThatThrownBy(origin::close)
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("wrong");
  }

  @Test
  void failsTheTestWhenNoScriptFits() throws Exception {
    RawOrigin origin = RawOrigin.start().on("/a", Script.reply(200, ""));
    try (RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/b");
      client.awaitClose();
    }
    assertThatThrownBy(origin::close).hasRootCauseMessage("no script for /b");
  }

  @Test
  void seesThatThePeerHasLeft() throws Exception {
    Gate seen = new Gate();
    Script script =
        exchange -> {
          exchange.awaitClosedByPeer();
          seen.open();
        };
    try (RawOrigin origin = RawOrigin.start().otherwise(script)) {
      RawClient client = RawClient.connect(origin.port());
      client.sendRequest("GET", "/");
      await().until(() -> origin.requests().size() == 1);
      client.close();
      seen.await();
      await().until(() -> origin.openConnections() == 0);
    }
  }
}
