package io.cachingproxy.proxy.client;

import io.cachingproxy.http.Field;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Opens the client's side of exchanges: on Jetty's core API in the embedded server, on the Servlet
 * API alone in other containers. Thread-safe.
 */
public interface ClientStreams {

  /** Whether a client's connection can be switched to another protocol. */
  boolean canSwitchProtocols();

  /** Opens the client's side of the exchange that this request begins. */
  ClientStream open(HttpServletRequest request, AsyncContext async);

  /** The field lines of a request, as the client sent them as far as that is known. */
  Iterable<Field> lines(HttpServletRequest request);
}
