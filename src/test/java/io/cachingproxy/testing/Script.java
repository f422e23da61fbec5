package io.cachingproxy.testing;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the origin does with one request. Runs on the connection's own thread, so it may wait.
 *
 * <p>An {@link IOException} ends the connection silently (the other side may leave whenever it
 * likes); any other exception, and every {@link AssertionError}, fails the test.
 */
@FunctionalInterface
public interface Script {

  void answer(OriginExchange exchange) throws IOException;

  /** Answers every request with this, its Content-Length added. */
  static Script reply(int status, String body, String... headerLines) {
    return exchange -> exchange.respond(status, body, headerLines);
  }

  /** Answers every request with these bytes, its Content-Length added. */
  static Script reply(int status, byte[] body, String... headerLines) {
    byte[] copy = body.clone();
    return exchange -> exchange.respond(status, copy, headerLines);
  }

  /** Plays one script for each request; the last one for all that follow. */
  static Script sequence(Script... scripts) {
    List<Script> all = List.copyOf(Arrays.asList(scripts));
    AtomicInteger next = new AtomicInteger();
    return exchange -> {
      int index = next.getAndUpdate(i -> Math.min(i + 1, all.size() - 1));
      all.get(index).answer(exchange);
    };
  }

  /**
   * Answers 304 with these fields to a request whose If-None-Match holds {@code etag}, else 200
   * with the body.
   */
  static Script conditional(String etag, String body, String... headerLines) {
    return exchange -> {
      String[] lines = Arrays.copyOf(headerLines, headerLines.length + 1);
      lines[headerLines.length] = "ETag: " + etag;
      if (exchange.request().headers().lists("If-None-Match", etag)) {
        exchange.respond(304, "", lines);
      } else {
        exchange.respond(200, body, lines);
      }
    };
  }

  /** Answers with these raw bytes (ISO-8859-1) and closes the connection. */
  static Script raw(String bytes) {
    return exchange -> {
      exchange.write(bytes);
      exchange.close();
    };
  }
}
