package io.cachingproxy.proxy.embedded;

import io.cachingproxy.proxy.origin.OriginConnector;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Accepts clients' connections, and can tell whether a client has disconnected while it waits for
 * its answer: Jetty doesn't read from a connection then, so it doesn't notice that it is closed.
 * Its selectors can also serve the connections to the origin: then one thread handles a request and
 * its answer, without waking another.
 */
public final class InboundConnector extends ServerConnector {

  /** A connector of that server, for clients that don't use TLS. */
  public InboundConnector(Server server, ConnectionFactory... factories) {
    super(server, factories);
  }

  /** Offers its selectors to the proxy servlet of that context. */
  public void publish(ServletContext context) {
    context.setAttribute(OriginConnector.SHARED_SELECTORS, getSelectorManager());
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint =
        new ClientEndPoint(channel, selector, key, getScheduler(), getExecutor());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  @Override
  protected SelectorManager newSelectorManager(
      Executor executor, Scheduler scheduler, int selectors) {
    return new SharedSelectors(executor, scheduler, selectors);
  }

  /** Selectors that serve the connections to the origin too. */
  private final class SharedSelectors extends ServerConnectorManager {

    SharedSelectors(Executor executor, Scheduler scheduler, int selectors) {
      super(executor, scheduler, selectors);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(
        SelectableChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
      OriginConnector.Guest guest = OriginConnector.of(key.attachment());
      return guest == null
          ? super.newEndPoint(channel, selector, key)
          : (SocketChannelEndPoint) guest.newEndPoint(channel, selector, key);
    }

    @Override
    public Connection newConnection(SelectableChannel channel, EndPoint endPoint, Object attachment)
        throws IOException {
      OriginConnector.Guest guest = OriginConnector.of(attachment);
      return guest == null
          ? super.newConnection(channel, endPoint, attachment)
          : guest.newConnection(channel, endPoint, attachment);
    }

    @Override
    public void connectionOpened(Connection connection, Object attachment) {
      OriginConnector.Guest guest = OriginConnector.of(attachment);
      if (guest == null) {
        super.connectionOpened(connection, attachment);
      } else {
        guest.connectionOpened(connection, attachment);
      }
    }

    @Override
    protected void connectionFailed(
        SelectableChannel channel, Throwable failure, Object attachment) {
      OriginConnector.Guest guest = OriginConnector.of(attachment);
      if (guest == null) {
        super.connectionFailed(channel, failure, attachment);
      } else {
        guest.connectionFailed(channel, failure, attachment);
      }
    }

    @Override
    protected void endPointOpened(EndPoint endPoint) {
      if (!OriginConnector.isOrigin(endPoint)) {
        super.endPointOpened(endPoint);
      }
    }

    @Override
    protected void endPointClosed(EndPoint endPoint) {
      if (!OriginConnector.isOrigin(endPoint)) {
        super.endPointClosed(endPoint);
      }
    }
  }

  /** An end point that can read ahead. The next reader gets the bytes read ahead first. */
  static final class ClientEndPoint extends SocketChannelEndPoint {

    /** How much is read ahead; a client that has sent this much is certainly connected. */
    private static final int MAX_AHEAD = 1024;

    private final Executor executor;
    private @Nullable StoredLines lines;
    private @Nullable ByteBuffer ahead;
    private boolean ended;
    private boolean reset;

    ClientEndPoint(
        SocketChannel channel,
        ManagedSelector selector,
        SelectionKey key,
        Scheduler scheduler,
        Executor executor) {
      super(channel, selector, key, scheduler);
      this.executor = executor;
    }

    /** Writes the stored fields into heads of answers; for one answer at a time. */
    StoredLines storedLines() {
      StoredLines known = lines;
      if (known == null) {
        known = new StoredLines();
        lines = known;
      }
      return known;
    }

    /**
     * Whether the client has closed its sending side. Only while nobody reads from this end point.
     */
    synchronized boolean hasEnded() {
      return hasReset() || ended;
    }

    /** Whether the connection is reset or closed. Only while nobody reads from this end point. */
    synchronized boolean hasReset() {
      if (!reset && isOpen() && !getFillInterest().isInterested()) {
        look();
      }
      return reset || !isOpen();
    }

    private void look() {
      ByteBuffer buffer = ahead == null ? BufferUtil.allocate(MAX_AHEAD) : ahead;
      int position = BufferUtil.flipToFill(buffer);
      try {
        ended |= buffer.hasRemaining() && getChannel().read(buffer) < 0;
      } catch (IOException e) {
        reset = true;
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

    /** Bytes read ahead are already here: the selector would not report them. */
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
