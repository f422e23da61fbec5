package io.cachingproxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A client that calls a broken response whole would let every truncation scenario pass. */
final class RawClientTest {

  private static Response answerTo(Script script) throws IOException {
    try (RawOrigin origin = RawOrigin.start().otherwise(script);
        RawClient client = RawClient.connect(origin.port())) {
      return client.get("/");
    }
  }

  @Test
  void keepsHeaderLinesExactlyAsReceived() throws Exception {
    Response response =
        answerTo(Script.raw("HTTP/1.1 299 Odd One\r\nb:  2 \r\nA: 1\r\nB: 3\r\n\r\nbody"));
    assertThat(response.statusLine()).isEqualTo("HTTP/1.1 299 Odd One");
    assertThat(response.headers().lines()).containsExactly("b:  2 ", "A: 1", "B: 3");
    assertThat(response.text()).isEqualTo("body");
    assertThat(new String(response.raw(), StandardCharsets.ISO_8859_1))
        .isEqualTo("HTTP/1.1 299 Odd One\r\nb:  2 \r\nA: 1\r\nB: 3\r\n\r\nbody");
  }

  @Test
  void flagsABodyShorterThanItsContentLength() throws Exception {
    Response response = answerTo(Script.raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234"));
    assertThat(response.isTruncated()).isTrue();
    assertThat(response.text()).isEqualTo("1234");
  }

  @Test
  void flagsAMissingLastChunk() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(answerTo(Script.raw(head + "3\r\nabc\r\n")).isTruncated()).isTrue();
    assertThat(answerTo(Script.raw(head + "3\r\nab")).isTruncated()).isTrue();
    assertThat(answerTo(Script.raw(head + "3\r\nabc\r\n0\r\n")).isTruncated()).isTrue();
    assertThat(answerTo(Script.raw(head + "3\r\nabc\r\n0\r\n\r\n")).isTruncated()).isFalse();
  }

  @Test
  void readsChunksAndTrailers() throws Exception {
    Response response =
        answerTo(
            exchange -> {
              exchange.chunkedHead(200);
              exchange.chunk("abc");
              exchange.chunk("defg");
              exchange.lastChunk("X-Sum: 7");
            });
    assertThat(response.text()).isEqualTo("abcdefg");
    assertThat(response.trailers().lines()).containsExactly("X-Sum: 7");
    assertThat(response.isTruncated()).isFalse();
  }

  @Test
  void collectsInterimResponses() throws Exception {
    Response response =
        answerTo(
            exchange -> {
              exchange.interim(103, "Link: </a.css>");
              exchange.interim(103, "Link: </b.css>");
              exchange.respond(200, "x");
            });
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.interims())
        .extracting(interim -> interim.header("Link"))
        .containsExactly("</a.css>", "</b.css>");
  }

  @Test
  void readsSeveralResponsesFromOneConnection() throws Exception {
    try (RawOrigin origin =
            RawOrigin.start()
                .otherwise(exchange -> exchange.respond(200, exchange.request().target()));
        RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/1").sendRequest("HEAD", "/2").sendRequest("GET", "/3");
      assertThat(client.read("GET").text()).isEqualTo("/1");
      assertThat(client.read("HEAD").header("Content-Length")).isEqualTo("2");
      assertThat(client.read("GET").text()).isEqualTo("/3");
    }
  }

  @Test
  void readsABodyPieceByPiece() throws Exception {
    Gate gate = new Gate();
    Script script =
        exchange -> {
          exchange.chunkedHead(200);
          exchange.chunk("first");
          gate.await();
          exchange.chunk("second");
          exchange.lastChunk();
        };
    try (RawOrigin origin = RawOrigin.start().otherwise(script);
        RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/");
      BodyStream body = client.body("GET", client.readHead());
      assertThat(body.exactly(5)).asString().isEqualTo("first");
      gate.open();
      assertThat(body.readAllBytes()).asString().isEqualTo("second");
    }
  }

  @Test
  void tellsAClosedConnectionFromAResponse() throws Exception {
    try (RawOrigin origin = RawOrigin.start().otherwise(OriginExchange::close);
        RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/");
      assertThat(client.readUnlessClosed("GET")).isNull();
    }
    try (RawOrigin origin = RawOrigin.start().otherwise(Script.raw("HTTP/1.1 200 O"));
        RawClient client = RawClient.connect(origin.port())) {
      client.sendRequest("GET", "/");
      assertThatThrownBy(() -> client.readUnlessClosed("GET"))
          .isInstanceOf(TruncatedMessageException.class);
    }
  }
}
