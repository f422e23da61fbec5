package io.cachingproxy.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Connects to the origin, and can tell a reset connection from one that was closed in good order:
 * Jetty's own end point reports both as the end of the stream, and then a body that ends with its
 * connection (RFC 9112 §6.3) looks whole when it isn't.
 */
final class OriginConnector extends ClientConnector {

  @Override
  protected EndPoint newEndPoint(
      SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
    return new OriginEndPoint((SocketChannel) channel, selector, key, getScheduler());
  }

  /** What takes the place of TLS where the origin has none: to set TLS up takes long at a start. */
  static final class NoTls extends SslContextFactory.Client {

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
