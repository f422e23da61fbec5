package io.cachingproxy.proxy.tunnel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link Tunnel}: reads a piece, writes it, and reads the next when it is
 * written, so that a slow reader slows the sender down. It holds a buffer only while there is
 * something to move.
 */
final class Pump extends IteratingCallback {

  private static final int PIECE_BYTES = 16 * 1024;

  private final Tunnel tunnel;
  private final EndPoint from;
  private final EndPoint to;
  private final Callback whenReadable = new Readable();

  private @Nullable ByteBuffer early;
  private @Nullable RetainableByteBuffer buffer;
  private IntConsumer moved = bytes -> {};
  private int underWay;

  /**
   * Creates a pump, to be started with {@link #iterate}.
   *
   * @param early bytes that were read before the tunnel began, and are written first
   */
  Pump(Tunnel tunnel, EndPoint from, EndPoint to, @Nullable ByteBuffer early) {
    this.tunnel = tunnel;
    this.from = from;
    this.to = to;
    this.early = early;
  }

  /** Sets the listener, called with the size of each piece once it is written. */
  void onMoved(IntConsumer listener) {
    moved = listener;
  }

  @Override
  protected Action process() throws IOException {
    if (underWay > 0) {
      moved.accept(underWay);
      underWay = 0;
    }
    if (early != null) {
      ByteBuffer first = early;
      early = null;
      return write(first);
    }
    RetainableByteBuffer held = buffer;
    if (held == null) {
      held = tunnel.buffers().acquire(PIECE_BYTES, true);
      buffer = held;
    }
    ByteBuffer piece = held.getByteBuffer();
    BufferUtil.clear(piece);
    int filled = from.fill(piece);
    if (filled > 0) {
      return write(piece);
    }
    release();
    if (filled < 0) {
      return Action.SUCCEEDED;
    }
    from.fillInterested(whenReadable);
    return Action.IDLE;
  }

  private Action write(ByteBuffer piece) {
    underWay = piece.remaining();
    to.write(this, piece);
    return Action.SCHEDULED;
  }

  private void release() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }

  @Override
  protected void onCompleteSuccess() {
    release();
    to.shutdownOutput();
    tunnel.directionEnded();
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    release();
    tunnel.end(failure);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  private final class Readable implements Callback {

    @Override
    public void succeeded() {
      iterate();
    }

    @Override
    public void failed(Throwable failure) {
      abort(failure);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
