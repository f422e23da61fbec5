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
 * The client's side of one asynchronous exchange: where the request's content comes from and where
 * the response's content goes. Nothing in it blocks.
 *
 * <p>There are two worlds behind it: {@code JettyClientStream} talks to Jetty's core when the
 * container's own classes can be seen (the embedded server), and {@link ServletClientStream} uses
 * nothing but the Servlet API (a WAR in any container). Status and fields are set on the {@code
 * HttpServletResponse} in both.
 */
public interface ClientStream {

  /** Sets status and fields of the response, as they are, in their order. Nothing is sent yet. */
  void head(int status, Fields fields);

  /**
   * Sets status and fields of an answer that has the fields which are stored. Nothing is sent yet.
   *
   * @param stored its fields, whatever length they say
   * @param length of the content in bytes; -1 where none is to be said
   * @param age in seconds, which is added, and so is Via
   */
  default void storedHead(int status, FieldBlock stored, long length, long age) {
    head(status, StoredResponseWriter.withOurs(stored, length, age));
  }

  /** The request's content, read on demand. The caller releases each chunk it reads. */
  Content.Source requestContent();

  /** The request's trailer section, empty if there is none; known when its content was read. */
  Fields requestTrailers();

  /**
   * Has the response's content followed by a trailer section, where its framing allows one. Before
   * the first write, for a response without a Content-Length.
   *
   * @param trailers asked once the last piece of the content is written
   */
  void trailers(Supplier<Fields> trailers);

  /**
   * Sends an interim response (RFC 9110 §15.2), before the first write. What is written later waits
   * until it is sent. It is dropped where it can't be sent without blocking, where too many wait
   * already, and a 100 where the client doesn't wait for one.
   *
   * @param whenSent runs when it was sent or dropped, perhaps at once
   */
  void writeInterim(int status, Fields fields, Runnable whenSent);

  /**
   * Writes a piece of the response's content, after the head if that isn't committed yet; an empty
   * piece commits the head alone. One write at a time: the next one follows when {@code callback}
   * was called. The buffer belongs to the stream until then.
   *
   * @param last whether this is the end of the content
   */
  void write(boolean last, ByteBuffer content, Callback callback);

  /**
   * Whether the client has closed its connection, as far as that can be known without writing. For
   * a request whose content, if any, has been read. Thread-safe.
   *
   * @param isAnswered whether the answer has begun: then a client that has closed only its own side
   *     is taken to read on
   */
  boolean hasLeft(boolean isAnswered);

  /**
   * Ends the exchange. After the last write has succeeded, or instead of any write for a response
   * without content.
   */
  void complete();

  /**
   * Ends the exchange, whose head says 101, and has another protocol take over the connection. Only
   * where {@link ClientStreams#canSwitchProtocols}.
   */
  void handOver(Function<EndPoint, Connection> successor);

  /**
   * Closes the connection under an answer that is being written, so that the write fails. By any
   * thread. Where the container leaves that to itself, nothing happens.
   */
  default void cut() {}

  /** Breaks the exchange off, so that the client can tell that the response is not complete. */
  void abort(Throwable failure);
}
