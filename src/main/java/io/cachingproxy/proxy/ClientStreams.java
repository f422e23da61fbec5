package io.cachingproxy.proxy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Opens the client's side of an exchange in whichever of the two worlds this class was loaded. */
final class ClientStreams {

  private ClientStreams() {}

  static ClientStream open(
      HttpServletRequest request, HttpServletResponse response, AsyncContext async) {
    return new JettyClientStream(ServletContextRequest.getServletContextRequest(request), async);
  }

  static boolean isAtEnd(HttpServletRequest request) {
    return ServletContextRequest.getServletContextRequest(request).getLength() == 0;
  }
}
