package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.client.ClientStream;
import io.cachingproxy.proxy.request.JettyFields;
import io.cachingproxy.proxy.tunnel.BrokenConnection;
import jakarta.servlet.AsyncContext;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an exchange on Jetty's core request and response: no copy, no switch of
 * threads, head and first piece in one gathered write.
 */
final class JettyClientStream implements ClientStream {

  private final ServletContextRequest request;
  private final Response response;
  private final AsyncContext async;

  private @Nullable Supplier<Fields> trailers;
  private @Nullable StoredLines lines;

  /** Null until there is an interim response. */
  private volatile @Nullable PendingInterims interims;

  JettyClientStream(ServletContextRequest request, AsyncContext async) {
    this.request = request;
    this.response = request.getServletChannel().getResponse();
    this.async = async;
  }

  /**
   * Uses the core response: the servlet response would parse a Content-Type and print it its own
   * way.
   */
  @Override
  public void head(int status, Fields fields) {
    Response core = request.getServletContextResponse().getWrapped();
    core.setStatus(status);
    HttpFields.Mutable target = core.getHeaders();
    for (Field line : fields) {
      target.add(line.name(), line.value());
    }
  }

  @Override
  public void storedHead(int status, FieldBlock stored, long length, long age) {
    if (!(endPoint() instanceof InboundConnector.ClientEndPoint client)) {
      ClientStream.super.storedHead(status, stored, length, age);
      return;
    }
    Response core = request.getServletContextResponse().getWrapped();
    core.setStatus(status);
    HttpFields.Mutable target = core.getHeaders();
    lines = client.storedLines().of(stored, age);
    target.add(lines);
    if (length >= 0) {
      target.add(HttpHeader.CONTENT_LENGTH, length);
    }
  }

  @Override
  public Content.Source requestContent() {
    return request;
  }

  @Override
  public Fields requestTrailers() {
    HttpFields trailers = request.getWrapped().getTrailers();
    return trailers == null ? Fields.empty() : JettyFields.of(trailers);
  }

  @Override
  public void trailers(Supplier<Fields> following) {
    trailers = following;
    response.setTrailersSupplier(
        () -> {
          Fields fields = following.get();
          return fields.size() == 0 ? null : JettyFields.from(fields);
        });
  }

  @Override
  public void writeInterim(int status, Fields fields, Runnable whenSent) {
    interims().send(status, fields, whenSent);
  }

  private synchronized PendingInterims interims() {
    PendingInterims known = interims;
    if (known == null) {
      known = new PendingInterims(new JettyInterims(request, response));
      interims = known;
    }
    return known;
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    PendingInterims first = interims;
    if (first == null) {
      writeFinal(last, content, callback);
    } else {
      first.thenRun(() -> writeFinal(last, content, callback));
    }
  }

  private void writeFinal(boolean last, ByteBuffer content, Callback callback) {
    Supplier<Fields> following = trailers;
    if (last && following != null && !response.isCommitted() && following.get().size() > 0) {
      // In a single write Jetty would add a Content-Length and leave out the trailers.
      response.write(
          false,
          content,
          Callback.from(
              callback.getInvocationType(),
              () -> response.write(true, BufferUtil.EMPTY_BUFFER, callback),
              callback::failed));
    } else {
      response.write(last, content, callback);
    }
  }

  @Override
  public boolean hasLeft(boolean isAnswered) {
    return endPoint() instanceof InboundConnector.ClientEndPoint client
        && (isAnswered ? client.hasReset() : client.hasEnded());
  }

  @Override
  public void complete() {
    forgetLines();
    PendingInterims first = interims;
    if (first == null) {
      async.complete();
    } else {
      first.thenRun(async::complete);
    }
  }

  /**
   * Resets the connection: a client that reads until the close, as an HTTP/1.0 client does, could
   * not tell an orderly close from the end of the content.
   */
  @Override
  public void abort(Throwable failure) {
    forgetLines();
    if (response.isCommitted()) {
      BrokenConnection.reset(endPoint());
    }
    // Ends the exchange as well: completing it here might already affect the connection's next one.
    request.getServletChannel().abort(failure);
  }

  /** The write fails only after the socket has stopped reading its buffers. */
  @Override
  public void cut() {
    EndPoint endPoint = endPoint();
    BrokenConnection.reset(endPoint);
    endPoint.close();
  }

  /** Jetty upgrades the connection when the response is complete. */
  @Override
  public void handOver(Function<EndPoint, Connection> successor) {
    Connection next = successor.apply(endPoint());
    request.getWrapped().setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, next);
    complete();
  }

  /** The connection outlives the answer, and must not keep what the store evicts. */
  private void forgetLines() {
    if (lines != null) {
      lines.clear();
    }
  }

  private EndPoint endPoint() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }
}
