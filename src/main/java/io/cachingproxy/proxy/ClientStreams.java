package io.cachingproxy.proxy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** Opens the client's side of exchanges, in whichever of the two worlds this servlet lives. */
enum ClientStreams {
  /** The embedded server: the container's classes are our own. */
  JETTY {
    @Override
    ClientStream open(HttpServletRequest request, AsyncContext async) {
      return new JettyClientStream(ServletContextRequest.getServletContextRequest(request), async);
    }
  },
  /** Any container: its classes, even if they have the same names as ours, are not ours. */
  SERVLET_API {
    @Override
    ClientStream open(HttpServletRequest request, AsyncContext async) {
      return new ServletClientStream(request, async);
    }
  };

  private static final String JETTY_CONTEXT =
      "org.eclipse.jetty.ee10.servlet.ServletContextHandler";

  /** Whether a client's connection may go on with another protocol than HTTP. */
  boolean canSwitchProtocols() {
    return this == JETTY;
  }

  abstract ClientStream open(HttpServletRequest request, AsyncContext async);

  /**
   * The world of a servlet context: Jetty's if its class is the very one that was loaded beside
   * this class.
   */
  static ClientStreams of(ServletContext context) {
    for (Class<?> type = context.getClass(); type != null; type = type.getSuperclass()) {
      Class<?> outer = type.getEnclosingClass();
      if (outer != null
          && outer.getName().equals(JETTY_CONTEXT)
          && outer.getClassLoader() == ClientStreams.class.getClassLoader()) {
        return JETTY;
      }
    }
    return SERVLET_API;
  }
}
