package io.cachingproxy.proxy.client;

import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.http.Fields;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * The client's side of one asynchronous exchange: the source of the request's content and the sink
 * of the response's. Nothing in it blocks.
 *
 * <p>There are two implementations: {@code JettyClientStream} uses Jetty's core API where the
 * container's own classes are visible (the embedded server), and {@link ServletClientStream} uses
 * only the Servlet API (a WAR in any container).
 */
public interface ClientStream {

  /** Sets status and fields of the response, unchanged and in order. Nothing is sent yet. */
  void head(int status, Fields fields);

  /**
   * Sets the head of an answer that has the stored fields. Nothing is sent yet.
   *
   * @param stored the stored fields; their Content-Length is ignored where {@code length} is given
   * @param length of the content in bytes, or -1 to send no Content-Length
   * @param age in seconds; sent as Age, and Via is added
   */
  default void storedHead(int status, FieldBlock stored, long length, long age) {
    head(status, StoredResponseWriter.withOurs(stored, length, age));
  }

  /** The request's content, read on demand. The caller releases each chunk it reads. */
  Content.Source requestContent();

  /**
   * The request's trailer section, empty if there is none. Known once the content has been read.
   */
  Fields requestTrailers();

  /**
   * Sends a trailer section after the response's content, where the framing allows one. To be
   * called before the first write, for a response without a Content-Length.
   *
   * @param trailers called after the last piece of the content is written
   */
  void trailers(Supplier<Fields> trailers);

  /**
   * Sends an interim response (RFC 9110 §15.2). To be called before the first write; later writes
   * wait until it is sent. It is dropped if it can't be sent without blocking or if too many are
   * already waiting; a 100 is dropped if the client doesn't expect one.
   *
   * @param whenSent runs when it has been sent or dropped, possibly before this method returns
   */
  void writeInterim(int status, Fields fields, Runnable whenSent);

  /**
   * Writes a piece of the response's content, after the head if that isn't committed yet; an empty
   * piece commits the head alone. The next write must wait until {@code callback} is called; until
   * then the buffer belongs to the stream.
   *
   * @param last whether this is the end of the content
   */
  void write(boolean last, ByteBuffer content, Callback callback);

  /**
   * Whether the client has disconnected, as far as that can be known without writing. Only for a
   * request whose content, if any, has been read. Thread-safe.
   *
   * @param isAnswered whether the answer has begun: then a client that has closed only its sending
   *     side is assumed to be still reading
   */
  boolean hasLeft(boolean isAnswered);

  /**
   * Ends the exchange: after the last write has succeeded, or without any write for a response
   * without content.
   */
  void complete();

  /**
   * Ends the exchange, whose status is 101, and hands the connection over to another protocol. Only
   * if {@link ClientStreams#canSwitchProtocols}.
   */
  void handOver(Function<EndPoint, Connection> successor);

  /**
   * Closes the connection while an answer is being written, so that the write fails. May be called
   * from any thread. Does nothing where only the container can close connections.
   */
  default void cut() {}

  /** Aborts the exchange so that the client can tell that the response is incomplete. */
  void abort(Throwable failure);
}
