package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Where something stale may stand in for an origin that fails, nobody waits for the whole timeout
 * (RFC 9111 §4.2.4).
 */
@ExtendWith(OnStage.class)
@Tag("embedded-only") // It sets the clock.
final class StaleWaitScenarioTest {

  private final ManualClock clock = new ManualClock(Instant.now());

  private ProxyUnderTest proxy(Stage stage, String staleWait) {
    Map<String, String> settings =
        Map.of("origin", stage.sharedOrigin().url(), "stale-wait", staleWait);
    return ProxyUnderTest.start(settings, clock);
  }

  /** Answers at once, and then only when the gate is open. */
  private static Script late(Gate gate, String... fields) {
    return Script.sequence(
        Script.reply(200, "v1", fields),
        exchange -> {
          gate.await();
          // The origin goes by another clock: by the proxy's own it is some seconds old.
          exchange.respond(200, "v2", "Cache-Control: max-age=1000");
        });
  }

  private static void assertIsStale(Response response) {
    assertThat(response).hasStatus(200).hasBody("v1").hasHeaderLines("X-Cache", "HIT");
    assertThat(response.header("Cache-Status")).contains("fwd=stale", "detail=stale-wait");
  }

  @Test
  void allWhoMayHaveItGetTheStaleResponseAndTheFetchGoesOn(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(late(gate, "Cache-Control: max-age=10"));
    try (ProxyUnderTest proxy = proxy(stage, "500ms")) {
      assertThat(proxy.get(stage.path())).hasBody("v1");
      clock.advance(Duration.ofSeconds(11));
      RawClient first = proxy.client().sendRequest("GET", stage.path());
      RawClient second = proxy.client().sendRequest("GET", stage.path());
      assertIsStale(first.read("GET"));
      assertIsStale(second.read("GET"));
      first.close();
      second.close();
      assertIsStale(proxy.get(stage.path()));
      assertThat(stage.requests()).as("one for all").hasSize(2);
      gate.open();
      await().untilAsserted(() -> assertThat(proxy.get(stage.path())).hasBody("v2").isHit());
      assertThat(stage.requests()).hasSize(2);
    }
  }

  @Test
  void theOneWhoGotItGoesOnWithItsConnection(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(late(gate, "Cache-Control: max-age=10"));
    try (ProxyUnderTest proxy = proxy(stage, "100ms");
        RawClient client = proxy.client()) {
      client.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertIsStale(client.get(stage.path()));
      assertIsStale(client.get(stage.path()));
      gate.open();
      await().untilAsserted(() -> assertThat(client.get(stage.path())).hasBody("v2").isHit());
    }
  }

  @Test
  void aConfirmationThatComesTooLateFreshens(Stage stage) throws Exception {
    Gate gate = stage.gate();
    String[] fields = {"Cache-Control: max-age=10", "ETag: \"1\""};
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", fields),
            exchange -> {
              gate.await();
              exchange.respond(304, "", "Cache-Control: max-age=1000", "ETag: \"1\"");
            }));
    try (ProxyUnderTest proxy = proxy(stage, "100ms")) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertIsStale(proxy.get(stage.path()));
      gate.open();
      await().untilAsserted(() -> assertThat(proxy.get(stage.path())).isHit().hasBody("v1"));
      assertThat(stage.requests()).hasSize(2);
    }
  }

  @Test
  void anOriginThatFailsAfterThatHarmsNobody(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10"),
            exchange -> {
              gate.await();
              exchange.respond(500, "no");
            },
            Script.reply(200, "v2", "Cache-Control: max-age=10")));
    try (ProxyUnderTest proxy = proxy(stage, "100ms")) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertIsStale(proxy.get(stage.path()));
      gate.open();
      await().untilAsserted(() -> assertThat(proxy.get(stage.path())).hasBody("v2"));
    }
  }

  @Test
  void whatMustBeValidatedIsWaitedForAndSoIsWhatAClientWantsOfTheOrigin(Stage stage)
      throws Exception {
    Gate gate = stage.gate();
    stage.origin("strict", late(gate, "Cache-Control: max-age=10, must-revalidate"));
    stage.origin("asked", late(gate, "Cache-Control: max-age=10"));
    stage.origin("free", late(gate, "Cache-Control: max-age=10"));
    try (ProxyUnderTest proxy = proxy(stage, "100ms")) {
      proxy.get(stage.path("strict"));
      proxy.get(stage.path("asked"));
      proxy.get(stage.path("free"));
      clock.advance(Duration.ofSeconds(11));
      RawClient strict = proxy.client().sendRequest("GET", stage.path("strict"));
      RawClient asked =
          proxy.client().sendRequest("GET", stage.path("asked"), "Cache-Control: no-cache");
      await().until(() -> stage.requests().size() == 5);
      // It came later, and is answered earlier.
      assertIsStale(proxy.get(stage.path("free")));
      gate.open();
      assertThat(strict.read("GET")).hasBody("v2");
      assertThat(asked.read("GET")).hasBody("v2");
      strict.close();
      asked.close();
    }
  }

  @Test
  void whatWasPurgedMeanwhileIsNotServed(Stage stage) throws Exception {
    Gate gate = stage.gate();
    Gate asked = stage.gate();
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("POST")) {
            exchange.respond(200, "changed");
          } else if (asked.isOpen()) {
            gate.await();
            exchange.respond(200, "v2", "Cache-Control: max-age=10");
          } else {
            exchange.respond(200, "v1", "Cache-Control: max-age=10");
          }
        });
    stage.origin("free", late(gate, "Cache-Control: max-age=10"));
    try (ProxyUnderTest proxy = proxy(stage, "2s")) {
      proxy.get(stage.path());
      proxy.get(stage.path("free"));
      asked.open();
      clock.advance(Duration.ofSeconds(11));
      RawClient first = proxy.client().sendRequest("GET", stage.path());
      await().until(() -> stage.requests().size() == 3);
      proxy.send("POST", stage.path(), "change");
      assertIsStale(proxy.get(stage.path("free")));
      gate.open();
      assertThat(first.read("GET")).hasBody("v2");
      first.close();
    }
  }

  @Test
  void aConnectionThatWasClosedMeanwhileMakesNobodyWaitLonger(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10"),
            OriginExchange::close,
            exchange -> {
              gate.await();
              exchange.respond(200, "v2", "Cache-Control: max-age=1000");
            }));
    try (ProxyUnderTest proxy = proxy(stage, "300ms")) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertIsStale(proxy.get(stage.path()));
      assertThat(stage.requests()).as("asked twice").hasSize(3);
    }
  }

  @Test
  void whoWaitsForARefreshInTheBackgroundGetsItTooAfterThatTime(Stage stage) throws Exception {
    Gate gate = stage.gate();
    stage.origin(late(gate, "Cache-Control: max-age=10, stale-while-revalidate=5"));
    try (ProxyUnderTest proxy = proxy(stage, "300ms")) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertThat(proxy.get(stage.path())).hasBody("v1");
      await().until(() -> stage.requests().size() == 2);
      clock.advance(Duration.ofSeconds(10));
      assertIsStale(proxy.get(stage.path()));
      assertThat(stage.requests()).hasSize(2);
      gate.open();
      await().untilAsserted(() -> assertThat(proxy.get(stage.path())).hasBody("v2").isHit());
    }
  }

  @Test
  void aRequestWhoseAnswerWouldBeOfNoUseIsGivenUp(Stage stage) throws Exception {
    Gate noticed = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10"),
            exchange -> {
              exchange.awaitClosedByPeer();
              noticed.open();
            }));
    try (ProxyUnderTest proxy = proxy(stage, "100ms");
        RawClient client = proxy.client()) {
      client.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertThat(client.exchange("HEAD", stage.path()))
          .hasStatus(200)
          .hasHeaderLines("X-Cache", "HIT");
      noticed.await();
    }
  }

  @Test
  void whatIsNotStoredIsNotReadToItsEndForNobody(Stage stage) throws Exception {
    Gate gate = stage.gate();
    Gate noticed = stage.gate();
    stage.origin(
        Script.sequence(
            Script.reply(200, "v1", "Cache-Control: max-age=10"),
            exchange -> {
              gate.await();
              exchange.chunkedHead(200, "Cache-Control: no-store");
              await().until(() -> !exchange.isWritable("5\r\npiece\r\n"));
              noticed.open();
            }));
    try (ProxyUnderTest proxy = proxy(stage, "100ms")) {
      proxy.get(stage.path());
      clock.advance(Duration.ofSeconds(11));
      assertIsStale(proxy.get(stage.path()));
      gate.open();
      noticed.await();
    }
  }
}
