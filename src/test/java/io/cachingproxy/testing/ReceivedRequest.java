package io.cachingproxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * One request as the origin received it, without its body. Immutable.
 *
 * @param connection the number of the connection it came on, to see whether connections are reused
 * @param method the method, as sent
 * @param target the request target, byte for byte
 * @param version for example {@code HTTP/1.1}
 * @param headers the field lines
 * @param head the head as one string of ISO-8859-1 characters, up to and with the empty line
 */
public record ReceivedRequest(
    int connection,
    String method,
    String target,
    String version,
    HeaderLines headers,
    String head) {

  static ReceivedRequest parse(int connection, String requestLine, WireReader wire)
      throws java.io.IOException {
    String[] parts = requestLine.split(" ", -1);
    HeaderLines headers = wire.headerLines();
    String head = new String(wire.recorded(), ISO_8859_1);
    if (parts.length != 3) {
      throw new IllegalStateException("the origin received no HTTP request: " + requestLine);
    }
    return new ReceivedRequest(connection, parts[0], parts[1], parts[2], headers, head);
  }

  /** The value of the first line of that name, or null if there is none. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }

  /** Whether the sender keeps the connection open after the response. */
  boolean keepsAlive() {
    return version.equals("HTTP/1.0")
        ? headers.lists("Connection", "keep-alive")
        : !headers.lists("Connection", "close");
  }
}
