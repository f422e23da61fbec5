package io.cachingproxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.admin.AdminServer.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServletTest {

  private static final String HOST = "Host: localhost:8000";

  @SuppressWarnings("NullAway.Init") // by start()
  private AdminServer admin;

  @BeforeEach
  void start() throws Exception {
    admin = new AdminServer(null, "/*");
  }

  @AfterEach
  void stop() throws Exception {
    admin.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /admin/clear HTTP/1.1", "DELETE /admin/cache HTTP/1.1"})
  void clearingSaysHowMuchThatWas(String requestLine) throws IOException {
    Answer answer = admin.ask(requestLine, HOST, "Content-Length: 0");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("content-type")).isEqualTo("application/json");
    assertThat(answer.body()).isEqualTo("{\"responses\":3,\"bytes\":4096}\n");
    assertThat(admin.cleared).hasValue(1);
  }

  @Test
  void clearingTakesARequestWithABody() throws IOException {
    Answer answer =
        admin.ask(
            "POST /admin/clear HTTP/1.1", HOST, "Content-Length: 0", "Content-Type: text/plain");

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void statsAreJsonInTheirOrder() throws IOException {
    Answer answer = admin.ask("GET /admin/stats HTTP/1.1", HOST);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("content-type")).isEqualTo("application/json");
    assertThat(answer.body()).isEqualTo("{\"version\":\"1.2.3\",\"store\":{\"responses\":3}}\n");
  }

  /** Whoever may scrape may read: nothing changes. */
  @Test
  void statsAndHealthAreThereForOtherMachines() throws IOException {
    assertThat(admin.askFrom("203.0.113.7", "GET /admin/stats HTTP/1.1", HOST).status())
        .isEqualTo(200);
    assertThat(admin.askFrom("203.0.113.7", "GET /healthz HTTP/1.1", HOST).status()).isEqualTo(200);
  }

  @Test
  void healthIsOk() throws IOException {
    Answer answer = admin.ask("GET /healthz HTTP/1.1", HOST);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("ok\n");
  }

  @Test
  void readinessFollowsTheProxyWhileHealthDoesNot() throws IOException {
    assertThat(admin.ask("GET /readyz HTTP/1.1", HOST).status()).isEqualTo(200);

    admin.ready.set(false);

    assertThat(admin.ask("GET /readyz HTTP/1.1", HOST).status()).isEqualTo(503);
    assertThat(admin.ask("GET /healthz HTTP/1.1", HOST).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/stats", "/healthz", "/readyz"})
  void headHasTheFieldsOfGetAndNoContent(String path) throws IOException {
    Answer get = admin.ask("GET " + path + " HTTP/1.1", HOST);
    Answer head = admin.ask("HEAD " + path + " HTTP/1.1", HOST);

    assertThat(head.status()).isEqualTo(get.status());
    assertThat(head.body()).isEmpty();
    assertThat(head.field("content-type")).isEqualTo(get.field("content-type"));
    assertThat(get.field("content-length")).isEqualTo(String.valueOf(get.body().length()));
    assertThat(head.field("content-length")).isEqualTo(get.field("content-length"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /admin/clear     | POST",
        "HEAD /admin/clear    | POST",
        "DELETE /admin/clear  | POST",
        "OPTIONS /admin/clear | POST",
        "POST /admin/cache    | DELETE",
        "GET /admin/cache     | DELETE",
        "POST /admin/stats    | GET, HEAD",
        "OPTIONS /admin/stats | GET, HEAD",
        "POST /healthz        | GET, HEAD",
        "DELETE /readyz       | GET, HEAD"
      })
  void anotherMethodGetsTheOnesThatAreAllowed(String request, String allow) throws IOException {
    Answer answer = admin.ask(request + " HTTP/1.1", HOST, "Content-Length: 0");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.field("allow")).isEqualTo(allow);
    assertThat(admin.cleared).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/admin",
        "/admin/",
        "/admin/clear/",
        "/admin/clear/x",
        "/clear",
        "/x/admin/clear",
        "/_caching-proxy/admin/clear"
      })
  void anotherPathIsNotFound(String path) throws IOException {
    Answer answer = admin.ask("POST " + path + " HTTP/1.1", HOST, "Content-Length: 0");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"error\":\"no such page\"}\n");
    assertThat(admin.cleared).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /admin/clear",
        "GET /admin/clear",
        "GET /admin/stats",
        "GET /healthz",
        "GET /readyz",
        "GET /nothing"
      })
  void nothingOfItIsEverStored(String request) throws IOException {
    Answer answer = admin.ask(request + " HTTP/1.1", HOST, "Content-Length: 0");

    assertThat(answer.field("cache-control")).isEqualTo("no-store");
  }

  /** As in a web application, where the prefix is the proxy's only room. */
  @Test
  void belowAPrefixEverythingIsTheSame() throws Exception {
    try (AdminServer web = new AdminServer(null, "/_caching-proxy/*")) {
      String base = "/_caching-proxy";

      assertThat(
              web.ask("POST " + base + "/admin/clear HTTP/1.1", HOST, "Content-Length: 0").body())
          .isEqualTo("{\"responses\":3,\"bytes\":4096}\n");
      assertThat(web.ask("GET " + base + "/healthz HTTP/1.1", HOST).status()).isEqualTo(200);
      assertThat(web.ask("GET " + base + "/readyz HTTP/1.1", HOST).status()).isEqualTo(200);
      assertThat(web.ask("GET " + base + "/admin/stats HTTP/1.1", HOST).status()).isEqualTo(200);
      assertThat(web.ask("GET " + base + " HTTP/1.1", HOST).status()).isEqualTo(404);
    }
  }

  @Test
  void asTheDefaultServletItAnswersToo() throws Exception {
    try (AdminServer all = new AdminServer(null, "/")) {
      assertThat(all.ask("GET /healthz HTTP/1.1", HOST).status()).isEqualTo(200);
    }
  }
}
