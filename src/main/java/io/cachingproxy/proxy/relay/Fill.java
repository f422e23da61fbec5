package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import java.io.EOFException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content of the origin's response to the store, at the origin's speed; clients follow
 * it from there. If the store has no room, the content continues at the speed of its slowest
 * reader.
 *
 * <p>If the origin breaks off, the rest is requested where possible, see {@link Resumption}. If the
 * last client disconnects, the request is aborted, unless so little is missing that it is worth
 * storing.
 */
public final class Fill extends IteratingCallback implements ContentTaker {

  /** How many bytes may be missing for a response without clients to be fetched to its end. */
  private static final long WORTHWHILE = 1 << 20;

  /** How long the origin may be silent when no client waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How many of these periods may pass before the origin's response is aborted anyway. */
  private static final int MAX_LOOKS = 30;

  private final ArrivingResponse storing;
  private final BiConsumer<Runnable, Duration> scheduler;
  private final Resumption resumption;

  private volatile Consumer<Throwable> abortOrigin;
  private volatile @Nullable Throwable broken;
  private volatile Content.@Nullable Source next;
  private volatile long received;
  private volatile long expected;
  private volatile boolean abandoned;

  private Content.@Nullable Source content;
  private Content.@Nullable Chunk handed;
  private boolean whole;

  /** Fetches the rest of a response that broke off. */
  public interface Resumption {

    /**
     * Asks for the rest.
     *
     * @param fill continues with the rest, or is told that there is none
     * @param from the number of bytes received so far
     * @return false if that is not possible
     */
    boolean begin(Fill fill, long from);
  }

  /**
   * Creates a fill to which nothing has arrived yet.
   *
   * @param announced the Content-Length, or {@link io.cachingproxy.http.ContentLength#UNKNOWN}
   * @param abortOrigin aborts the origin's response
   * @param scheduler runs a task after a delay
   * @param resumption fetches the rest of a response that broke off
   */
  public Fill(
      ArrivingResponse storing,
      long announced,
      Consumer<Throwable> abortOrigin,
      BiConsumer<Runnable, Duration> scheduler,
      Resumption resumption) {
    this.storing = storing;
    this.expected = announced;
    this.abortOrigin = abortOrigin;
    this.scheduler = scheduler;
    this.resumption = resumption;
    storing.onAbandoned(this::abandoned);
  }

  @Override
  public void start(Content.Source source) {
    next = source;
    iterate();
  }

  /** Marks the response as not to be stored: its length can't be trusted. */
  public void doNotKeep() {
    storing.doNotKeep();
  }

  /**
   * The rest has been requested.
   *
   * @param abort aborts that request
   * @return false if nobody wants it any more
   */
  public boolean goOn(Consumer<Throwable> abort) {
    abortOrigin = abort;
    return !abandoned;
  }

  /**
   * Continues with the rest.
   *
   * @param completeLength the length of the whole content in bytes
   */
  public void goOn(Content.Source source, long completeLength) {
    expected = completeLength;
    start(source);
  }

  /** Ends the fill after a bug in this proxy: the rest is not requested. */
  public void fail(Throwable bug) {
    abandoned = true;
    abortOrigin.accept(bug);
    originFailed(bug);
  }

  @Override
  public void originFailed(Throwable failure) {
    broken = failure;
    iterate();
  }

  @Override
  protected Action process() {
    if (handed != null) {
      handed.release();
      handed = null;
    }
    while (true) {
      if (next != null) {
        content = next;
        next = null;
      }
      Throwable failure = broken;
      if (failure != null) {
        broken = null;
        return brokenOff(failure);
      }
      Content.Source source = content;
      if (source == null) {
        return Action.IDLE;
      }
      Content.Chunk read = source.read();
      if (read == null) {
        source.demand(Invocable.from(InvocationType.NON_BLOCKING, this::iterate));
        return Action.IDLE;
      }
      if (Content.Chunk.isFailure(read)) {
        // The cause is reported through {@link #originFailed}.
        content = null;
        return whole ? Action.SUCCEEDED : Action.IDLE;
      }
      boolean last = read.isLast();
      if (last && !whole && expected >= 0 && received + read.remaining() != expected) {
        read.release();
        return brokenOff(new EOFException("the response ended too early"));
      }
      if (!take(read)) {
        return Action.SCHEDULED;
      }
      if (last) {
        return Action.SUCCEEDED;
      }
    }
  }

  /**
   * Whether the piece was stored and released; otherwise it is passed to the readers,
   * asynchronously.
   */
  private boolean take(Content.Chunk read) {
    if (whole || !(read.hasRemaining() || read.isLast())) {
      read.release();
      return true;
    }
    received += read.remaining();
    whole = read.isLast() || received == expected;
    if (storing.append(read.getByteBuffer(), whole)) {
      read.release();
      return true;
    }
    if (storing.closeIfAbandoned()) {
      read.release();
      storing.abort(new ClientDisconnected());
      giveUp();
      return true;
    }
    handed = read;
    storing.hand(read.getByteBuffer(), whole, this::succeeded);
    return false;
  }

  private Action brokenOff(Throwable failure) {
    content = null;
    if (whole) {
      return Action.SUCCEEDED;
    }
    if (!abandoned && resumption.begin(this, received)) {
      return Action.IDLE;
    }
    storing.abort(failure);
    return Action.SUCCEEDED;
  }

  /** The last client has disconnected. */
  private void abandoned() {
    long length = expected;
    long missing = length - received;
    if (length >= 0 && (missing <= WORTHWHILE || missing <= length / 2)) {
      watch(received, MAX_LOOKS);
    } else {
      letGo();
    }
  }

  private void watch(long before, int looks) {
    scheduler.accept(
        () -> {
          if (received == before || looks == 0) {
            letGo();
          } else {
            watch(received, looks - 1);
          }
        },
        PATIENCE);
  }

  private void letGo() {
    if (!whole && storing.closeIfAbandoned()) {
      giveUp();
    }
  }

  private void giveUp() {
    abandoned = true;
    abortOrigin.accept(new ClientDisconnected());
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    storing.abort(failure);
    abortOrigin.accept(failure);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
