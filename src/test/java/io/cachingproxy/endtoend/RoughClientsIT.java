package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.BodyStream;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.ResponseStart;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that leave, don't read, or send more than anybody holds, before a process with little
 * memory. They cost others nothing and the log no line.
 */
class RoughClientsIT {

  private static final int MB = 1 << 20;

  /** Less than any of the bodies here, for heap and bodies alike. */
  private static final List<String> LITTLE = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=48m");

  private final RawOrigin origin = RawOrigin.start();

  @AfterEach
  void stop() {
    origin.stop();
  }

  @Test
  void aClientThatLeavesInTheMiddleEndsItsFetchAndNothingElse() throws Exception {
    origin
        .on("/large", exchange -> send(exchange, 1024))
        .on("/page", Script.reply(200, "page", "Cache-Control: max-age=60"));
    try (RunningProxy proxy = start()) {
      for (int i = 0; i < 10; i++) {
        RawClient leaving = proxy.client();
        leaving.sendRequest("GET", "/large?" + i);
        leaving.readBytes(MB);
        leaving.reset();
      }
      await("the origin's connections are given up")
          .atMost(Program.PATIENCE)
          .until(() -> origin.openConnections() == 0);
      assertThat(proxy.get("/page")).isStoredMiss().hasBody("page");
      assertThat(proxy.get("/page")).isHit().hasBody("page");
      assertThat(proxy.metric("proxy_exchanges_failed_total")).isEqualTo(10);
      assertThat(proxy.metric("proxy_requests_in_flight")).isZero();
      assertThat(proxy.log()).isEmpty();
    }
  }

  @Test
  void manyClientsThatDoNotReadHoldUpNobody() throws Exception {
    origin
        .on("/large", exchange -> send(exchange, 1024))
        .on("/page", Script.reply(200, "page", "Cache-Control: max-age=60"));
    List<RawClient> idle = new ArrayList<>();
    try (RunningProxy proxy = start()) {
      for (int i = 0; i < 50; i++) {
        RawClient client = proxy.client();
        idle.add(client);
        client.sendRequest("GET", "/large?" + i);
      }
      await().atMost(Program.PATIENCE).until(() -> origin.requests("/large").size() == 50);
      assertThat(proxy.get("/page")).isStoredMiss().hasBody("page");
      assertThat(proxy.get("/page")).isHit().hasBody("page");
      idle.forEach(RawClient::close);
      await().atMost(Program.PATIENCE).until(() -> proxy.metric("proxy_requests_in_flight") == 0);
      assertThat(proxy.log()).isEmpty();
    }
  }

  @Test
  void aDownloadLargerThanTheMemoryGoesThrough() throws Exception {
    origin.on("/large", exchange -> send(exchange, 512));
    try (RunningProxy proxy = start();
        RawClient client = proxy.client()) {
      client.sendRequest("GET", "/large");
      ResponseStart head = client.readHead();
      assertThat(head.header("X-Cache")).isEqualTo("MISS");
      BodyStream body = client.body("GET", head);
      assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(512L * MB);
      assertThat(proxy.metric("proxy_store_responses")).as("too large to be stored").isZero();
      assertThat(proxy.log()).isEmpty();
    }
  }

  @Test
  void anUploadLargerThanTheMemoryGoesThrough() throws Exception {
    origin.on(
        "/upload",
        exchange -> {
          long received = exchange.body().transferTo(OutputStream.nullOutputStream());
          exchange.respond(201, "" + received);
        });
    try (RunningProxy proxy = start();
        RawClient client = proxy.client()) {
      client.sendRequest("PUT", "/upload", "Transfer-Encoding: chunked");
      byte[] piece = new byte[MB];
      for (int i = 0; i < 256; i++) {
        client.send(Integer.toHexString(MB) + "\r\n").send(piece).send("\r\n");
      }
      client.send("0\r\n\r\n");
      assertThat(client.read("PUT")).isMiss().hasStatus(201).hasBody("" + 256L * MB);
      assertThat(proxy.log()).isEmpty();
    }
  }

  /** RFC 9112 §7.1: the request is the client's fault, and the log has nothing to tell. */
  @Test
  void aBrokenUploadIsTheClientsFault() throws Exception {
    origin.on(
        "/upload",
        exchange -> {
          exchange.body().transferTo(OutputStream.nullOutputStream());
          exchange.respond(201, "whole");
        });
    try (RunningProxy proxy = start();
        RawClient client = proxy.client()) {
      client.sendRequest("POST", "/upload", "Transfer-Encoding: chunked");
      client.send("5\r\nhello\r\nnonsense\r\n");
      Response response = client.read("POST");
      assertThat(response).hasStatus(400);
      client.awaitClose();
      assertThat(proxy.log()).isEmpty();
    }
  }

  private RunningProxy start() {
    return RunningProxy.start(LITTLE, origin.url(), "--memory", "16MB");
  }

  private static void send(OriginExchange exchange, int megabytes) throws IOException {
    exchange.head(200, "Content-Length: " + (long) megabytes * MB, "Cache-Control: max-age=60");
    byte[] piece = new byte[MB];
    for (int i = 0; i < megabytes; i++) {
      exchange.write(piece);
    }
  }
}
