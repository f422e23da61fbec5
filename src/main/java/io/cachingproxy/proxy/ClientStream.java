package io.cachingproxy.proxy;

import io.cachingproxy.http.Fields;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;

/**
 * The client's side of one asynchronous exchange: where the request's content comes from and where
 * the response's content goes. Nothing in it blocks.
 *
 * <p>There are two worlds behind it: {@link JettyClientStream} talks to Jetty's core when the
 * container's own classes can be seen (the embedded server), and {@link ServletClientStream} uses
 * nothing but the Servlet API (a WAR in any container). Status and fields are set on the {@code
 * HttpServletResponse} in both.
 */
interface ClientStream {

  /** Sets status and fields of the response, as they are, in their order. Nothing is sent yet. */
  void head(int status, Fields fields);

  /** The request's content, read on demand. The caller releases each chunk it reads. */
  Content.Source requestContent();

  /**
   * Writes a piece of the response's content, after the head if that isn't committed yet; an empty
   * piece commits the head alone. One write at a time: the next one follows when {@code callback}
   * was called. The buffer belongs to the stream until then.
   *
   * @param last whether this is the end of the content
   */
  void write(boolean last, ByteBuffer content, Callback callback);

  /**
   * Ends the exchange. After the last write has succeeded, or instead of any write for a response
   * without content.
   */
  void complete();

  /** Breaks the exchange off, so that the client can tell that the response is not complete. */
  void abort(Throwable failure);
}
