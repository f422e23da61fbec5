package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One site has one key and one name, however its clients write it; nonsense has none. */
@ExtendWith(OnStage.class)
final class HostScenarioTest {

  /** An origin that builds its links with the names it is told. */
  private static final Script LINKS =
      exchange ->
          exchange.respond(
              200,
              exchange.request().header("X-Forwarded-Proto")
                  + "://"
                  + exchange.request().header("X-Forwarded-Host")
                  + " at "
                  + exchange.request().header("Host"),
              "Cache-Control: max-age=60");

  private static Response get(ProxyUnderTest proxy, String target, String host) throws Exception {
    return proxy.get(target, "Host: " + host);
  }

  @Test
  void oneSiteHasOneEntryHoweverItIsWritten(Stage stage) throws Exception {
    stage.origin(LINKS);
    String page = "http://www.example.com at " + stage.sharedOrigin().authority();
    List<String> spellings =
        List.of("WWW.example.COM", "www.example.com", "www.example.com.", "www.example.com:80");
    assertThat(get(stage.proxy(), stage.path(), spellings.get(0))).isMiss().hasBody(page);
    for (String host : spellings) {
      assertThat(get(stage.proxy(), stage.path(), host)).as(host).isHit().hasBody(page);
    }
    ReceivedRequest received = stage.requests().get(0);
    assertThat(received.headers().values("X-Forwarded-Host")).containsExactly("www.example.com");
    assertThat(received.header("Forwarded")).contains("host=\"www.example.com\"");
    assertThat(stage.requests()).hasSize(1);
  }

  /** RFC 3986 §6.2.3. */
  @Test
  void anEmptyPortIsTheDefaultOne(Stage stage) throws Exception {
    stage.origin(LINKS);
    assertThat(get(stage.proxy(), stage.path(), "www.example.com:")).isMiss();
    assertThat(get(stage.proxy(), stage.path(), "www.example.com")).isHit();
    assertThat(stage.lastRequest().header("X-Forwarded-Host")).isEqualTo("www.example.com");
  }

  @Test
  void anotherSiteIsAnotherEntry(Stage stage) throws Exception {
    stage.origin(LINKS);
    String at = " at " + stage.sharedOrigin().authority();
    List<String> sites =
        List.of("evil.example", "www.example.com", "www.example.com:8080", "[::1]:81");
    for (String host : sites) {
      assertThat(get(stage.proxy(), stage.path(), host)).isMiss().hasBody("http://" + host + at);
    }
    for (String host : sites) {
      assertThat(get(stage.proxy(), stage.path(), host)).isHit().hasBody("http://" + host + at);
    }
  }

  @Test
  void withPreserveHostTwoHostsNeverShareAnEntry(Stage stage) throws Exception {
    stage.origin(LINKS);
    ProxyUnderTest proxy = stage.proxy("preserve-host", "true");
    for (String cache : List.of("MISS", "HIT")) {
      for (String host : List.of("evil.example", "www.example.com", "www.example.com:8080")) {
        assertThat(get(proxy, stage.path(), host))
            .hasHeaderLines("X-Cache", cache)
            .hasBody("http://" + host + " at " + host);
      }
      assertThat(get(proxy, stage.path(), "WWW.Example.com.:80"))
          .isHit()
          .hasBody("http://www.example.com at www.example.com");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.example, b.example",
        "a.example b.example",
        "user@a.example",
        "user:pass@a.example",
        "a.example/path",
        "a.example?q",
        "a.example#f",
        "a.example\\b",
        "a_example:port",
        "a.example:99999",
        "a.example:-1",
        "a.example:0x50",
        "a.example:80:80",
        "a..example",
        ".example",
        "a.example..",
        "%61.example",
        "<script>",
        "\"a.example\"",
        "a.example;b",
        "[::1",
        "[evil]",
        "\u00e9.example",
        "*",
        ":80",
        ""
      })
  void nonsenseIsRefused(String host, Stage stage) throws Exception {
    stage.origin(LINKS);
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertThat(client.read("GET")).hasStatus(400);
    }
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.get()).isMiss();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: y",
        "Host: a.example\r\nHost: b.example",
        "Host: a.example\r\nHost: a.example",
        "Host: a.example\r\nhost:",
        "Host : a.example",
        " Host: a.example",
        "Host: a.example\r\n b.example"
      })
  void aRequestWithoutExactlyOneHostIsRefused(String lines, Stage stage) throws Exception {
    stage.origin(LINKS);
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.1\r\n" + lines + "\r\n\r\n");
      assertThat(client.read("GET")).hasStatus(400);
      client.awaitClose();
    }
    assertThat(stage.requests()).isEmpty();
    assertThat(stage.get()).isMiss();
  }

  /** RFC 9112 §3.2.2: "MUST ignore the received Host header field". */
  @Test
  void ofAnAbsoluteFormItsHostCounts(Stage stage) throws Exception {
    stage.origin(LINKS);
    String page = "http://www.example.com at " + stage.sharedOrigin().authority();
    String absolute = "HTTP://WWW.Example.com:80" + stage.path();
    assertThat(get(stage.proxy(), absolute, "evil.example")).isMiss().hasBody(page);
    assertThat(get(stage.proxy(), stage.path(), "www.example.com")).isHit().hasBody(page);
    assertThat(get(stage.proxy(), stage.path(), "evil.example")).isMiss();
    assertThat(stage.requests().get(0).head()).doesNotContain("evil");

    ProxyUnderTest preserving = stage.proxy("preserve-host", "true");
    assertThat(get(preserving, absolute, "evil.example"))
        .hasBody("http://www.example.com at www.example.com");
    assertThat(get(preserving, stage.path(), "www.example.com")).isHit();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user@www.example.com",
        "http://www.example.com:99999",
        "http://a,b",
        "ftp://www.example.com"
      })
  void anAbsoluteFormThatNamesNoSiteIsRefused(String base, Stage stage) throws Exception {
    stage.origin(LINKS);
    assertThat(get(stage.proxy(), base + stage.path(), "www.example.com")).hasStatus(400);
    assertThat(stage.requests()).isEmpty();
    assertThat(get(stage.proxy(), stage.path(), "www.example.com")).isMiss();
  }

  /** RFC 9110 §7.4. In a container, whoever terminates TLS sets the scheme. */
  @Test
  @Tag("embedded-only")
  void nobodyTurnsHttpIntoHttpsByAskingForIt(Stage stage) throws Exception {
    stage.origin(LINKS);
    assertThat(get(stage.proxy(), "https://www.example.com" + stage.path(), "www.example.com"))
        .hasStatus(421);
    assertThat(stage.requests()).isEmpty();
    assertThat(get(stage.proxy(), stage.path(), "www.example.com")).isMiss();
  }

  /** RFC 9112 §3.2: only HTTP/1.1 requires Host. The origin is told of no site then. */
  @Test
  void aClientOfHttp10NeedNotNameASite(Stage stage) throws Exception {
    stage.origin(LINKS);
    for (String cache : List.of("MISS", "HIT")) {
      try (RawClient client = stage.client()) {
        client.send("GET " + stage.path() + " HTTP/1.0\r\n\r\n");
        assertThat(client.read("GET"))
            .hasHeaderLines("X-Cache", cache)
            .hasBody("http://null at " + stage.sharedOrigin().authority());
      }
    }
    assertThat(stage.lastRequest().header("Forwarded")).doesNotContain("host");
    assertThat(get(stage.proxy(), stage.path(), "www.example.com"))
        .isMiss()
        .hasBody("http://www.example.com at " + stage.sharedOrigin().authority());
  }

  /** RFC 9111 §4.4: it is the target URI that is invalid then, and its site is part of it. */
  @Test
  void anUnsafeRequestInvalidatesWhatItsOwnSiteHas(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("GET")) {
            LINKS.answer(exchange);
          } else {
            exchange.respond(200, "", "Location: http://www.example.com" + stage.path("location"));
          }
        });
    for (String host : List.of("www.example.com", "other.example")) {
      get(stage.proxy(), stage.path(), host);
      get(stage.proxy(), stage.path("location"), host);
    }
    assertThat(stage.exchange("POST", "Host: WWW.example.com.", "Content-Length: 0"))
        .hasStatus(200);
    assertThat(get(stage.proxy(), stage.path(), "www.example.com")).isMiss();
    assertThat(get(stage.proxy(), stage.path("location"), "www.example.com")).isMiss();
    assertThat(get(stage.proxy(), stage.path(), "other.example")).isHit();
    assertThat(get(stage.proxy(), stage.path("location"), "other.example")).isHit();
    assertThat(Objects.requireNonNull(stage.lastRequest().header("X-Forwarded-Host")))
        .isEqualTo("www.example.com");
  }

  @Test
  void groupsAreThoseOfTheOriginWhateverItsSites(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("GET")) {
            exchange.respond(200, "x", "Cache-Control: max-age=60", "Cache-Groups: \"sites\"");
          } else {
            exchange.respond(200, "", "Cache-Group-Invalidation: \"sites\"");
          }
        });
    assertThat(get(stage.proxy(), stage.path(), "a.example")).isMiss();
    assertThat(get(stage.proxy(), stage.path(), "b.example")).isMiss();
    assertThat(stage.proxy().exchange("POST", stage.path("form"), "Content-Length: 0"))
        .hasStatus(200);
    assertThat(get(stage.proxy(), stage.path(), "a.example")).isMiss();
    assertThat(get(stage.proxy(), stage.path(), "b.example")).isMiss();
  }
}
