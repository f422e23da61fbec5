package io.cachingproxy.proxy.origin;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.client.transport.internal.HttpChannelOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the origin on which no byte is ever taken for the answer to a request that has
 * not been sent yet (RFC 9112 §6.3: such data "MUST NOT" be processed as a separate response).
 * Jetty's own connection would take such bytes for the answer to the next request.
 *
 * <p>A byte that arrives after the end of a response and before the next request closes the
 * connection. So does a response that announces content it can't have, since that content may still
 * follow.
 *
 * <p>Invariant: a request is sent only if there is nothing to read; both happen under the same
 * monitor. Thread-safe.
 */
final class OriginConnection extends HttpConnectionOverHTTP {

  private static final Logger LOG = LoggerFactory.getLogger(OriginConnection.class);

  private final Object turn = new Object();

  /** Whether bytes that arrive now belong to a response. Set under {@code turn}. */
  private volatile boolean awaiting;

  /** Whether the receiver has read everything, so that the next request may be sent. */
  private boolean settled = true;

  private boolean releasedBeforeSettled;
  private volatile boolean spoilt;

  OriginConnection(EndPoint endPoint, Map<String, Object> context) {
    super(endPoint, context);
  }

  @Override
  protected HttpChannelOverHTTP newHttpChannel() {
    return new Channel(this);
  }

  @Override
  public @Nullable SendFailure send(HttpExchange exchange) {
    int arrived;
    synchronized (turn) {
      // Nothing on a new connection can belong to an earlier request.
      arrived = getMessagesOut() == 0 ? 0 : peek();
      if (arrived == 0) {
        awaiting = true;
        settled = false;
      }
    }
    if (arrived != 0) {
      end(arrived);
      return new SendFailure(new ClosedChannelException(), true);
    }
    SendFailure failure = super.send(exchange);
    if (failure != null) {
      awaiting = false;
      settle();
    }
    return failure;
  }

  @Override
  public void onFillable() {
    int arrived;
    synchronized (turn) {
      if (awaiting || !settled) {
        arrived = 0;
      } else {
        arrived = peek();
        if (arrived == 0) {
          // It was a TLS record without data.
          fillInterested();
          return;
        }
      }
    }
    if (arrived == 0) {
      super.onFillable();
    } else {
      end(arrived);
    }
  }

  /** Closes this idle connection after the origin sent bytes on it, or closed it. */
  private void end(int arrived) {
    if (arrived > 0) {
      closeSpoilt();
    } else {
      close();
    }
  }

  /** Reads one byte: 1 if there was one, 0 if not, -1 at the end. */
  private int peek() {
    if (isClosed()) {
      return -1;
    }
    try {
      return getEndPoint().fill(BufferUtil.allocate(1));
    } catch (IOException broken) {
      return -1;
    }
  }

  /** The final response has arrived completely. */
  void answered() {
    awaiting = false;
  }

  /** Closes the connection when it is released, instead of reusing it. */
  void spoil() {
    spoilt = true;
  }

  /** Whether bytes that arrive now belong to no response. */
  boolean isAnswered() {
    return !awaiting;
  }

  private void closeSpoilt() {
    LOG.warn(
        "the origin at {} sent more than it was asked for: connection closed",
        getHttpDestination().asString());
    close();
  }

  /** The receiver has read everything after the response, and waits for more. */
  void settle() {
    synchronized (turn) {
      settled = true;
      if (!releasedBeforeSettled) {
        return;
      }
      releasedBeforeSettled = false;
    }
    giveBack();
  }

  /** Returns the connection to the pool, but only once everything that arrived has been read. */
  @Override
  public void release() {
    synchronized (turn) {
      if (!settled) {
        releasedBeforeSettled = true;
        return;
      }
    }
    giveBack();
  }

  private void giveBack() {
    if (spoilt) {
      close();
    } else {
      super.release();
    }
  }

  @Override
  protected void addBytesIn(long count) {
    super.addBytesIn(count);
    if (isAnswered() && getHttpChannel() instanceof Channel channel) {
      channel.getHttpReceiver().discard();
      closeSpoilt();
    }
  }

  private static final class Channel extends HttpChannelOverHTTP {

    Channel(HttpConnectionOverHTTP connection) {
      super(connection);
    }

    @Override
    protected OriginReceiver newHttpReceiver() {
      return new OriginReceiver(this);
    }

    @Override
    protected OriginReceiver getHttpReceiver() {
      return (OriginReceiver) super.getHttpReceiver();
    }
  }
}
