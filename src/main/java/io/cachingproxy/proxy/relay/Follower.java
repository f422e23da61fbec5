package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.collapse.ArrivingBody;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Writes content that is arriving in the store to one recipient, at the recipient's own speed. The
 * bytes go from the store's memory to the socket without a copy.
 *
 * <p>It owns the reader, and closes it when the recipient has everything or has disconnected. If
 * the content breaks off, the recipient's connection is aborted, so that it never takes an
 * incomplete response for a complete one.
 */
public final class Follower extends IteratingCallback implements DisconnectWatch.Watched {

  private final Recipient client;
  private final ArrivingBody.Reader content;
  private final DisconnectWatch disconnects;
  private final @Nullable Supplier<Duration> originTook;
  private boolean lastWritten;

  /**
   * Creates a follower that is not started; the head of the answer is already set.
   *
   * @param originTook how long the origin has taken; null if another request asked it
   */
  public Follower(
      Recipient client,
      ArrivingBody.Reader content,
      DisconnectWatch disconnects,
      @Nullable Supplier<Duration> originTook) {
    this.client = client;
    this.content = content;
    this.disconnects = disconnects;
    this.originTook = originTook;
  }

  public void start() {
    disconnects.watch(this);
    client.holdsMemory();
    iterate();
  }

  @Override
  protected Action process() throws IOException {
    if (lastWritten) {
      return Action.SUCCEEDED;
    }
    ArrivingBody.Piece piece = content.read(this::iterate);
    if (piece != null) {
      lastWritten = piece.last();
      client.write(piece.last(), piece.content(), this);
      return Action.SCHEDULED;
    }
    if (!client.isAnswering()) {
      // The head goes out while the content is awaited.
      client.write(false, BufferUtil.EMPTY_BUFFER, this);
      return Action.SCHEDULED;
    }
    return Action.IDLE;
  }

  @Override
  public boolean hasLeft() {
    return client.hasLeft();
  }

  @Override
  public void left() {
    abort(new ClientDisconnected());
  }

  private void end() {
    disconnects.forget(this);
    content.close();
    if (originTook != null) {
      client.originTook(originTook.get());
    }
  }

  @Override
  protected void onCompleteSuccess() {
    try {
      end();
    } finally {
      client.complete();
    }
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    try {
      end();
    } finally {
      client.breakOff(failure);
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
