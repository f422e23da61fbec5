package io.cachingproxy.proxy;

import io.cachingproxy.http.Field;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Opens the client's side of exchanges, in whichever of the two worlds this servlet lives. */
enum ClientStreams {
  /** The embedded server: the container's classes are our own. */
  JETTY {
    @Override
    ClientStream open(HttpServletRequest request, AsyncContext async) {
      return new JettyClientStream(ServletContextRequest.getServletContextRequest(request), async);
    }

    @Override
    Iterable<Field> lines(HttpServletRequest request) {
      HttpFields fields = ServletContextRequest.getServletContextRequest(request).getHeaders();
      return () -> new JettyLines(fields.iterator());
    }
  },
  /** Any container: its classes, even if they have the same names as ours, are not ours. */
  SERVLET_API {
    @Override
    ClientStream open(HttpServletRequest request, AsyncContext async) {
      return new ServletClientStream(request, async);
    }

    /** First of all the names: to look for each line takes time that grows with the square. */
    @Override
    Iterable<Field> lines(HttpServletRequest request) {
      List<Field> lines = new ArrayList<>();
      for (String name : Collections.list(request.getHeaderNames())) {
        for (String value : Collections.list(request.getHeaders(name))) {
          lines.add(new Field(name, value == null ? "" : value));
        }
      }
      return lines;
    }
  };

  private static final String JETTY_CONTEXT =
      "org.eclipse.jetty.ee10.servlet.ServletContextHandler";

  /** Whether a client's connection may go on with another protocol than HTTP. */
  boolean canSwitchProtocols() {
    return this == JETTY;
  }

  abstract ClientStream open(HttpServletRequest request, AsyncContext async);

  /** The field lines of a request, as the client sent them as far as that is known. */
  abstract Iterable<Field> lines(HttpServletRequest request);

  /** Jetty's fields, one after the other. */
  private record JettyLines(Iterator<HttpField> fields) implements Iterator<Field> {
    @Override
    public boolean hasNext() {
      return fields.hasNext();
    }

    @Override
    public Field next() {
      return JettyFields.of(fields.next());
    }
  }

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
