package io.cachingproxy.proxy.origin;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the origin, and can tell a reset connection from one that was closed in good order:
 * Jetty's own end point reports both as the end of the stream, and then a body that ends with its
 * connection (RFC 9112 §6.3) looks whole when it isn't.
 */
public final class OriginConnector extends ClientConnector {

  /** The attribute of a servlet context with the {@link SelectorManager} to be a guest of. */
  public static final String SHARED_SELECTORS = "io.cachingproxy.proxy.selectors";

  private final @Nullable SelectorManager host;
  private @Nullable Guest guest;

  /**
   * A connector, not started yet.
   *
   * @param host whose selectors watch the connections to the origin too, so that a request and its
   *     answer are the work of one thread and nothing has to be woken up for them; null if this
   *     connector is to have selectors of its own
   */
  public OriginConnector(@Nullable SelectorManager host) {
    this.host = host;
  }

  @Override
  protected SelectorManager newSelectorManager() {
    if (host == null) {
      return super.newSelectorManager();
    }
    guest = new Guest(getExecutor(), getScheduler());
    // First, so that Jetty doesn't take it for its own, and stop it with this connector.
    addBean(host, false);
    return host;
  }

  @Override
  protected EndPoint newEndPoint(
      SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
    return new OriginEndPoint((SocketChannel) channel, selector, key, getScheduler());
  }

  /** What becomes of a channel that another's selectors have connected. It has none itself. */
  public final class Guest extends ClientSelectorManager {

    private Guest(Executor executor, Scheduler scheduler) {
      super(executor, scheduler, 1);
    }

    @Override
    public EndPoint newEndPoint(
        SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
      return super.newEndPoint(channel, selector, key);
    }

    @Override
    public void connectionFailed(SelectableChannel channel, Throwable failure, Object attachment) {
      super.connectionFailed(channel, failure, attachment);
    }
  }

  /**
   * Whose channel it is that a selector has.
   *
   * @param attachment what it was handed to the selector with
   * @return null if it is none to the origin
   */
  public static @Nullable Guest of(@Nullable Object attachment) {
    return attachment instanceof Map<?, ?> context
            && context.get(CONTEXT_KEY) instanceof OriginConnector connector
        ? connector.guest
        : null;
  }

  /** Whether it is the end of a connection to the origin. */
  public static boolean isOrigin(EndPoint endPoint) {
    return endPoint instanceof OriginEndPoint;
  }

  /** What takes the place of TLS where the origin has none: to set TLS up takes long at a start. */
  public static final class NoTls extends SslContextFactory.Client {

    @Override
    protected void doStart() {
      // Nothing will ask for a connection with TLS.
    }
  }

  private static final class OriginEndPoint extends SocketChannelEndPoint {

    OriginEndPoint(
        SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
      super(channel, selector, key, scheduler);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      if (isInputShutdown()) {
        return -1;
      }
      int position = BufferUtil.flipToFill(buffer);
      try {
        int filled = getChannel().read(buffer);
        if (filled > 0) {
          notIdle();
        } else if (filled == -1 && !isOutputShutdown()) {
          // With both directions shut this end point closes, and what TLS has yet to decrypt is
          // lost: then that is left to whoever reads the end.
          shutdownInput();
        }
        return filled;
      } finally {
        BufferUtil.flipToFlush(buffer, position);
      }
    }
  }
}
