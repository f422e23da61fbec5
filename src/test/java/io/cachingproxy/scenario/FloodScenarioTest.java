package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that want to use up what there is: they get their share of it, and others theirs. */
@ExtendWith(OnStage.class)
@Tag("embedded-only")
final class FloodScenarioTest {

  private static final String FRESH = "Cache-Control: max-age=600";

  private static double metric(ProxyUnderTest proxy, String name) throws IOException {
    try (RawClient client = RawClient.connect(proxy.managementPort())) {
      String page = client.get("/metrics", "Connection: close").text();
      double sum = 0;
      Matcher lines =
          Pattern.compile("^" + name + "(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE).matcher(page);
      while (lines.find()) {
        sum += Double.parseDouble(lines.group(1));
      }
      return sum;
    }
  }

  /** However steadily it comes: an idle timeout never ends these. */
  @Test
  void aHeadThatIsDrippedIsEndedByItsTimeout(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "clean", FRESH));
    ProxyUnderTest proxy = stage.proxy("request-header-timeout", "200ms", "idle-timeout", "5m");
    try (RawClient idle = proxy.client();
        RawClient untouched = proxy.client()) {
      assertThat(idle.get(stage.path())).isMiss();
      int ended = 0;
      for (String[] drip :
          List.of(
              new String[] {"GET /", "a"},
              new String[] {"GET / HTTP/1.1\r\nHost: a\r\nX: ", "a"},
              new String[] {"GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n"},
              new String[] {"\r\n", "\r\n"})) {
        try (RawClient client = proxy.client()) {
          client.send(drip[0]);
          await(drip[0])
              .pollInterval(Duration.ofMillis(20))
              .atMost(Gate.PATIENCE)
              .until(() -> isBroken(client, drip[1]));
        }
        assertThat(metric(proxy, "proxy_request_head_timeouts_total")).isEqualTo(++ended);
      }
      assertThat(idle.get(stage.path())).as("an idle connection is in no head").isHit();
      assertThat(untouched.get(stage.path())).as("nor is one that was never used").isHit();
    }
  }

  private static boolean isBroken(RawClient client, String more) {
    try {
      client.send(more);
      return false;
    } catch (IOException broken) {
      return true;
    }
  }

  /** A slow body is a healthy transfer; only its head has to come in time. */
  @Test
  void contentMayTakeLongerThanAHead(Stage stage) throws Exception {
    stage.origin("page", Script.reply(200, "clean", FRESH));
    stage.origin("form", exchange -> exchange.respond(200, exchange.readBody()));
    ProxyUnderTest proxy = stage.proxy("request-header-timeout", "200ms", "idle-timeout", "4m");
    try (RawClient slow = proxy.client();
        RawClient dripping = proxy.client()) {
      slow.sendRequest("POST", stage.path("form"), "Content-Length: 4").send("ab");
      dripping.send("GET /");
      await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(Gate.PATIENCE)
          .until(() -> isBroken(dripping, "a"));
      assertThat(slow.send("cd").read("POST")).hasStatus(200).hasBody("abcd");
    }
  }

  @Test
  void hundredsOfSlowClientsHoldUpNobody(Stage stage) throws Exception {
    stage.origin("page", Script.reply(200, "clean", FRESH));
    stage.origin("large", Script.reply(200, new byte[4 << 20], FRESH));
    stage.origin(
        "upload",
        exchange -> {
          exchange.body().transferTo(OutputStream.nullOutputStream());
          exchange.respond(200, "");
        });
    ProxyUnderTest proxy = stage.proxy();
    assertThat(proxy.get(stage.path("large"))).isStoredMiss();
    List<RawClient> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 80; i++) {
        slow.add(proxy.client().send("GET " + stage.path("page") + " HTTP/1.1\r\nHos"));
        slow.add(
            proxy
                .client()
                .sendRequest("POST", stage.path("upload"), "Content-Length: 9")
                .send("a"));
        slow.add(proxy.client().sendRequest("GET", stage.path("large")));
      }
      await().atMost(Gate.PATIENCE).until(() -> metric(proxy, "proxy_requests_in_flight") >= 80);
      assertThat(proxy.get(stage.path("page"))).isMiss().hasBody("clean");
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.get(stage.path("page"))).isHit().hasBody("clean");
      }
    } finally {
      slow.forEach(RawClient::close);
    }
    await()
        .atMost(Gate.PATIENCE)
        .untilAsserted(() -> assertThat(metric(proxy, "proxy_requests_in_flight")).isZero());
  }

  @Test
  void whoPipelinesWithoutReadingGetsNoFurtherThanItsBuffers(Stage stage) throws Exception {
    stage.origin("page", Script.reply(200, "clean", FRESH));
    stage.origin("large", Script.reply(200, new byte[1 << 20], FRESH));
    ProxyUnderTest proxy = stage.proxy("memory", "17MB");
    assertThat(proxy.get(stage.path("large"))).isStoredMiss();
    try (RawClient greedy = proxy.client()) {
      String request =
          "GET " + stage.path("large") + " HTTP/1.1\r\nHost: 127.0.0.1:" + proxy.port();
      greedy.send((request + "\r\n\r\n").repeat(1000));
      await().atMost(Gate.PATIENCE).until(() -> metric(proxy, "proxy_requests_total") >= 2);
      assertThat(proxy.get(stage.path("page"))).isMiss().hasBody("clean");
      assertThat(proxy.get(stage.path("page"))).isHit().hasBody("clean");
      // The exchange of the last answer is over a moment after its client has it.
      await()
          .atMost(Gate.PATIENCE)
          .untilAsserted(() -> assertThat(metric(proxy, "proxy_requests_in_flight")).isEqualTo(1));
      assertThat(metric(proxy, "proxy_requests_total")).isLessThan(500);
    }
  }

  @Test
  void randomQueriesFillTheStoreAndNoMore(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "clean", FRESH));
    ProxyUnderTest proxy = stage.proxy("memory", "1MB");
    assertThat(proxy.get(stage.path())).isStoredMiss();
    Random random = new Random(7);
    try (RawClient client = proxy.client()) {
      for (int batch = 0; batch < 40; batch++) {
        for (int i = 0; i < 50; i++) {
          client.sendRequest("GET", stage.path() + "?" + random.nextLong());
        }
        for (int i = 0; i < 50; i++) {
          assertThat(client.read("GET")).isMiss().hasBody("clean");
        }
      }
    }
    assertThat(metric(proxy, "proxy_store_bytes"))
        .isPositive()
        .isLessThanOrEqualTo(metric(proxy, "proxy_store_limit_bytes"));
    assertThat(proxy.get(stage.path())).hasStatus(200).hasBody("clean");
    assertThat(proxy.get(stage.path())).isHit().hasBody("clean");
  }

  @Test
  void aUrlHasOnlySoManyVariants(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200,
                "for " + exchange.request().header("Accept-Language"),
                FRESH,
                "Vary: Accept-Language"));
    ProxyUnderTest proxy = stage.proxy("memory", "18MB");
    try (RawClient client = proxy.client()) {
      for (int i = 0; i < 500; i++) {
        assertThat(client.get(stage.path(), "Accept-Language: x-" + i)).hasBody("for x-" + i);
      }
    }
    assertThat(metric(proxy, "proxy_store_responses")).isLessThanOrEqualTo(64);
    assertThat(proxy.get(stage.path(), "Accept-Language: de")).isMiss().hasBody("for de");
    assertThat(proxy.get(stage.path(), "Accept-Language: de")).isHit().hasBody("for de");
  }

  /** Names and values chosen so that their hash codes are all the same. */
  @Test
  void collidingNamesAndKeysAreTakenApart(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "clean", FRESH));
    ProxyUnderTest proxy =
        stage.proxy("max-request-fields", "10000", "max-request-header-size", "256KB");
    List<String> colliding = colliding(10);
    String[] lines = colliding.stream().map(name -> name + ": " + name).toArray(String[]::new);
    String[] connection = {"Connection: " + String.join(", ", colliding), "Host: www.example.com"};
    String[] cacheControl = {
      "Cache-Control: " + String.join(", ", colliding), "Host: www.example.com"
    };
    for (String[] hostile : List.of(lines, connection, cacheControl)) {
      assertThat(proxy.get(stage.path(), hostile)).hasStatus(200).hasBody("clean");
    }
    try (RawClient client = proxy.client()) {
      for (String query : colliding) {
        client.sendRequest("GET", stage.path() + "?" + query);
      }
      for (String query : colliding) {
        assertThat(client.read("GET")).as(query).isMiss().hasBody("clean");
      }
    }
    Response clean = proxy.get(stage.path());
    assertThat(clean).isHit().hasBody("clean");
    assertThat(proxy.get(stage.path() + "?" + colliding.get(0))).isHit();
  }

  /** So many strings of that many pairs: {@code Aa} and {@code BB} have the same hash code. */
  private static List<String> colliding(int pairs) {
    List<String> all = List.of("");
    for (int i = 0; i < pairs; i++) {
      List<String> longer = new ArrayList<>();
      for (String each : all) {
        longer.add(each + "Aa");
        longer.add(each + "BB");
      }
      all = longer;
    }
    return all;
  }
}
