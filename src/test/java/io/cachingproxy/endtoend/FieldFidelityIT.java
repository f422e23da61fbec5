package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Script;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Field values arrive as they were sent. The parsers below us remember the fields of a connection,
 * and took two that differ in case alone for one: a session for another, a redirect for its source.
 */
class FieldFidelityIT {

  private static final RawOrigin origin = RawOrigin.start();

  @SuppressWarnings("NullAway.Init") // by start()
  private static RunningProxy proxy;

  @BeforeAll
  static void start() {
    proxy = RunningProxy.start(origin.url());
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
    }
    origin.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie: session=%s",
        "Authorization: Bearer %s",
        "User-Agent: %s",
        "Referer: http://example.com/%s",
        "If-None-Match: \"%s\"",
        "Accept: %s/x",
        "X-Own: %s"
      })
  void requestsOfOneConnectionKeepTheirOwnValues(String line) throws Exception {
    origin.on("/request", Script.reply(200, "", "Cache-Control: no-store"));
    String name = line.substring(0, line.indexOf(':'));
    try (RawClient client = proxy.client()) {
      for (String token : List.of("AbCd", "aBcD", "abcd", "AbCd")) {
        String sent = line.formatted(token);
        assertThat(client.get("/request", sent)).hasStatus(200);
        List<ReceivedRequest> received = origin.requests("/request");
        assertThat(received.get(received.size() - 1).headers().values(name))
            .containsExactly(sent.substring(name.length() + 2));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Location: /%s",
        "ETag: \"%s\"",
        "Set-Cookie: session=%s",
        "Content-Disposition: inline; filename=%s",
        "X-Own: %s"
      })
  void responsesOfOneConnectionKeepTheirOwnValues(String line) {
    String name = line.substring(0, line.indexOf(':'));
    for (String token : List.of("AbCd", "aBcD", "abcd", "AbCd")) {
      String sent = line.formatted(token);
      origin.on("/response", Script.reply(200, "", "Cache-Control: no-store", sent));
      assertThat(proxy.get("/response"))
          .isMiss()
          .hasHeaderLines(name, sent.substring(name.length() + 2));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "application/json",
        "text/html; charset=UTF-8",
        "text/html",
        "TEXT/HTML;Charset=ISO-8859-1",
        "text/plain; charset=\"utf-8\"",
        "text/html;charset=klingon",
        "text/html; charset=",
        "multipart/mixed; boundary=\"AbC\"",
        "nonsense"
      })
  void aContentTypeIsPassedOnAsItIsFromOriginAndFromStore(String type) {
    String target = "/type/" + Integer.toHexString(type.hashCode());
    origin.on(target, Script.reply(200, "x", "Cache-Control: max-age=60", "Content-Type: " + type));
    assertThat(proxy.get(target)).isStoredMiss().hasHeaderLines("Content-Type", type);
    assertThat(proxy.get(target)).isHit().hasHeaderLines("Content-Type", type);
  }

  @Test
  void aContentTypeOfARequestIsPassedOnAsItIs() throws Exception {
    origin.on("/upload", Script.reply(200, ""));
    try (RawClient client = proxy.client()) {
      client.sendRequest(
          "POST", "/upload", new byte[] {1}, "Content-Type: text/html; charset=UTF-8");
      assertThat(client.read("POST")).hasStatus(200);
    }
    assertThat(origin.requests("/upload").get(0).headers().values("Content-Type"))
        .containsExactly("text/html; charset=UTF-8");
  }
}
