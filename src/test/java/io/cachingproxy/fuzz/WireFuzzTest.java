package io.cachingproxy.fuzz;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.admin.AdminClient;
import io.cachingproxy.admin.AdminException;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.TruncatedMessageException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mutated bytes on the proxy's sockets: each exchange is answered or closed, and the next clean one
 * gets its own answer.
 */
@Tag("embedded-only")
final class WireFuzzTest {

  /** How long an origin that has said all it has to say lets the proxy wait for more. */
  private static final long SILENCE_MILLIS = 30;

  private static final List<String> RESPONSES =
      List.of(
          "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n\r\n12345",
          "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5;a=\"b\"\r\n12345\r\n3\r\nabc\r\n0\r\nX: a\r\n\r\n",
          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
              + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: \"1\"\r\n\r\nok",
          "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nCache-Control: max-age=60\r\n\r\n",
          "HTTP/1.1 204 No Content\r\nCache-Control: max-age=60\r\n\r\n",
          "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/10\r\nContent-Length: 5\r\n"
              + "ETag: \"1\"\r\nCache-Control: max-age=60\r\n\r\n12345",
          "HTTP/1.0 200 OK\r\nCache-Control: public, max-age=60\r\nVary: Accept\r\n\r\n12345",
          "HTTP/1.1 404 Not Found\r\nConnection: close, x\r\nX: a\r\nContent-Length: 1\r\n\r\nx",
          "HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");

  private static final List<String> REQUESTS =
      List.of(
          "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nRange: bytes=0-4\r\n\r\n",
          "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345",
          "PUT /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n"
              + "5;a=\"b\"\r\n12345\r\n0\r\nX: a\r\n\r\n",
          "HEAD /a HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"1\"\r\nCache-Control: no-cache\r\n\r\n",
          "GET /%41/../b;c?d=%00 HTTP/1.0\r\nConnection: keep-alive\r\nCookie: a=b\r\n\r\n",
          "GET http://x:80/a HTTP/1.1\r\nHost: x\r\nForwarded: for=a\r\nUpgrade: b\r\n"
              + "Connection: Upgrade, c\r\n\r\n",
          "POST /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
          "OPTIONS * HTTP/1.1\r\nHost: x\r\nMax-Forwards: 0\r\n\r\n"
              + "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  private static final List<String> ADMIN_REQUESTS =
      List.of(
          "POST /admin/clear HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
          "DELETE /admin/cache HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n",
          "GET /admin/stats?a=b HTTP/1.1\r\nHost: [::1]:8000\r\nOrigin: http://localhost\r\n\r\n",
          "GET /metrics?name[]=a HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain;q=0.5\r\n\r\n",
          "GET /healthz HTTP/1.0\r\n\r\nGET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");

  private static final List<String> ADMIN_ANSWERS =
      List.of(
          "HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{\"responses\":6,\"bytes\":16576}",
          "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n{\"error\":\"not \\u0041llowed\"}");

  /**
   * One mutated response. The origin writes it and waits until it is answered, for the case that
   * the proxy takes it for a whole one and uses the connection again; from then on the same URL has
   * a clean answer.
   */
  private static final class Trial {
    private final byte[] bytes;
    private final CountDownLatch answered = new CountDownLatch(1);

    Trial(byte[] bytes) {
      this.bytes = bytes;
    }

    void play(OriginExchange exchange) throws IOException {
      if (answered.getCount() == 0) {
        ProxyOnTrial.answerWithItsName(exchange);
        return;
      }
      exchange.write(bytes);
      try {
        if (!answered.await(SILENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          exchange.close();
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IOException(interrupted);
      }
    }
  }

  @Test
  void whateverTheOriginSendsTheNextRequestGetsItsOwnAnswer() {
    AtomicReference<Trial> current = new AtomicReference<>(new Trial(new byte[0]));
    int[] number = {0};
    try (ProxyOnTrial trial = new ProxyOnTrial()) {
      trial.origin.on("/try", exchange -> requireNonNull(current.get()).play(exchange));
      Fuzzing.run(
          60,
          RESPONSES,
          bytes -> {
            Trial next = new Trial(bytes);
            current.set(next);
            tryResponse(trial, "/try" + number[0]++, next);
          });
    }
  }

  private static void tryResponse(ProxyOnTrial on, String target, Trial trial) throws IOException {
    String method =
        List.of("GET", "GET", "GET", "HEAD", "POST")
            .get(Math.floorMod(Arrays.hashCode(trial.bytes), 5));
    try (RawClient client = on.proxy.client()) {
      client.sendRequest(method, target, method.equals("POST") ? "Content-Length: 0" : "X: y");
      Response first = read(client, method);
      trial.answered.countDown();
      if (first != null && !first.isTruncated() && !first.headers().lists("Connection", "close")) {
        on.assertCleanAnswer(client);
      }
      on.assertCleanAnswer();
      Response second = on.proxy.get(target);
      if ("HIT".equals(second.header("X-Cache"))) {
        assertThat(first).as("stored").isNotNull().isWhole();
        if (method.equals("GET")) {
          assertThat(second).hasBody(first == null ? new byte[0] : first.body());
        }
      } else if (second.status() == 200) {
        assertThat(second).hasBody(ProxyOnTrial.nameOf(target));
      }
    }
  }

  /** Null if the connection was closed in place of an answer. */
  private static @Nullable Response read(RawClient client, String method) throws IOException {
    try {
      return client.read(method);
    } catch (TruncatedMessageException closed) {
      return null;
    }
  }

  @Test
  void whateverAClientSendsTheNextOneGetsItsOwnAnswer() {
    try (ProxyOnTrial trial = new ProxyOnTrial()) {
      Fuzzing.run(
          60,
          REQUESTS,
          bytes -> {
            try (RawClient client = trial.proxy.client()) {
              sendAndRead(client, bytes);
            }
            trial.assertCleanAnswer();
          });
    }
  }

  @Test
  void whateverIsSentToTheManagementPortItStaysWell() {
    try (ProxyOnTrial trial = new ProxyOnTrial()) {
      Fuzzing.run(
          40,
          ADMIN_REQUESTS,
          bytes -> {
            try (RawClient client = RawClient.connect(trial.proxy.managementPort())) {
              sendAndRead(client, bytes);
            }
            try (RawClient client = RawClient.connect(trial.proxy.managementPort())) {
              assertThat(client.get("/healthz")).hasStatus(200);
            }
            trial.assertCleanAnswer();
          });
    }
  }

  /** Until the connection is closed: by the proxy, since everything has been sent. */
  private static void sendAndRead(RawClient client, byte[] bytes) throws IOException {
    try {
      client.send(bytes).halfClose();
      while (true) {
        assertThat(client.readBytes(1)).hasSize(1);
      }
    } catch (java.net.SocketTimeoutException open) {
      throw new AssertionError("neither answered nor closed", open);
    } catch (IOException closed) {
      // Refused or answered, and closed.
    }
  }

  @Test
  void whateverAnAdminPortAnswersTheCommandTakesItOrSaysWhatIsWrong() {
    try (ProxyOnTrial trial = new ProxyOnTrial()) {
      Fuzzing.run(
          40,
          ADMIN_ANSWERS,
          bytes -> {
            trial.origin.on(
                "/admin",
                exchange -> {
                  exchange.write(bytes);
                  exchange.close();
                });
            try {
              assertThat(AdminClient.clear(URI.create(trial.origin.url()), null)).isNotNull();
            } catch (AdminException refused) {
              assertThat(refused.getMessage()).doesNotContain("\n");
            }
          });
    }
  }
}
