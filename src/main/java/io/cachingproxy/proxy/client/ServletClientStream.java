package io.cachingproxy.proxy.client;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an exchange on the Servlet API alone, asynchronous in both directions
 * (Servlet 6.0 §3.7, §5.7).
 *
 * <p>Interim responses are dropped: the Servlet API has no way to send one (Jetty's own, {@code
 * sendError(103)}, blocks until the client has taken it). A 100 is up to the container, which sends
 * it when the request's content is read.
 *
 * <p>Invariant: the container's stream is used only while holding the monitor; callbacks are never
 * called while holding it.
 */
final class ServletClientStream implements ClientStream, WriteListener {

  private final HttpServletRequest request;
  private final AsyncContext async;

  private @Nullable ServletOutputStream output;
  private @Nullable ByteBuffer content;
  private @Nullable Callback callback;
  private boolean handedOver;
  private @Nullable Throwable failure;

  ServletClientStream(HttpServletRequest request, AsyncContext async) {
    this.request = request;
    this.async = async;
  }

  /** The origin's Date and Server replace those the container may already have set. */
  @Override
  public void head(int status, Fields fields) {
    HttpServletResponse response = (HttpServletResponse) async.getResponse();
    response.setStatus(status);
    for (Field line : fields) {
      if (line.isNamed("Date") || line.isNamed("Server")) {
        response.setHeader(line.name(), line.value());
      } else {
        response.addHeader(line.name(), line.value());
      }
    }
  }

  @Override
  public Content.Source requestContent() {
    return new ServletRequestContent(request);
  }

  @Override
  public Fields requestTrailers() {
    Fields.Builder trailers = Fields.builder();
    if (request.isTrailerFieldsReady()) {
      request.getTrailerFields().forEach(trailers::add);
    }
    return trailers.build();
  }

  /** The Servlet API allows one value per name: several lines are combined (RFC 9110 §5.3). */
  @Override
  public void trailers(Supplier<Fields> trailers) {
    ((HttpServletResponse) async.getResponse())
        .setTrailerFields(
            () -> {
              Map<String, String> lines = new LinkedHashMap<>();
              for (Field line : trailers.get()) {
                lines.merge(line.name(), line.value(), (one, other) -> one + ", " + other);
              }
              return lines;
            });
  }

  @Override
  public void writeInterim(int status, Fields fields, Runnable whenSent) {
    whenSent.run();
  }

  @Override
  public void write(boolean last, ByteBuffer piece, Callback whenWritten) {
    Throwable broken;
    synchronized (this) {
      broken = failure;
      if (broken == null) {
        content = piece;
        callback = whenWritten;
        handedOver = false;
        if (output == null) {
          broken = listen();
          if (broken == null) {
            // The container calls onWritePossible when it is ready for the first piece.
            return;
          }
        }
      }
    }
    if (broken != null) {
      whenWritten.failed(broken);
    } else {
      onWritePossible();
    }
  }

  private @Nullable Throwable listen() {
    try {
      ServletOutputStream opened = async.getResponse().getOutputStream();
      output = opened;
      opened.setWriteListener(this);
      return null;
    } catch (IOException | IllegalStateException e) {
      failure = e;
      return e;
    }
  }

  @Override
  public void onWritePossible() {
    Callback written;
    Throwable broken = null;
    synchronized (this) {
      written = callback;
      if (written == null) {
        return;
      }
      try {
        if (!isWritten()) {
          return;
        }
      } catch (IOException | IllegalStateException e) {
        broken = e;
        failure = e;
      }
      callback = null;
      content = null;
    }
    if (broken == null) {
      written.succeeded();
    } else {
      written.failed(broken);
    }
  }

  /**
   * Hands the piece to the container once it is ready for one; the piece counts as written when the
   * container is ready for the next.
   */
  private boolean isWritten() throws IOException {
    ServletOutputStream stream = output;
    ByteBuffer piece = content;
    if (stream == null || piece == null || !stream.isReady()) {
      return false;
    }
    if (handedOver) {
      return true;
    }
    handedOver = true;
    if (piece.hasRemaining()) {
      ServletBuffers.write(stream, piece);
    } else {
      stream.flush();
    }
    return stream.isReady();
  }

  @Override
  public void onError(Throwable error) {
    Callback pending;
    synchronized (this) {
      failure = error;
      pending = callback;
      callback = null;
      content = null;
    }
    if (pending != null) {
      pending.failed(error);
    }
  }

  /** The Servlet API has no way to tell. */
  @Override
  public boolean hasLeft(boolean isAnswered) {
    return false;
  }

  @Override
  public void handOver(Function<EndPoint, Connection> successor) {
    throw new IllegalStateException("a container keeps its connections");
  }

  @Override
  public void complete() {
    async.complete();
  }

  @Override
  public void abort(Throwable error) {
    AbortedResponse.abort(async, error);
  }
}
