package io.cachingproxy.proxy;

import jakarta.servlet.AsyncContext;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The client's side of an exchange, straight on Jetty's core request and response: no copy, no hop
 * to another thread, head and first piece in one gathered write.
 */
final class JettyClientStream implements ClientStream {

  private final ServletContextRequest request;
  private final Response response;
  private final AsyncContext async;

  JettyClientStream(ServletContextRequest request, AsyncContext async) {
    this.request = request;
    this.response = request.getServletChannel().getResponse();
    this.async = async;
  }

  @Override
  public Content.Source requestContent() {
    return request;
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    response.write(last, content, callback);
  }

  @Override
  public void complete() {
    async.complete();
  }

  @Override
  public void abort(Throwable failure) {
    request.getServletChannel().abort(failure);
    async.complete();
  }
}
