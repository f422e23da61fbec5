package io.cachingproxy.testing;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;

/** A running proxy, however it is deployed. Thread-safe; whoever started it closes it. */
public interface ProxyUnderTest extends AutoCloseable {

  /** The port that clients use. */
  int port();

  /** The port of metrics and administration. */
  int managementPort();

  @Override
  void close();

  /** A new connection to the proxy; the caller closes it. */
  default RawClient client() {
    return RawClient.connect(port());
  }

  /** A GET on a connection of its own. */
  default Response get(String target, String... headerLines) throws IOException {
    return exchange("GET", target, headerLines);
  }

  /** A request without a body on a connection of its own. */
  default Response exchange(String method, String target, String... headerLines)
      throws IOException {
    try (RawClient client = client()) {
      return client.exchange(method, target, headerLines);
    }
  }

  /** A request with this body on a connection of its own. */
  default Response send(String method, String target, String body, String... headerLines)
      throws IOException {
    try (RawClient client = client()) {
      client.sendRequest(method, target, WireReader.bytes(body), headerLines);
      return client.read(method);
    }
  }

  /** Starts the chosen deployment on the system's clock. */
  static ProxyUnderTest start(Map<String, String> settings) {
    return start(settings, Clock.systemUTC());
  }

  /** Starts the chosen deployment on that clock; for tests tagged {@code embedded-only}. */
  static ProxyUnderTest start(Map<String, String> settings, Clock clock) {
    try {
      return Deployment.chosen().deploy(settings, clock);
    } catch (RuntimeException failed) {
      throw failed;
    } catch (Exception failed) {
      throw new IllegalStateException("the proxy did not start", failed);
    }
  }
}
