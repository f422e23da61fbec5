package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.BodyStream;
import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ResponseStart;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes are passed on as they come. */
@ExtendWith(OnStage.class)
final class StreamingScenarioTest {

  private static void assertNext(String expected, BodyStream body) throws IOException {
    assertThat(body.exactly(expected.length()))
        .asString(StandardCharsets.ISO_8859_1)
        .isEqualTo(expected);
  }

  @Test
  void theHeadIsPassedOnBeforeTheBody(Stage stage) throws Exception {
    Gate headSeen = stage.gate();
    stage.origin(
        exchange -> {
          exchange.head(200, "Content-Length: 4", "X-Kept: 1");
          headSeen.await();
          exchange.write("body");
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      ResponseStart head = client.readHead();
      assertThat(head.header("X-Kept")).isEqualTo("1");
      headSeen.open();
      assertNext("body", client.body("GET", head));
    }
    assertThat(stage.get()).isHit().hasBody("body");
  }

  @Test
  void eachChunkIsPassedOnWhileTheOriginHoldsTheNext(Stage stage) throws Exception {
    List<Gate> seen = List.of(stage.gate(), stage.gate(), stage.gate());
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, "Content-Type: text/event-stream");
          for (Gate each : seen) {
            exchange.chunk("data: x\n\n");
            each.await();
          }
          exchange.lastChunk();
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      BodyStream body = client.body("GET", client.readHead());
      for (Gate each : seen) {
        assertNext("data: x\n\n", body);
        each.open();
      }
      assertThat(body.readAllBytes()).isEmpty();
      assertThat(body.isEnded()).isTrue();
    }
    assertThat(stage.get()).isHit().hasBody("data: x\n\n".repeat(3));
  }

  @Test
  void aBodyWithALengthIsPassedOnAsItComes(Stage stage) throws Exception {
    Gate seen = stage.gate();
    stage.origin(
        exchange -> {
          exchange.head(200, "Content-Length: 10");
          exchange.write("12345");
          seen.await();
          exchange.write("67890");
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      BodyStream body = client.body("GET", client.readHead());
      assertNext("12345", body);
      seen.open();
      assertNext("67890", body);
    }
  }

  @Test
  void aClientOfHttp10GetsBytesAsTheyComeToo(Stage stage) throws Exception {
    Gate seen = stage.gate();
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200);
          exchange.chunk("one ");
          seen.await();
          exchange.chunk("two");
          exchange.lastChunk();
        });
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.0\r\nHost: x\r\n\r\n");
      ResponseStart head = client.readHead();
      assertThat(head.headers().has("Transfer-Encoding")).isFalse();
      BodyStream body = client.body("GET", head);
      assertNext("one ", body);
      seen.open();
      assertThat(body.readAllBytes()).asString(StandardCharsets.ISO_8859_1).isEqualTo("two");
    }
  }

  @Test
  void aLargeBodyComesThroughWholeAndIsNotStored(Stage stage) throws Exception {
    byte[] piece = new byte[1 << 20];
    new Random(3).nextBytes(piece);
    int pieces = 80;
    stage.origin(
        exchange -> {
          exchange.head(
              200, "Cache-Control: max-age=60", "Content-Length: " + (long) pieces * piece.length);
          for (int i = 0; i < pieces; i++) {
            exchange.write(piece);
          }
        });
    for (int time = 0; time < 2; time++) {
      try (RawClient client = stage.client()) {
        client.sendRequest("GET", stage.path());
        ResponseStart head = client.readHead();
        assertThat(head.header("X-Cache")).isEqualTo("MISS");
        BodyStream body = client.body("GET", head);
        for (int i = 0; i < pieces; i++) {
          assertThat(Arrays.equals(body.exactly(piece.length), piece)).isTrue();
        }
        assertThat(body.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aBodyOverTheLimitIsStreamedAndNotStored(Stage stage) throws Exception {
    ProxyUnderTest proxy = stage.proxy("max-object-size", "10KB");
    String small = "s".repeat(10 * 1024);
    String large = small + "!";
    stage.origin("small", Script.reply(200, small));
    stage.origin("large", Script.reply(200, large));
    stage.origin(
        "chunked",
        exchange -> {
          exchange.chunkedHead(200);
          exchange.chunk(small);
          exchange.chunk("!");
          exchange.lastChunk();
        });
    assertThat(proxy.get(stage.path("small"))).isMiss().hasBody(small);
    assertThat(proxy.get(stage.path("small"))).isHit().hasBody(small);
    for (String name : List.of("large", "large", "chunked", "chunked")) {
      assertThat(proxy.get(stage.path(name))).isMiss().hasBody(large);
    }
  }

  @Test
  void anInterimResponseDoesNotHoldUpTheFinalOne(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(103, "Link: </style.css>; rel=preload");
          exchange.interim(102);
          exchange.respond(200, "final", "Cache-Control: max-age=60");
        });
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("final");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody("final");
  }

  @Test
  void aClientThatLeavesEndsTheTransferFromTheOrigin(Stage stage) throws Exception {
    Gate ended = new Gate();
    Gate given = stage.gate();
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, "Cache-Control: no-store");
          exchange.chunk("first");
          try {
            for (byte[] more = new byte[1 << 16]; !given.isOpen(); ) {
              exchange.chunk(more);
            }
          } catch (IOException closed) {
            ended.open();
          }
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      assertNext("first", client.body("GET", client.readHead()));
      client.reset();
    }
    ended.await();
  }
}
