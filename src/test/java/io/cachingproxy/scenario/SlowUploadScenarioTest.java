package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Content that drips holds no connection to the origin for ever. */
@Tag("embedded-only")
final class SlowUploadScenarioTest {

  private final ManualClock clock = new ManualClock();

  private static String metrics(ProxyUnderTest proxy) throws IOException {
    try (RawClient client = RawClient.connect(proxy.managementPort())) {
      return client.get("/metrics", "Connection: close").text();
    }
  }

  @Test
  void anUploadBelowTheLeastRateIsGivenUpAndTheConnectionIsFree() throws Exception {
    Gate closed = new Gate();
    try (RawOrigin origin = RawOrigin.start();
        ProxyUnderTest proxy =
            ProxyUnderTest.start(
                Map.of(
                    "origin", origin.url(), "max-origin-connections", "1", "breaker-failures", "1"),
                clock)) {
      origin.on("/page", Script.reply(200, "fine"));
      origin.on(
          "/upload",
          exchange -> {
            byte[] unused = exchange.body().exactly(1);
            exchange.awaitClosedByPeer();
            closed.open();
          });
      for (String framing : new String[] {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
        double before = givenUp(proxy);
        try (RawClient client = proxy.client()) {
          client.sendRequest("POST", "/upload", framing);
          client.send(framing.startsWith("T") ? "1\r\na\r\n" : "a");
          await()
              .until(
                  () -> {
                    clock.advance(Duration.ofSeconds(31));
                    return givenUp(proxy) == before + 1;
                  });
          assertThat(client.read("POST"))
              .hasStatus(408)
              .hasBody("the request's content did not arrive in time\n");
        }
        closed.await();
        assertThat(proxy.get("/page")).as("over the only connection").hasStatus(200);
      }
      assertThat(metrics(proxy)).contains("proxy_origin_downs_total 0.0");
      assertThat(origin.requests("*")).as("nobody doubts the origin").isEmpty();
    }
  }

  private static double givenUp(ProxyUnderTest proxy) throws IOException {
    return metrics(proxy)
        .lines()
        .filter(line -> line.startsWith("proxy_uploads_given_up_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }
}
