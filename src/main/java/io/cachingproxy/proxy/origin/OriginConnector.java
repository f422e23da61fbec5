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
 * Connects to the origin, and tells a reset connection from one closed in good order: Jetty's own
 * end point reports both as the end of the stream, so that a body delimited by the close of its
 * connection (RFC 9112 §6.3) would look complete when it isn't.
 */
public final class OriginConnector extends ClientConnector {

  /** The servlet context attribute with the {@link SelectorManager} to share. */
  public static final String SHARED_SELECTORS = "io.cachingproxy.proxy.selectors";

  private final @Nullable SelectorManager host;
  private @Nullable Guest guest;

  /**
   * Creates a connector that is not started.
   *
   * @param host the selectors to share, so that one thread handles a request and its answer without
   *     waking another; null for selectors of its own
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
    // Added first, so that Jetty doesn't consider it its own and stop it with this connector.
    addBean(host, false);
    return host;
  }

  @Override
  protected EndPoint newEndPoint(
      SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
    return new OriginEndPoint((SocketChannel) channel, selector, key, getScheduler());
  }

  /**
   * Creates end points and connections for channels on shared selectors. Has no selector itself.
   */
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
   * The connector's part of shared selectors.
   *
   * @param attachment the attachment of the channel
   * @return null if the channel is not a connection to the origin
   */
  public static @Nullable Guest of(@Nullable Object attachment) {
    return attachment instanceof Map<?, ?> context
            && context.get(CONTEXT_KEY) instanceof OriginConnector connector
        ? connector.guest
        : null;
  }

  /** Whether this is the end point of a connection to the origin. */
  public static boolean isOrigin(EndPoint endPoint) {
    return endPoint instanceof OriginEndPoint;
  }

  /** Replaces TLS for a plain origin: setting TLS up would slow the start down. */
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
          // With both directions shut down this end point would close, and data that TLS has yet to
          // decrypt would be lost: then the reader has to close it.
          shutdownInput();
        }
        return filled;
      } finally {
        BufferUtil.flipToFlush(buffer, position);
      }
    }
  }
}
