package io.cachingproxy.proxy.origin;

import java.util.Map;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/** HTTP/1.1 to the origin, over {@link OriginConnection}s. */
public final class OriginTransport extends HttpClientTransportOverHTTP {

  private final HttpClientConnectionFactory connections =
      new HttpClientConnectionFactory() {
        @Override
        public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
          return customize(new OriginConnection(endPoint, context), context);
        }
      };

  public OriginTransport(OriginConnector connector) {
    super(connector);
  }

  @Override
  public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
    return connections.newConnection(endPoint, context);
  }
}
