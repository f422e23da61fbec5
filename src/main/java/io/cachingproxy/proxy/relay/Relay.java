package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.http.ContentLength;
import java.io.IOException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Passes the content of the origin's response on to one client as it arrives, and also into the
 * store if there is an {@link ArrivingResponse} for a part. The next piece is read when the client
 * has taken the last one, so a slow client slows the origin down instead of filling memory.
 *
 * <p>Invariants: the response is stored before the client can know that it is complete, so that its
 * next request finds it; and if the origin breaks off, nothing is stored and the client's
 * connection is aborted, so that the client can tell.
 */
public final class Relay extends IteratingCallback implements ContentTaker {

  private final Recipient client;
  private final long announced;
  private final @Nullable ArrivingResponse storing;
  private final Consumer<Throwable> abortOrigin;
  private final Runnable originEnds;

  private Content.@Nullable Source content;
  private Content.@Nullable Chunk chunk;
  private long received;
  private boolean lastWritten;
  private boolean originEnded;
  private boolean clientEnded;

  /**
   * Creates a relay for one response.
   *
   * @param announced the Content-Length, or {@link ContentLength#UNKNOWN}
   * @param storing where the content is stored as well; completed or aborted here
   * @param originEnds called when the origin's part is over, before the client's is
   * @param abortOrigin aborts the origin's response when the client has disconnected
   */
  public Relay(
      Recipient client,
      long announced,
      @Nullable ArrivingResponse storing,
      Consumer<Throwable> abortOrigin,
      Runnable originEnds) {
    this.client = client;
    this.announced = announced;
    this.storing = storing;
    this.abortOrigin = abortOrigin;
    this.originEnds = originEnds;
  }

  @Override
  public void start(Content.Source source) {
    content = source;
    iterate();
  }

  @Override
  public void originFailed(Throwable failure) {
    abort(failure);
  }

  @Override
  protected Action process() throws IOException {
    releaseChunk();
    Content.Source source = content;
    while (!originEnded && source != null) {
      Content.Chunk read = source.read();
      if (read == null) {
        return awaitMore(source);
      }
      if (Content.Chunk.isFailure(read)) {
        if (lastWritten) {
          break;
        }
        throw new IOException("the origin broke its response off", read.getFailure());
      }
      originEnded = read.isLast();
      if (lastWritten || !(read.hasRemaining() || read.isLast())) {
        read.release();
        continue;
      }
      return pass(read);
    }
    return Action.SUCCEEDED;
  }

  /**
   * Nothing more has arrived yet: sends the head if the client doesn't have it, and continues when
   * content arrives.
   */
  private Action awaitMore(Content.Source source) {
    if (lastWritten) {
      endClient();
    } else if (!client.isAnswering()) {
      client.write(false, BufferUtil.EMPTY_BUFFER, this);
      return Action.SCHEDULED;
    }
    source.demand(Invocable.from(InvocationType.NON_BLOCKING, this::iterate));
    return Action.IDLE;
  }

  private Action pass(Content.Chunk read) {
    chunk = read;
    received += read.remaining();
    lastWritten = read.isLast() || received == announced;
    if (storing != null && !storing.append(read.getByteBuffer(), lastWritten)) {
      storing.abort(new IOException("the store has no room for it"));
    }
    client.write(lastWritten, read.getByteBuffer(), this);
    return Action.SCHEDULED;
  }

  private void releaseChunk() {
    if (chunk != null) {
      chunk.release();
      chunk = null;
    }
  }

  private void endClient() {
    if (!clientEnded) {
      clientEnded = true;
      try {
        originEnds.run();
      } finally {
        client.complete();
      }
    }
  }

  @Override
  protected void onCompleteSuccess() {
    releaseChunk();
    endClient();
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    releaseChunk();
    if (storing != null) {
      storing.abort(failure);
    }
    abortOrigin.accept(failure);
    if (!clientEnded) {
      clientEnded = true;
      try {
        originEnds.run();
      } finally {
        client.breakOff(failure);
      }
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
