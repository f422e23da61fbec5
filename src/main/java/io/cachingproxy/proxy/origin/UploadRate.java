package io.cachingproxy.proxy.origin;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Enforces a minimum rate for the content of a client's request, because an upload occupies a
 * connection to the origin. The rate is averaged over each {@link #WINDOW} spent waiting for the
 * client; time spent waiting for the origin doesn't count. Thread-safe.
 */
final class UploadRate implements Deadlines.Deadline {

  /** The waiting time over which the rate is averaged. */
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
   * Creates a rate that is not waiting.
   *
   * @param nanos the clock of {@link #look}
   * @param whenTooSlow called once
   */
  UploadRate(long bytesPerSecond, LongSupplier nanos, Consumer<TimeoutException> whenTooSlow) {
    this.leastBytes = bytesPerSecond * WINDOW.toSeconds();
    this.nanos = nanos;
    this.whenTooSlow = whenTooSlow;
  }

  /**
   * Watches the content of a request that has not been sent yet, and aborts both if the content
   * arrives too slowly.
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

  /** Starts to count the time: the proxy waits for the client. */
  synchronized void awaiting() {
    if (!waiting) {
      waiting = true;
      waitingSince = nanos.getAsLong();
    }
  }

  /** Stops counting the time: content has arrived. */
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
