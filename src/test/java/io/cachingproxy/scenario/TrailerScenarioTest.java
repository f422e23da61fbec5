package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.HeaderLines;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Trailer fields come through in both directions, and stay trailer fields (RFC 9110 §6.5). */
@ExtendWith(OnStage.class)
final class TrailerScenarioTest {

  /** Chunks and then these trailers. */
  private static Script trailing(String[] headerLines, String[] chunks, String... trailers) {
    return exchange -> {
      exchange.chunkedHead(200, headerLines);
      for (String chunk : chunks) {
        exchange.chunk(chunk);
      }
      exchange.lastChunk(trailers);
    };
  }

  private static String[] lines(String... lines) {
    return lines;
  }

  @Test
  void aResponsesTrailersReachTheClient(Stage stage) throws Exception {
    stage.origin(
        trailing(
            lines("Trailer: X-Sum, ETag"), lines("abc", "def"), "X-Sum: 1", "ETag: \"trailing\""));
    Response response = stage.get("TE: trailers", "Connection: TE");
    assertThat(response)
        .hasBody("abcdef")
        .hasHeaderLines("Trailer", "X-Sum, ETag")
        .hasNoHeader("X-Sum")
        .hasNoHeader("ETag");
    assertThat(response.trailers().values("X-Sum")).containsExactly("1");
    assertThat(response.trailers().values("ETag")).containsExactly("\"trailing\"");
  }

  @Test
  void theyComeAfterContentThatIsEmptyToo(Stage stage) throws Exception {
    stage.origin(trailing(lines(), lines(), "X-Sum: 0"));
    Response response = stage.get();
    assertThat(response).hasBody("");
    assertThat(response.trailers().values("X-Sum")).containsExactly("0");
  }

  @Test
  void theOriginHearsThatTheyAreWelcome(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: no-store"));
    assertThat(stage.get("TE: gzip, trailers;q=0.5, trailers", "Connection: TE")).hasStatus(200);
    HeaderLines received = stage.lastRequest().headers();
    assertThat(received.values("TE")).containsExactly("trailers");
    assertThat(received.lists("Connection", "TE")).isTrue();
    assertThat(stage.get("TE: gzip", "Connection: TE")).hasStatus(200);
    assertThat(stage.lastRequest().headers().values("TE")).isEmpty();
  }

  @Test
  void fieldsThatWouldChangeTheMessageAreDropped(Stage stage) throws Exception {
    stage.origin(
        trailing(
            lines(),
            lines("abc"),
            "Content-Length: 7",
            "Set-Cookie: a=b",
            "Cache-Control: max-age=60",
            "X-Sum: 1"));
    Response response = stage.get();
    assertThat(response).hasBody("abc");
    assertThat(response.trailers().values("X-Sum")).containsExactly("1");
    for (String name : lines("Content-Length", "Set-Cookie", "Cache-Control")) {
      assertThat(response.trailers().values(name)).as(name).isEmpty();
    }
  }

  /** RFC 9111 §3.1: "Caches MUST NOT combine trailer fields with header fields". */
  @Test
  void trailersAreNeitherStoredNorMergedIntoTheHeaders(Stage stage) throws Exception {
    stage.origin(
        trailing(
            lines("Cache-Control: max-age=60", "Trailer: X-Sum"),
            lines("abc"),
            "X-Sum: 1",
            "ETag: \"a\"",
            "Cache-Control: no-store"));
    assertThat(stage.get()).isStoredMiss().hasBody("abc");
    Response hit = stage.get("If-None-Match: \"a\"");
    assertThat(hit)
        .isHit()
        .hasStatus(200)
        .hasBody("abc")
        .hasNoHeader("X-Sum")
        .hasNoHeader("ETag")
        .hasHeaderLines("Cache-Control", "max-age=60")
        .hasHeaderLines("Trailer", "X-Sum");
    assertThat(hit.trailers().values("X-Sum")).isEmpty();
  }

  @Test
  void aClientOfHttp10GetsTheContentAlone(Stage stage) throws Exception {
    stage.origin(trailing(lines(), lines("abc"), "X-Sum: 1"));
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.0\r\n\r\n");
      assertThat(client.read("GET")).hasBody("abc").hasNoHeader("X-Sum");
      client.awaitClose();
    }
  }

  @Test
  void aRequestsTrailersReachTheOrigin(Stage stage) throws Exception {
    BlockingQueue<HeaderLines> trailers = new LinkedBlockingQueue<>();
    stage.origin(
        exchange -> {
          String content = new String(exchange.readBody());
          trailers.add(exchange.body().trailers());
          exchange.respond(200, content);
        });
    try (RawClient client = stage.client()) {
      for (String body : lines("3\r\nabc\r\n0\r\n", "0\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\n")) {
        client.sendRequest(
            "POST", stage.path(), "Transfer-Encoding: chunked", "Trailer: X-Sum, Host");
        client.send(body + "X-Sum: 1\r\nHost: evil.example\r\nX-Sum: 2\r\n\r\n");
        assertThat(client.read("POST")).hasStatus(200);
        HeaderLines received = trailers.remove();
        // The Servlet API joins the values of a name with a bare comma.
        assertThat(String.join(",", received.values("X-Sum")).replace(" ", "")).isEqualTo("1,2");
        assertThat(received.values("Host")).isEmpty();
        assertThat(stage.lastRequest().headers().values("Trailer")).containsExactly("X-Sum, Host");
        assertThat(stage.lastRequest().headers().values("X-Sum")).isEmpty();
      }
    }
  }

  @Test
  void aRequestWithoutTrailersEndsAsUsual(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, exchange.readBody()));
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 3; i++) {
        client.sendRequest("POST", stage.path(), "Transfer-Encoding: chunked");
        client.send("3\r\nabc\r\n0\r\n\r\n");
        assertThat(client.read("POST")).hasBody("abc");
      }
    }
  }
}
