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
 * Two connections that have become one: whatever comes from the one side goes to the other, byte by
 * byte, as fast as that takes it. The end of one direction is passed on and leaves the other open;
 * when something breaks, both are broken.
 *
 * <p>It begins when each side has been handed its connection, and owns both from then on. Nothing
 * moving for the idle timeout ends it. Thread-safe.
 */
public final class Tunnel {

  /** Hears once that it is over. */
  @FunctionalInterface
  public interface Ended {
    /**
     * The tunnel is over.
     *
     * @param bytesToClient what went to the client
     * @param failed whether it was broken off
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
   * A tunnel whose sides have yet to be handed over.
   *
   * @param idleMillis for how long nothing may move
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

  /** One direction has come to its end in good order. */
  void directionEnded() {
    if (directionsLeft.decrementAndGet() == 0) {
      end(null);
    }
  }

  /**
   * Closes both sides, if that hasn't happened.
   *
   * @param failure what broke it, null if it is at its end in good order
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

  /** What was broken off must not look as if it had ended. */
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

  /** One of the two connections; what moves the bytes is {@link Pump}. */
  private final class Side extends AbstractConnection implements Connection.UpgradeTo {

    private @Nullable ByteBuffer early;

    Side(EndPoint end) {
      super(end, executor);
    }

    /** What had arrived before this took over. */
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
      // A pump has asked to be called itself.
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
