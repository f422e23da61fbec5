package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.Field;
import io.cachingproxy.proxy.client.ClientStream;
import io.cachingproxy.proxy.client.ClientStreams;
import io.cachingproxy.proxy.request.JettyFields;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Iterator;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Opens the client's side of exchanges in the embedded server, on Jetty's core API. */
public final class JettyClientStreams implements ClientStreams {

  @Override
  public boolean canSwitchProtocols() {
    return true;
  }

  @Override
  public ClientStream open(HttpServletRequest request, AsyncContext async) {
    return new JettyClientStream(ServletContextRequest.getServletContextRequest(request), async);
  }

  @Override
  public Iterable<Field> lines(HttpServletRequest request) {
    HttpFields fields = ServletContextRequest.getServletContextRequest(request).getHeaders();
    return () -> new Lines(fields.iterator());
  }

  /** Converts Jetty's fields one by one. */
  private record Lines(Iterator<HttpField> fields) implements Iterator<Field> {
    @Override
    public boolean hasNext() {
      return fields.hasNext();
    }

    @Override
    public Field next() {
      return JettyFields.of(fields.next());
    }
  }
}
