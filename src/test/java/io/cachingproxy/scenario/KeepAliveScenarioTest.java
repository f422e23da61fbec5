package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections are kept on both sides, and never mix up what travels on them. */
@ExtendWith(OnStage.class)
final class KeepAliveScenarioTest {

  private static final Script TARGET =
      exchange -> exchange.respond(200, exchange.request().target(), "Cache-Control: max-age=60");

  @Test
  void aClientsConnectionServesManyRequests(Stage stage) throws Exception {
    stage.origin(TARGET);
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 20; i++) {
        String target = stage.path("a" + i % 10);
        assertThat(client.get(target))
            .hasBody(target)
            .hasHeaderLines("X-Cache", i < 10 ? "MISS" : "HIT");
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInTheirOrder(Stage stage) throws Exception {
    stage.origin(TARGET);
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path("hit"))).isMiss();
      StringBuilder all = new StringBuilder();
      List<String> names = List.of("one", "hit", "two", "hit", "hit", "three");
      for (String name : names) {
        all.append("GET ").append(stage.path(name)).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      client.send(all.toString());
      for (String name : names) {
        assertThat(client.read("GET")).hasBody(stage.path(name));
      }
    }
  }

  @Test
  void aClientMayAskToClose(Stage stage) throws Exception {
    stage.origin(TARGET);
    for (String cache : List.of("MISS", "HIT")) {
      try (RawClient client = stage.client()) {
        assertThat(client.get(stage.path(), "Connection: close"))
            .hasHeaderLines("X-Cache", cache)
            .hasHeaderLines("Connection", "close");
        client.awaitClose();
      }
    }
  }

  @Test
  void aClientOfHttp10IsServedAndClosed(Stage stage) throws Exception {
    stage.origin(TARGET);
    for (String cache : List.of("MISS", "HIT")) {
      try (RawClient client = stage.client()) {
        client.send("GET " + stage.path() + " HTTP/1.0\r\n\r\n");
        assertThat(client.read("GET")).hasBody(stage.path()).hasHeaderLines("X-Cache", cache);
        client.awaitClose();
      }
    }
  }

  @Test
  void aClientOfHttp10NeverSeesChunks(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, "Cache-Control: max-age=60");
          exchange.chunk("one ");
          exchange.chunk("two");
          exchange.lastChunk();
        });
    for (String cache : List.of("MISS", "HIT")) {
      try (RawClient client = stage.client()) {
        client.send("GET " + stage.path() + " HTTP/1.0\r\nHost: x\r\n\r\n");
        assertThat(client.read("GET"))
            .hasBody("one two")
            .hasHeaderLines("X-Cache", cache)
            .hasNoHeader("Transfer-Encoding");
      }
    }
  }

  @Test
  void aClientOfHttp10MayKeepItsConnection(Stage stage) throws Exception {
    stage.origin(TARGET);
    try (RawClient client = stage.client()) {
      for (String name : List.of("a", "b", "a")) {
        client.send(
            "GET " + stage.path(name) + " HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
        Response response = client.read("GET");
        assertThat(response).hasBody(stage.path(name));
        assertThat(response.headers().lists("Connection", "keep-alive")).isTrue();
      }
    }
  }

  @Test
  void aClientThatEndsItsSideStillGetsItsAnswer(Stage stage) throws Exception {
    Gate closed = stage.gate();
    stage.origin(
        exchange -> {
          closed.await();
          TARGET.answer(exchange);
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path()).halfClose();
      closed.open();
      assertThat(client.read("GET")).hasStatus(200).hasBody(stage.path());
    }
  }

  @Test
  void connectionsToTheOriginAreReused(Stage stage) throws Exception {
    stage.origin(TARGET);
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 30; i++) {
        assertThat(client.get(stage.path("a" + i))).isMiss();
      }
    }
    assertThat(stage.requests().stream().map(ReceivedRequest::connection).distinct().count())
        .as("connections for 30 requests, one after the other")
        .isLessThan(10);
  }

  @Test
  void aReusedConnectionThatTheOriginClosesIsNoReasonToFail(Stage stage) throws Exception {
    Set<Integer> used = ConcurrentHashMap.newKeySet();
    stage.origin(
        exchange -> {
          if (used.add(exchange.request().connection())) {
            TARGET.answer(exchange);
          } else {
            exchange.close();
          }
        });
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 10; i++) {
        String target = stage.path("a" + i);
        assertThat(client.get(target)).hasStatus(200).hasBody(target);
      }
    }
  }

  @Test
  void aRequestThatIsNotIdempotentIsNeverSentTwice(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("POST")) {
            byte[] read = exchange.readBody();
            assertThat(read).hasSize(4);
            exchange.close();
          } else {
            TARGET.answer(exchange);
          }
        });
    ProxyUnderTest proxy = stage.proxy();
    for (int i = 0; i < 5; i++) {
      assertThat(proxy.get(stage.path("warm" + i))).isMiss();
      assertThat(proxy.send("POST", stage.path("post" + i), "body")).hasStatus(502);
    }
    assertThat(stage.requests().stream().filter(each -> each.method().equals("POST"))).hasSize(5);
  }

  @Test
  void anOriginThatClosesEachConnectionServesEveryRequest(Stage stage) throws Exception {
    stage.origin(
        "told",
        exchange -> {
          exchange.respond(200, "x", "Connection: close");
          exchange.close();
        });
    stage.origin(
        "untold",
        exchange -> {
          exchange.respond(200, "x");
          exchange.close();
        });
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get(stage.path("told" + i))).hasStatus(200).hasBody("x");
        assertThat(client.get(stage.path("untold" + i))).hasStatus(200).hasBody("x");
      }
    }
  }
}
