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
 * A connection to the origin on which no byte is ever taken for the answer to a request that was
 * not sent yet (RFC 9112 §6.3: such data "MUST NOT" be processed as a separate response). Jetty's
 * own reads whatever it finds as the answer to the next request.
 *
 * <p>Each byte that comes after the end of a response and before the next request ends the
 * connection, which then carries no further request. So does a response that announces content it
 * cannot have, since that may follow at any time.
 *
 * <p>Invariant: a request is sent only when there is nothing to be read, and whether there is, is
 * seen under the same monitor. Thread-safe.
 */
final class OriginConnection extends HttpConnectionOverHTTP {

  private static final Logger LOG = LoggerFactory.getLogger(OriginConnection.class);

  private final Object turn = new Object();

  /** Whether what arrives now belongs to an answer. Set under {@code turn}. */
  private volatile boolean awaiting;

  /** Whether the receiver is at rest, so that the next request may be sent. */
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
      // Whatever comes on a new one can't be meant for a request before this one.
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
          // It was something of TLS.
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

  /** Ends this idle connection, of which the origin sent something, or the end. */
  private void end(int arrived) {
    if (arrived > 0) {
      closeSpoilt();
    } else {
      close();
    }
  }

  /** Takes a byte if there is one: 1, 0 if not, -1 at the end. */
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

  /** The final response has arrived whole. */
  void answered() {
    awaiting = false;
  }

  /** No further request may be sent on this connection. */
  void spoil() {
    spoilt = true;
  }

  /** Whether what arrives now answers nothing. */
  boolean isAnswered() {
    return !awaiting;
  }

  private void closeSpoilt() {
    LOG.warn(
        "the origin at {} sent more than it was asked for: connection closed",
        getHttpDestination().asString());
    close();
  }

  /** The receiver has read all there was after the response, and waits for more. */
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

  /** Goes back to the pool, but not before all that was there to be read has been seen. */
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
