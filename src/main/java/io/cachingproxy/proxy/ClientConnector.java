package io.cachingproxy.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections of clients, and can tell whether a client has left while its answer is waited
 * for: Jetty doesn't read from a connection then, and so doesn't see it close.
 */
public final class ClientConnector extends ServerConnector {

  /** A connector of that server, for clients that don't use TLS. */
  public ClientConnector(Server server, ConnectionFactory... factories) {
    super(server, factories);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint =
        new ClientEndPoint(channel, selector, key, getScheduler(), getExecutor());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  /** An end point that can look ahead. What it has seen it gives to whoever reads next. */
  static final class ClientEndPoint extends SocketChannelEndPoint {

    /** A client that sends so much ahead, or more, is certainly there. */
    private static final int MOST_AHEAD = 1024;

    private final Executor executor;
    private @Nullable ByteBuffer ahead;
    private boolean ended;

    ClientEndPoint(
        SocketChannel channel,
        ManagedSelector selector,
        SelectionKey key,
        Scheduler scheduler,
        Executor executor) {
      super(channel, selector, key, scheduler);
      this.executor = executor;
    }

    /** Whether the client has closed its side. Only while nobody reads from this end point. */
    synchronized boolean hasLeft() {
      if (!ended && isOpen() && !getFillInterest().isInterested()) {
        look();
      }
      return ended || !isOpen();
    }

    private void look() {
      ByteBuffer buffer = ahead == null ? BufferUtil.allocate(MOST_AHEAD) : ahead;
      int position = BufferUtil.flipToFill(buffer);
      try {
        ended = buffer.hasRemaining() && getChannel().read(buffer) < 0;
      } catch (IOException e) {
        ended = true;
      } finally {
        BufferUtil.flipToFlush(buffer, position);
      }
      ahead = buffer.hasRemaining() ? buffer : null;
    }

    @Override
    public synchronized int fill(ByteBuffer buffer) throws IOException {
      ByteBuffer seen = ahead;
      if (seen == null) {
        return super.fill(buffer);
      }
      int position = BufferUtil.flipToFill(buffer);
      int taken = BufferUtil.put(seen, buffer);
      BufferUtil.flipToFlush(buffer, position);
      if (!seen.hasRemaining()) {
        ahead = null;
      }
      return taken;
    }

    /** What was seen ahead is there already: the selector won't tell. */
    @Override
    protected void needsFillInterest() {
      boolean isAhead;
      synchronized (this) {
        isAhead = ahead != null;
      }
      if (isAhead) {
        executor.execute(getFillInterest()::fillable);
      } else {
        super.needsFillInterest();
      }
    }
  }
}
