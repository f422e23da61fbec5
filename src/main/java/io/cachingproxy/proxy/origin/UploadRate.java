package io.cachingproxy.proxy.origin;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The least rate at which the content of a client's request must come, since until its end it holds
 * one of the connections to the origin: averaged over each half minute in which the client was
 * waited for. What the origin takes its time for doesn't count. Thread-safe.
 */
final class UploadRate implements Deadlines.Deadline {

  /** What the rate is averaged over. */
  static final Duration WINDOW = Duration.ofSeconds(30);

  private final long leastBytes;
  private final LongSupplier nanos;
  private final Consumer<TimeoutException> whenTooSlow;

  private boolean waiting;
  private long waitingSince;
  private long waitedNanos;
  private long arrivedBytes;
  private boolean ended;

  /**
   * Nothing is waited for yet.
   *
   * @param nanos the clock that {@link #look} goes by
   * @param whenTooSlow hears of it once
   */
  UploadRate(long bytesPerSecond, LongSupplier nanos, Consumer<TimeoutException> whenTooSlow) {
    this.leastBytes = bytesPerSecond * WINDOW.toSeconds();
    this.nanos = nanos;
    this.whenTooSlow = whenTooSlow;
  }

  /**
   * Has content that comes too slowly given up, and with it the request to the origin, which was
   * not sent yet.
   */
  static void watch(RelayedRequestContent content, OriginRequest request, OriginClient origin) {
    long least = origin.minUploadRate();
    if (least == 0) {
      return;
    }
    UploadRate rate =
        new UploadRate(
            least,
            origin.nanos(),
            tooSlow -> {
              origin.listener().uploadGivenUp();
              content.giveUp(tooSlow);
              request.abort(tooSlow);
            });
    content.watchedBy(rate);
    request.onRequestBegin(begun -> origin.uploads().set(rate));
    request.onComplete(result -> origin.uploads().cancel(rate));
  }

  /** The client is waited for from now on. */
  synchronized void awaiting() {
    if (!waiting) {
      waiting = true;
      waitingSince = nanos.getAsLong();
    }
  }

  /** What the client was waited for is here. */
  synchronized void arrived(int bytes) {
    arrivedBytes += bytes;
    if (waiting) {
      waiting = false;
      waitedNanos += nanos.getAsLong() - waitingSince;
    }
  }

  @Override
  public void look(long nowNanos) {
    if (isTooSlow(nowNanos)) {
      whenTooSlow.accept(
          new TimeoutException(
              "less than " + leastBytes + " bytes in " + WINDOW.toSeconds() + " s"));
    }
  }

  private synchronized boolean isTooSlow(long nowNanos) {
    long waited = waitedNanos + (waiting ? nowNanos - waitingSince : 0);
    if (ended || waited < WINDOW.toNanos()) {
      return false;
    }
    ended = arrivedBytes < leastBytes;
    waitedNanos = 0;
    waitingSince = nowNanos;
    arrivedBytes = 0;
    return ended;
  }
}
