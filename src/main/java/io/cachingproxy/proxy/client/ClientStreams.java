package io.cachingproxy.proxy.client;

import io.cachingproxy.http.Field;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Opens the client's side of exchanges: straight on Jetty's classes in the embedded server, by the
 * Servlet API alone in a container whose classes are not ours. Thread-safe.
 */
public interface ClientStreams {

  /** Whether a client's connection may go on with another protocol than HTTP. */
  boolean canSwitchProtocols();

  /** The client's side of the exchange that begins with that request. */
  ClientStream open(HttpServletRequest request, AsyncContext async);

  /** The field lines of a request, as the client sent them as far as that is known. */
  Iterable<Field> lines(HttpServletRequest request);
}
