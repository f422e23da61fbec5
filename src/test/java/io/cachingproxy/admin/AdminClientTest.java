package io.cachingproxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminClientTest {

  @Test
  void clearsTheCacheOfARunningProxy() throws Exception {
    try (AdminServer admin = new AdminServer(null, "/*")) {
      assertThat(AdminClient.clear(admin.url(), null)).isEqualTo(new ClearResult(3, 4096));
      assertThat(admin.cleared).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/_caching-proxy", "/_caching-proxy/", "/_caching-proxy//"})
  void clearsItBelowAPath(String path) throws Exception {
    try (AdminServer admin = new AdminServer(null, "/_caching-proxy/*")) {
      assertThat(AdminClient.clear(admin.url().resolve(path), null).responses()).isEqualTo(3);
    }
  }

  @Test
  void sendsTheToken() throws Exception {
    CompletableFuture<String> credentials = new CompletableFuture<>();
    try (Answering server =
        new Answering(200, "{\"responses\":1,\"bytes\":2}", credentials::complete)) {
      assertThat(AdminClient.clear(server.url(), "s3cret")).isEqualTo(new ClearResult(1, 2));
      assertThat(credentials.get(60, TimeUnit.SECONDS)).isEqualTo("Bearer s3cret");
    }
  }

  @Test
  void saysThatNoneIsRunning() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    URI url = URI.create("http://127.0.0.1:" + port);

    assertFails(url, null, "no caching-proxy is running at " + url);
  }

  @Test
  void saysWhyItWasRefused() throws Exception {
    String answer = "{\"error\":\"" + Access.NOT_LOCAL.reason() + "\"}";
    try (Answering server = new Answering(403, answer)) {
      assertFails(
          server.url(),
          null,
          server.url() + " refused to clear its cache: " + Access.NOT_LOCAL.reason());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | <html>hello</html>",
        "200 | {}",
        "200 | {\"responses\":\"3\",\"bytes\":4}",
        "200 | [1,2]",
        "200 | ''",
        "204 | ''",
        "302 | ''",
        "401 | ''",
        "403 | <html>no</html>",
        "404 | {\"error\":\"no such page\"}",
        "405 | ''",
        "500 | oops",
      })
  void saysThatItIsNotACachingProxy(int status, String body) throws Exception {
    try (Answering server = new Answering(status, body)) {
      assertFails(
          server.url(),
          null,
          "what runs at "
              + server.url()
              + " isn't a caching-proxy's admin port (it answered "
              + status
              + ")");
    }
  }

  @Test
  void aReasonFromElsewhereCannotDriveTheTerminal() throws Exception {
    try (Answering server =
        new Answering(403, "{\"error\":\"a\\nb\\u001b[2Jc" + "d".repeat(999) + "\"}")) {
      assertThatExceptionOfType(AdminException.class)
          .isThrownBy(() -> AdminClient.clear(server.url(), null))
          .satisfies(
              e ->
                  assertThat(e.getMessage())
                      .contains("a b [2Jcd")
                      .hasSizeLessThan(400)
                      .doesNotContainPattern("\\p{Cntrl}"));
    }
  }

  @Test
  void saysThatSomethingElseSpeaksThere() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> spoken =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 2; i++) { // the JDK's client may try again
                  try (Socket connection = socket.accept()) {
                    connection
                        .getOutputStream()
                        .write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      URI url = URI.create("http://127.0.0.1:" + socket.getLocalPort());

      assertThatExceptionOfType(AdminException.class)
          .isThrownBy(() -> AdminClient.clear(url, null))
          .satisfies(e -> assertThat(e.getMessage()).contains(url.toString()).doesNotContain("\n"));
      socket.close();
      spoken.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void saysThatNobodyAnswers() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());

      assertThatExceptionOfType(AdminException.class)
          .isThrownBy(
              () -> AdminClient.clear(url, null, Duration.ofSeconds(5), Duration.ofMillis(1)))
          .withMessage(url + " doesn't answer");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8000", "ftp://localhost", "http:///admin", "file:///etc/hosts", "8000"})
  void saysWhatAnAdminUrlLooksLike(String url) {
    assertFails(
        URI.create(url), null, "the admin URL must be like http://localhost:8000, not " + url);
  }

  @Test
  void refusesATokenThatCannotBeSent() {
    assertFails(
        URI.create("http://localhost:8000"),
        "a\r\nHost: b",
        "the admin token must be visible ASCII characters");
  }

  private static void assertFails(URI url, @Nullable String token, String message) {
    assertThatExceptionOfType(AdminException.class)
        .isThrownBy(() -> AdminClient.clear(url, token))
        .withMessage(message);
  }

  /** Some other HTTP server, which answers everything alike. */
  private static final class Answering implements AutoCloseable {

    private final HttpServer server;

    Answering(int status, String body) throws IOException {
      this(status, body, credentials -> {});
    }

    Answering(int status, String body, Consumer<String> credentials) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            credentials.accept(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
