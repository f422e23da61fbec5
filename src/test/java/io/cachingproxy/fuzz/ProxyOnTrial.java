package io.cachingproxy.fuzz;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import java.io.IOException;
import java.util.Map;

/**
 * A proxy between an origin and clients that send mutated bytes, and what must hold of it after
 * each. Used by one thread.
 */
final class ProxyOnTrial implements AutoCloseable {

  final RawOrigin origin = RawOrigin.start();
  final ProxyUnderTest proxy;
  private final LogCapture log = new LogCapture();
  private int checks;

  ProxyOnTrial() {
    proxy = ProxyUnderTest.start(Map.of("origin", origin.url()));
    origin.otherwise(ProxyOnTrial::answerWithItsName);
  }

  /** So that an answer that belongs to another request gives itself away. */
  static void answerWithItsName(OriginExchange exchange) throws IOException {
    exchange.respond(200, nameOf(exchange.request().target()), "Cache-Control: max-age=60");
  }

  static String nameOf(String target) {
    return "the answer to " + target;
  }

  /** A clean request gets the clean answer, on a connection of its own or on the given one. */
  void assertCleanAnswer(RawClient client) throws IOException {
    String target = "/clean?" + checks++;
    for (int i = 0; i < 2; i++) {
      Response response = client.get(target);
      assertThat(response).hasStatus(200).hasBody(nameOf(target));
    }
    assertThat(log.stackTraces()).isEmpty();
    origin.throwFailures();
  }

  void assertCleanAnswer() throws IOException {
    try (RawClient client = proxy.client()) {
      assertCleanAnswer(client);
    }
  }

  @Override
  public void close() {
    log.close();
    proxy.close();
    origin.stop();
  }
}
