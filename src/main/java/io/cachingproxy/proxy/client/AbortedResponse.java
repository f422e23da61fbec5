package io.cachingproxy.proxy.client;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aborts a response through the Servlet API, which has no method for it: Jetty takes {@code
 * sendError(-1)} as an abort.
 */
final class AbortedResponse {

  private static final Logger LOG = LoggerFactory.getLogger(AbortedResponse.class);

  private AbortedResponse() {}

  static void abort(AsyncContext async, Throwable failure) {
    try {
      ((HttpServletResponse) async.getResponse()).sendError(-1);
    } catch (IOException | IllegalStateException e) {
      LOG.debug("already broken off", e);
    }
    try {
      async.complete();
    } catch (IllegalStateException e) {
      LOG.debug("already complete after {}", failure.toString());
    }
  }
}
