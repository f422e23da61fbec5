package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.HeaderLines;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the proxy says about itself and about the client. */
@ExtendWith(OnStage.class)
final class ViaAndForwardedScenarioTest {

  /** Unlike that in responses, the name in requests is of this one proxy alone. */
  private static final String OURS = "caching-proxy-[0-9a-f]{8}";

  @Test
  void viaIsAddedOnBothWays(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60"));
    assertThat(stage.get()).isMiss().hasHeaderLines("Via", "1.1 caching-proxy");
    assertThat(stage.get()).isHit().hasHeaderLines("Via", "1.1 caching-proxy");
    assertThat(stage.lastRequest().headers().joined("Via")).matches("1.1 " + OURS);
  }

  @Test
  void viaIsAddedBehindWhatIsThere(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60", "Via: 1.1 backend (x)"));
    for (String cache : List.of("MISS", "HIT")) {
      Response response = stage.get("Via: 1.0 fred, 1.1 p.example");
      assertThat(response).hasHeaderLines("X-Cache", cache);
      assertThat(response.headers().joined("Via")).isEqualTo("1.1 backend (x), 1.1 caching-proxy");
    }
    assertThat(stage.lastRequest().headers().joined("Via"))
        .matches("1.0 fred, 1.1 p.example, 1.1 " + OURS);
  }

  @Test
  void viaTellsTheVersionThatWasReceived(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.0\r\nHost: x\r\n\r\n");
      assertThat(client.read("GET")).hasStatus(200);
    }
    assertThat(stage.lastRequest().headers().joined("Via")).matches("1.0 " + OURS);
  }

  @Test
  void theOriginLearnsAboutTheClient(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(stage.get("Host: www.example.com:8443")).hasStatus(200);

    HeaderLines received = stage.lastRequest().headers();
    assertThat(received.values("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(received.values("X-Forwarded-Proto")).containsExactly("http");
    assertThat(received.values("X-Forwarded-Host")).containsExactly("www.example.com:8443");
    assertThat(received.values("Forwarded")).hasSize(1);
    assertThat(received.joined("Forwarded").split(";"))
        .contains("for=127.0.0.1", "proto=http", "host=\"www.example.com:8443\"");
  }

  @Test
  void whatAClientClaimsAboutItselfIsReplaced(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(
            stage.get(
                "Host: www.example.com",
                "X-Forwarded-For: 6.6.6.6",
                "x-forwarded-for: 7.7.7.7",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.example",
                "Forwarded: for=6.6.6.6;host=evil.example;proto=https",
                "forwarded: for=7.7.7.7"))
        .hasStatus(200);

    ReceivedRequest received = stage.lastRequest();
    assertThat(received.headers().values("X-Forwarded-For")).containsExactly("127.0.0.1");
    assertThat(received.headers().values("X-Forwarded-Proto")).containsExactly("http");
    assertThat(received.headers().values("X-Forwarded-Host")).containsExactly("www.example.com");
    assertThat(received.headers().values("Forwarded")).hasSize(1);
    assertThat(received.head()).doesNotContain("6.6.6.6", "7.7.7.7", "evil.example", "https");
  }

  @Test
  void aClientCanNotHaveTheseFieldsRemoved(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x"));
    assertThat(
            stage.get(
                "Connection: Via, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Forwarded"))
        .hasStatus(200);
    HeaderLines received = stage.lastRequest().headers();
    for (String name :
        List.of("Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded")) {
      assertThat(received.values(name)).as(name).hasSize(1);
    }
  }

  @Test
  void noFieldOfTheProxysOwnReachesTheOriginOrTheStore(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: max-age=60"));
    assertThat(stage.get("X-Cache: HIT", "Cache-Status: evil; hit", "Age: 5")).isMiss();
    assertThat(stage.get())
        .isHit()
        .hasHeaderLines("X-Cache", "HIT")
        .hasHeaderLines("Via", "1.1 caching-proxy");
  }
}
