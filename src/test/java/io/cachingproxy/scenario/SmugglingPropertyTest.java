package io.cachingproxy.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.StrictRequests;
import io.cachingproxy.testing.TruncatedMessageException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a client mixes out of the pieces that requests are smuggled with, the origin sees only
 * requests that the client made by the letter of RFC 9112, and a clean client gets its own answers.
 */
final class SmugglingPropertyTest {

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private static @Nullable RawOrigin origin;
  private static @Nullable ProxyUnderTest proxy;

  @BeforeContainer
  static void start() {
    RawOrigin started =
        RawOrigin.start()
            .otherwise(
                exchange -> {
                  exchange.body().transferTo(OutputStream.nullOutputStream());
                  exchange.respond(200, exchange.request().target(), "Cache-Control: max-age=60");
                });
    origin = started;
    proxy = ProxyUnderTest.start(Map.of("origin", started.url()));
  }

  @AfterContainer
  static void stop() {
    if (proxy != null) {
      proxy.close();
    }
    if (origin != null) {
      origin.stop();
    }
  }

  /** Fields that say, or seem to say, how long the content is; {@code ~} stands for a CRLF. */
  private static final String[] LINES = {
    "Content-Length: 0~",
    "Content-Length: 5~",
    "Content-Length: 46~",
    "Content-Length: +5~",
    "Content-Length: 5,5~",
    "Content-Length: 005~",
    "Content-Length:\t5 ~",
    "Content-Length : 5~",
    "Content-Length: 5\n",
    "Content_Length: 46~",
    "Transfer-Encoding: chunked~",
    "transfer-encoding:chunked~",
    "Transfer-Encoding: CHUNKED ~",
    "Transfer-Encoding: identity~",
    "Transfer-Encoding: gzip, chunked~",
    "Transfer-Encoding : chunked~",
    "Transfer-Encoding:~ chunked~",
    "Transfer-Encoding: chunked, chunked~",
    "Transfer-Encoding: \u000bchunked~",
    "Transfer_Encoding: chunked~",
    "X: y~ Content-Length: 5~",
    "X: y\rTransfer-Encoding: chunked~",
    "X: y\n",
    "X:~",
    "X~",
    ": y~",
    "Connection: keep-alive~",
    "Connection: close~",
    "Connection: Content-Length~",
    "Connection: Transfer-Encoding~",
    "Upgrade: h2c~",
    "Expect: 100-continue~",
    "TE: trailers~",
    "Host: b.example~",
    "Trailer: Content-Length~"
  };

  /** Content, or the next request, or the end of either; {@code %d} is the number of this try. */
  private static final String[] PIECES = {
    "0~~",
    "0~",
    "5~hello~",
    "5;a=\"~hello~",
    "5;a=b~hello~",
    "+5~hello~",
    "5\nhello\n",
    "05~hello~",
    "5~hello",
    "ffffffffffffffff1~",
    "0;a~~",
    "0~X: y~~",
    "hello",
    "~",
    "~~",
    "\n",
    "\r",
    "\u0000",
    "GET /%d/hidden HTTP/1.1~Host: a.example~~",
    "GET /%d/other HTTP/1.1~Host: a.example~Connection: close~~",
    "GET /%d/hidden HTTP/1.1~X: ",
    "POST /%d/hidden HTTP/1.1~Host: a~Content-Length: 5~~",
    "0~~GET /%d/hidden HTTP/1.1~Host: a~~"
  };

  @Provide
  Arbitrary<String> attacks() {
    Arbitrary<String> start =
        Combinators.combine(
                Arbitraries.of("GET", "POST", "PUT", "HEAD", "OPTIONS"),
                Arbitraries.of("1.1", "1.1", "1.0"))
            .as((method, version) -> method + " /%d/made HTTP/" + version + "~Host: a.example~");
    Arbitrary<String> lines =
        Arbitraries.of(LINES).list().ofMaxSize(3).map(each -> String.join("", each));
    Arbitrary<String> rest =
        Arbitraries.of(PIECES).list().ofMaxSize(5).map(each -> String.join("", each));
    return Combinators.combine(start, lines, rest).as((s, l, r) -> s + l + "~" + r);
  }

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void theOriginSeesOnlyRequestsThatTheClientMade(@ForAll("attacks") String attack)
      throws IOException {
    int number = COUNTER.incrementAndGet();
    String bytes = attack.replace("%d", "" + number).replace("~", "\r\n");
    Set<String> made = StrictRequests.targetsIn(bytes);
    RawOrigin seenBy = java.util.Objects.requireNonNull(origin);
    ProxyUnderTest attacked = java.util.Objects.requireNonNull(proxy);
    try (RawClient client = attacked.client()) {
      client.send(bytes).halfClose();
      readAll(client);
    }
    String root = "/" + number + "/";
    assertThat(targets(seenBy.requests(root)))
        .as(bytes.replace("\r", "<CR>").replace("\n", "<LF>"))
        .isSubsetOf(made);

    // On the connections that the attack has left behind.
    for (String clean : List.of("made", "hidden")) {
      Response response = attacked.get(root + clean, "Host: clean.example");
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo(root + clean);
    }
    seenBy.throwFailures();
  }

  private static List<String> targets(List<ReceivedRequest> requests) {
    return requests.stream().map(ReceivedRequest::target).toList();
  }

  /** Until the proxy closes the connection, which the client has half closed. */
  private static void readAll(RawClient client) throws IOException {
    try {
      while (true) {
        client.readBytes(1);
      }
    } catch (TruncatedMessageException end) {
      // That is what was waited for.
    }
  }
}
