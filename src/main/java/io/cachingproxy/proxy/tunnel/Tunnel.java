package io.cachingproxy.proxy.tunnel;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * Connects two connections: bytes from one side are written to the other, as fast as that takes
 * them. The end of one direction is passed on and leaves the other open; if either connection
 * fails, both are reset.
 *
 * <p>It begins once both connections are handed over, and owns both from then on. It ends if
 * nothing moves for the idle timeout. Thread-safe.
 */
public final class Tunnel {

  /** Is told once that the tunnel is over. */
  @FunctionalInterface
  public interface Ended {
    /**
     * The tunnel is over.
     *
     * @param bytesToClient how many bytes were written to the client
     * @param failed whether it was aborted
     */
    void ended(long bytesToClient, boolean failed);
  }

  private final Tunnels tunnels;
  private final Executor executor;
  private final ByteBufferPool buffers;
  private final long idleNanos;
  private final Ended listener;
  private final Side origin;
  private final AtomicInteger handedOver = new AtomicInteger();
  private final AtomicInteger directionsLeft = new AtomicInteger(2);
  private final AtomicBoolean over = new AtomicBoolean();
  private final LongAdder bytesToClient = new LongAdder();
  private volatile @Nullable Side client;
  private volatile long lastMoved = System.nanoTime();

  /**
   * Creates a tunnel whose connections have yet to be handed over.
   *
   * @param idleMillis for how long nothing may move, in milliseconds
   */
  public Tunnel(
      Tunnels tunnels,
      EndPoint originEnd,
      Executor executor,
      ByteBufferPool buffers,
      long idleMillis,
      Ended listener) {
    this.tunnels = tunnels;
    this.executor = executor;
    this.buffers = buffers;
    this.idleNanos = idleMillis * 1_000_000;
    this.listener = listener;
    this.origin = new Side(originEnd);
  }

  /** The connection that takes over at the origin's end. */
  public Connection originSide() {
    return origin;
  }

  /** The connection that takes over at the client's end. */
  public Connection clientSide(EndPoint clientEnd) {
    Side made = new Side(clientEnd);
    client = made;
    return made;
  }

  private void begin() {
    Side to = client;
    if (to == null || handedOver.incrementAndGet() < 2) {
      return;
    }
    lastMoved = System.nanoTime();
    Pump toClient = new Pump(this, origin.getEndPoint(), to.getEndPoint(), origin.early);
    Pump toOrigin = new Pump(this, to.getEndPoint(), origin.getEndPoint(), to.early);
    toClient.onMoved(this::movedToClient);
    toOrigin.onMoved(this::movedToOrigin);
    toClient.iterate();
    toOrigin.iterate();
  }

  private void movedToClient(int bytes) {
    lastMoved = System.nanoTime();
    bytesToClient.add(bytes);
    tunnels.toClient(bytes);
  }

  private void movedToOrigin(int bytes) {
    lastMoved = System.nanoTime();
    tunnels.toOrigin(bytes);
  }

  ByteBufferPool buffers() {
    return buffers;
  }

  /** One direction has ended normally. */
  void directionEnded() {
    if (directionsLeft.decrementAndGet() == 0) {
      end(null);
    }
  }

  /**
   * Closes both sides, once.
   *
   * @param failure why the tunnel is aborted, null if it has ended normally
   */
  void end(@Nullable Throwable failure) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    Side to = client;
    close(origin, failure);
    if (to != null) {
      close(to, failure);
    }
    tunnels.ended(this);
    listener.ended(bytesToClient.sum(), failure != null);
  }

  /** An aborted tunnel must not look as if it had ended normally. */
  private static void close(Side side, @Nullable Throwable failure) {
    if (failure == null) {
      side.getEndPoint().close();
    } else {
      BrokenConnection.reset(side.getEndPoint());
      side.getEndPoint().close(failure);
    }
  }

  private boolean isIdle() {
    return System.nanoTime() - lastMoved >= idleNanos;
  }

  /** One of the two connections; its bytes are moved by a {@link Pump}. */
  private final class Side extends AbstractConnection implements Connection.UpgradeTo {

    private @Nullable ByteBuffer early;

    Side(EndPoint end) {
      super(end, executor);
    }

    /** Takes the bytes that had arrived before the hand-over. */
    @Override
    public void onUpgradeTo(ByteBuffer prefilled) {
      early = prefilled;
    }

    @Override
    public void onOpen() {
      super.onOpen();
      getEndPoint().setIdleTimeout(idleNanos / 1_000_000);
      if (over.get()) {
        getEndPoint().close();
      } else if (this == origin) {
        handedOver.incrementAndGet();
      } else {
        begin();
      }
    }

    @Override
    public void onFillable() {
      // Each pump registers its own callback.
    }

    /** One side may be silent for long while the other is busy. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
      if (isIdle()) {
        end(null);
      }
      return false;
    }
  }
}
