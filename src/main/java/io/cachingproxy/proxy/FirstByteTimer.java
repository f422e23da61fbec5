package io.cachingproxy.proxy;

import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Aborts a request whose origin lets it wait too long for the first byte of the response, or as
 * long again for the rest of its head. The time includes the wait for a connection and the way to
 * the origin, a TLS handshake too; while the request's content is sent it stands still, so that a
 * long upload doesn't count. Thread-safe.
 */
final class FirstByteTimer {

  /** An origin that only ever says that it is at work is not waited for for ever. */
  private static final int MOST_SIGNS_OF_LIFE = 100;

  private final OriginClient origin;
  private final OriginRequest request;
  private Scheduler.@Nullable Task timer;
  private int signsOfLife;
  private boolean arrived;
  private boolean cancelled;

  FirstByteTimer(OriginClient origin, OriginRequest request) {
    this.origin = origin;
    this.request = request;
  }

  /** The time runs from now. */
  synchronized void start() {
    if (!arrived && !cancelled) {
      pause();
      timer = origin.startFirstByteTimer(request);
    }
  }

  /** The origin is being given the request's content, which may take any time. */
  synchronized void pause() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /**
   * An interim response says that the origin is at work: its time runs anew (RFC 9110 §15.2; for
   * 102, that is its very purpose).
   */
  synchronized void signOfLife() {
    if (signsOfLife < MOST_SIGNS_OF_LIFE && timer != null && timer.cancel()) {
      signsOfLife++;
      timer = origin.startFirstByteTimer(request);
    }
  }

  /** The first byte of the response is here; its head may not trickle in for ever. */
  synchronized void arrived() {
    start();
    arrived = true;
  }

  synchronized boolean hasArrived() {
    return arrived;
  }

  /** The whole head is here, or the exchange is over otherwise. */
  synchronized void cancel() {
    cancelled = true;
    pause();
  }
}
