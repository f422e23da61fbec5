package io.cachingproxy.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response as a client received it.
 *
 * @param statusLine for example {@code HTTP/1.1 200 OK}
 * @param headers the field lines
 * @param interims the 1xx responses that came before it
 */
public record ResponseStart(String statusLine, HeaderLines headers, List<ResponseStart> interims) {

  public int status() {
    String[] parts = statusLine.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new AssertionError("not a status line: " + statusLine);
    }
    return Integer.parseInt(parts[1]);
  }

  /** The value of the first line of that name, or null if there is none. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }
}
