package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.ResponseStart;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interim responses reach the client as they come and are never stored (RFC 9110 §15.2). By the
 * Servlet API alone they can't be sent, so there they are dropped.
 */
@ExtendWith(OnStage.class)
final class InterimScenarioTest {

  private static List<Integer> statuses(Response response) {
    return response.interims().stream().map(ResponseStart::status).toList();
  }

  @Tag("embedded-only")
  @ParameterizedTest
  @ValueSource(ints = {102, 103, 104, 199})
  void anInterimResponseReachesTheClientWithItsFieldsBeforeTheFinalOne(int status, Stage stage)
      throws Exception {
    Gate seen = stage.gate();
    stage.origin(
        exchange -> {
          exchange.interim(status, "Link: </a.css>; rel=preload", "Link: </b.js>", "X-Odd:  a  b");
          seen.await();
          exchange.respond(200, "x", "Cache-Control: max-age=60");
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      ResponseStart interim = client.readInterimOrHead();
      assertThat(interim.status()).isEqualTo(status);
      assertThat(interim.headers().values("Link"))
          .containsExactly("</a.css>; rel=preload", "</b.js>");
      assertThat(interim.headers().values("X-Odd")).containsExactly("a  b");
      assertThat(interim.headers().values("Via")).containsExactly("1.1 caching-proxy");
      seen.open();
      assertThat(client.read("GET")).isStoredMiss().hasStatus(200).hasBody("x").hasNoHeader("Link");
    }
    Response hit = stage.get();
    assertThat(hit).isHit().hasBody("x").hasNoHeader("Link");
    assertThat(hit.interims()).isEmpty();
  }

  @Test
  @Tag("embedded-only")
  void severalComeInTheirOrder(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(102);
          exchange.interim(103, "Link: </1>");
          exchange.interim(199, "X-Step: 2");
          exchange.interim(103, "Link: </3>");
          exchange.respond(200, "x");
        });
    Response response = stage.get();
    assertThat(statuses(response)).containsExactly(102, 103, 199, 103);
    assertThat(response.interims().get(3).headers().values("Link")).containsExactly("</3>");
    assertThat(response).isMiss().hasStatus(200).hasBody("x");
  }

  @Test
  @Tag("embedded-only")
  void fieldsOfOneConnectionStayOnIt(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(103, "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5", "X: 1");
          exchange.respond(200, "x");
        });
    ResponseStart interim = stage.get().interims().get(0);
    for (String name : List.of("Connection", "X-Hop", "Keep-Alive")) {
      assertThat(interim.headers().values(name)).as(name).isEmpty();
    }
    assertThat(interim.headers().values("X")).containsExactly("1");
  }

  @Test
  void theFinalResponseComesThroughWhateverIsBeforeIt(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(102, "X: 1");
          exchange.interim(103, "Link: </1>");
          exchange.respond(200, "x", "Cache-Control: max-age=60");
        });
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path())).isStoredMiss().hasBody("x");
      assertThat(client.get(stage.path())).isHit().hasBody("x");
    }
  }

  @Test
  void aClientOfHttp10IsSpared(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(103, "Link: </1>");
          exchange.respond(200, "x");
        });
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.0\r\n\r\n");
      Response response = client.read("GET");
      assertThat(response.interims()).isEmpty();
      assertThat(response).hasStatus(200).hasBody("x");
    }
  }

  @Test
  void anUnexpectedContinueIsNotPassedOn(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(100);
          exchange.respond(200, "x");
        });
    Response response = stage.get();
    assertThat(response.interims()).isEmpty();
    assertThat(response).hasBody("x");
  }

  @Test
  @Tag("embedded-only")
  void hintsComeBeforeAndAfterTheContinueThatTheClientWaitsFor(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(103, "Link: </1>");
          exchange.interim(102, "X-Step: 1");
          exchange.interim(100);
          String body = "got " + exchange.readBody().length;
          exchange.interim(103, "Link: </2>");
          exchange.respond(200, body);
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), "Content-Length: 3", "Expect: 100-continue");
      for (int status : new int[] {103, 102, 100}) {
        assertThat(client.readInterimOrHead().status()).isEqualTo(status);
      }
      client.send("abc");
      Response response = client.read("POST");
      assertThat(statuses(response)).containsExactly(103);
      assertThat(response).hasStatus(200).hasBody("got 3");
    }
  }

  @Test
  @Tag("embedded-only")
  void theNextRequestOfTheConnectionIsAnsweredAsUsual(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(199, "X: 1");
          exchange.respond(204, "", "Cache-Control: no-store");
        });
    try (RawClient client = stage.client()) {
      for (int i = 0; i < 3; i++) {
        Response response = client.get(stage.path());
        assertThat(statuses(response)).containsExactly(199);
        assertThat(response).hasStatus(204).hasNoHeader("X");
      }
    }
  }

  @Test
  void noRequestIsRepeatedAfterAnInterimResponse(Stage stage) throws Exception {
    stage.origin("first", Script.reply(200, "x"));
    stage.origin(
        "page",
        exchange -> {
          exchange.interim(103, "Link: </1>");
          exchange.close();
        });
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path("first"))).hasStatus(200);
      assertThat(client.get(stage.path("page"))).hasStatus(502);
    }
    assertThat(stage.requests()).filteredOn(each -> each.target().endsWith("page")).hasSize(1);
  }

  /** Those that find too many waiting are dropped, so neither the origin nor the memory suffers. */
  @Test
  void anOriginIsNotHeldUpByAClientThatDoesNotReadItsHints(Stage stage) throws Exception {
    int many = 10_000;
    String hint = "HTTP/1.1 103 Early Hints\r\nLink: </" + "a".repeat(1000) + ">\r\n\r\n";
    Gate sent = stage.gate();
    stage.origin(
        exchange -> {
          for (int i = 0; i < many / 10; i++) {
            exchange.write(hint.repeat(10));
          }
          exchange.respond(200, "x");
          sent.open();
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      sent.await();
      Response response = client.read("GET");
      assertThat(response).hasStatus(200).hasBody("x");
      assertThat(response.interims()).hasSizeLessThan(many);
    }
  }
}
