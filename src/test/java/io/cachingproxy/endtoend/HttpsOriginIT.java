package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An {@code https://} origin is asked only if its certificate is trusted and is its own. */
class HttpsOriginIT {

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // by createCertificates()
  private static Certificates certificates;

  @BeforeAll
  static void createCertificates() {
    certificates = new Certificates(directory);
    certificates.create("own", "dns:localhost,ip:127.0.0.1");
    certificates.create("other", "dns:other.example");
  }

  @Test
  void anOriginWhoseCertificateIsTrustedIsServedAndCached() throws Exception {
    try (Origin origin = new Origin("own");
        RunningProxy proxy = RunningProxy.start(certificates.trusting("own"), origin.url())) {
      assertThat(proxy.get("/page")).isStoredMiss().hasStatus(200).hasBody("secret page");
      assertThat(proxy.get("/page")).isHit().hasBody("secret page");
      assertThat(origin.requests()).isEqualTo(1);
      assertThat(proxy.log()).isEmpty();
    }
  }

  @Test
  void anAddressInTheCertificateCountsAsAName() throws Exception {
    try (Origin origin = new Origin("own");
        RunningProxy proxy =
            RunningProxy.start(
                certificates.trusting("own"), "https://127.0.0.1:" + origin.port())) {
      assertThat(proxy.get("/page")).isStoredMiss().hasStatus(200);
    }
  }

  @Test
  void aCertificateThatNobodySignedIsRefused() throws Exception {
    try (Origin origin = new Origin("own");
        RunningProxy proxy = RunningProxy.start(origin.url())) {
      assertRefused(proxy, origin);
    }
  }

  @Test
  void aTrustedCertificateOfAnotherNameIsRefused() throws Exception {
    try (Origin origin = new Origin("other");
        RunningProxy proxy =
            RunningProxy.start(certificates.trusting("own", "other"), origin.url())) {
      assertRefused(proxy, origin);
    }
  }

  @Test
  void anOriginThatSpeaksNoTlsIsRefused() throws Exception {
    try (PlainServer plain = new PlainServer("HTTP/1.1 400 Bad Request\r\n\r\n");
        RunningProxy proxy = RunningProxy.start(plain.url())) {
      Response response = proxy.get("/page");
      assertThat(response).isMiss().hasStatus(502);
      assertThat(response.text()).contains("TLS");
      assertOneLine(proxy);
    }
  }

  @Test
  void anOriginThatNeverAnswersTheHandshakeIsGivenUpInTime() throws Exception {
    try (PlainServer plain = new PlainServer("");
        RunningProxy proxy = RunningProxy.start(plain.url(), "--first-byte-timeout", "1s")) {
      assertThat(proxy.get("/page")).isMiss().hasStatus(504);
      assertOneLine(proxy);
    }
  }

  @Test
  void anUpgradedConnectionGoesThroughTlsWithHalfCloseAndBackPressure() throws Exception {
    int total = 8 << 20;
    try (ServerSocket listener =
        certificates.serverContext("own").getServerSocketFactory().createServerSocket(0)) {
      Thread origin = new Thread(() -> echo(listener), "tls-echo");
      origin.setDaemon(true);
      origin.start();
      try (RunningProxy proxy =
              RunningProxy.start(
                  certificates.trusting("own"), "https://localhost:" + listener.getLocalPort());
          RawClient client = RawClient.connect(proxy.port())) {
        client.sendRequest("GET", "/ws", "Connection: Upgrade", "Upgrade: websocket");
        assertThat(client.readHead().status()).isEqualTo(101);
        Thread writer =
            new Thread(
                () -> {
                  try {
                    client.send(new byte[total]).halfClose();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        writer.start();
        byte[] bytes = new byte[1 << 16];
        int read = 0;
        for (int count = client.read(bytes); count >= 0; count = client.read(bytes)) {
          read += count;
        }
        assertThat(read).isEqualTo(total);
        writer.join();
        assertThat(proxy.log()).isEmpty();
      }
    }
  }

  private static void echo(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      in.transferTo(socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertRefused(RunningProxy proxy, Origin origin) {
    Response response = proxy.get("/page");
    assertThat(response).isMiss().hasStatus(502);
    assertThat(response.text()).contains("TLS").hasSizeLessThan(200).doesNotContain("Exception");
    assertThat(response.header("Content-Type")).startsWith("text/plain");
    assertThat(origin.requests()).isZero();
    assertOneLine(proxy);
  }

  private static void assertOneLine(RunningProxy proxy) {
    await()
        .untilAsserted(
            () ->
                assertThat(proxy.log())
                    .singleElement()
                    .asString()
                    .contains("WARN", "GET", "/page"));
  }

  /** A TLS server on loopback that shows one of the certificates. */
  private static final class Origin implements AutoCloseable {

    private final HttpsServer server;
    private final AtomicInteger requests = new AtomicInteger();

    Origin(String alias) throws IOException {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(certificates.serverContext(alias)));
      byte[] page = "secret page".getBytes(StandardCharsets.US_ASCII);
      server.createContext(
          "/page",
          exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().add("Cache-Control", "max-age=60");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "https://localhost:" + port();
    }

    int port() {
      return server.getAddress().getPort();
    }

    int requests() {
      return requests.get();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /** A server without TLS that has one answer to the first bytes of anybody. */
  private static final class PlainServer implements AutoCloseable {

    private final ServerSocket listener =
        new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));

    PlainServer(String answer) throws IOException {
      Thread thread = new Thread(() -> serve(answer.getBytes(StandardCharsets.US_ASCII)));
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(byte[] answer) {
      byte[] scrap = new byte[8192];
      while (!listener.isClosed()) {
        try (Socket socket = listener.accept()) {
          if (socket.getInputStream().read(scrap) > 0) {
            socket.getOutputStream().write(answer);
          }
          while (socket.getInputStream().read(scrap) >= 0) {
            // Whatever else is said.
          }
        } catch (IOException closed) {
          // By the other side, or because the test is over.
        }
      }
    }

    String url() {
      return "https://127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
