package io.cachingproxy.app;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;

/**
 * A servlet context whose servlets promise never to block, so that Jetty calls them on the selector
 * thread that read the request. One blocking call would stall every connection of that selector.
 */
final class NonBlockingContext extends ServletContextHandler {

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
