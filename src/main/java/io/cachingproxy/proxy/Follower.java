package io.cachingproxy.proxy;

import io.cachingproxy.cache.Arriving;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Writes content that is arriving in the store to one recipient, at that one's own speed. The bytes
 * go from the store's memory to the socket without a copy.
 *
 * <p>It owns the reader, and closes it when the recipient has everything or is gone. When the
 * content breaks off, so does the recipient's connection: it never sees a clean end of what isn't
 * whole.
 */
final class Follower extends IteratingCallback implements Departures.Watched {

  private final Recipient client;
  private final Arriving.Reader content;
  private final Departures departures;
  private final @Nullable Supplier<Duration> originTook;
  private boolean lastWritten;

  /**
   * A follower that has not begun; the head of the answer is set already.
   *
   * @param originTook how long the origin has taken; null if another request asked it
   */
  Follower(
      Recipient client,
      Arriving.Reader content,
      Departures departures,
      @Nullable Supplier<Duration> originTook) {
    this.client = client;
    this.content = content;
    this.departures = departures;
    this.originTook = originTook;
  }

  void start() {
    departures.watch(this);
    client.holdsMemory();
    iterate();
  }

  @Override
  protected Action process() throws IOException {
    if (lastWritten) {
      return Action.SUCCEEDED;
    }
    Arriving.Piece piece = content.read(this::iterate);
    if (piece != null) {
      lastWritten = piece.last();
      client.write(piece.last(), piece.content(), this);
      return Action.SCHEDULED;
    }
    if (!client.isAnswering()) {
      // What is known of the answer goes out while its content is waited for.
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
    abort(new ClientLeft());
  }

  private void end() {
    departures.forget(this);
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
      breakOff(failure);
    }
  }

  private void breakOff(Throwable failure) {
    if (client.isAnswering()) {
      client.abort(failure);
    } else {
      OriginFailure.BROKEN_OFF.refuse(client, null);
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
