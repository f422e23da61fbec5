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
 * Brings the content of the origin's response into the store, at the origin's speed; clients follow
 * it there. Where the store has no room for it, the content goes on at the speed of the slowest of
 * those who read it.
 *
 * <p>When the origin breaks off, the rest is asked for where that is possible, see {@link
 * Resumption}. When the last client leaves, the origin is let go too, unless what is missing is so
 * little that storing it is worth the while.
 */
public final class Fill extends IteratingCallback implements ContentTaker {

  /** What is missing of a response that nobody waits for, at most, for it to be fetched still. */
  private static final long WORTHWHILE = 1 << 20;

  /** How long an origin may say nothing when nobody waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How often that is looked at before the origin is let go anyway. */
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

  /** A way to get the rest of a response that broke off. */
  public interface Resumption {

    /**
     * Asks for the rest.
     *
     * @param fill which goes on with it, or hears that there is none
     * @param from the number of bytes that are here
     * @return false if that is not possible
     */
    boolean begin(Fill fill, long from);
  }

  /**
   * A fill of which nothing has arrived yet.
   *
   * @param announced the Content-Length, or {@link io.cachingproxy.http.ContentLength#UNKNOWN}
   * @param abortOrigin breaks the origin's response off
   * @param scheduler runs a task after a delay
   * @param resumption how to get the rest of a response that broke off
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

  /** The length of what arrives is not to be trusted. */
  public void doNotKeep() {
    storing.doNotKeep();
  }

  /**
   * The rest is asked for.
   *
   * @param abort breaks that off
   * @return false if nobody wants it any more
   */
  public boolean goOn(Consumer<Throwable> abort) {
    abortOrigin = abort;
    return !abandoned;
  }

  /** The rest comes, up to that length of the whole. */
  public void goOn(Content.Source source, long completeLength) {
    expected = completeLength;
    start(source);
  }

  /** Something went wrong on this side: nothing is asked for again. */
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
        // The exchange says what to make of it.
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

  /** Whether the piece was taken, and is released; else it is handed on, which takes time. */
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

  /** The last client has left. */
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
