package io.cachingproxy.proxy.origin;

import java.util.concurrent.TimeoutException;

/**
 * Aborts a request whose origin lets it wait too long for the first byte of the response, or as
 * long again for the rest of its head. The time includes the wait for a connection and the way to
 * the origin, a TLS handshake too; while the request's content is sent it stands still, so that a
 * long upload doesn't count. Thread-safe.
 */
final class FirstByteTimer implements Deadlines.Deadline {

  /** An origin that only ever says that it is at work is not waited for for ever. */
  private static final int MAX_SIGNS_OF_LIFE = 100;

  private final Deadlines deadlines;
  private final OriginRequest request;
  private long dueNanos;
  private boolean running;
  private int signsOfLife;
  private boolean arrived;
  private boolean cancelled;

  /** A timer that doesn't run yet, for a request that was not sent yet. */
  FirstByteTimer(Deadlines deadlines, OriginRequest request) {
    this.deadlines = deadlines;
    this.request = request;
  }

  /** The time runs from now. */
  synchronized void start() {
    if (!arrived && !cancelled) {
      run();
    }
  }

  private void run() {
    running = true;
    dueNanos = deadlines.next();
    deadlines.set(this);
  }

  /** The origin is being given the request's content, which may take any time. */
  synchronized void pause() {
    running = false;
  }

  /**
   * An interim response says that the origin is at work: its time runs anew (RFC 9110 §15.2; for
   * 102, that is its very purpose).
   */
  synchronized void signOfLife() {
    if (signsOfLife < MAX_SIGNS_OF_LIFE && running) {
      signsOfLife++;
      run();
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
    running = false;
    deadlines.cancel(this);
  }

  @Override
  public void look(long nowNanos) {
    if (isDue(nowNanos)) {
      long millis = deadlines.length().toMillis();
      request.abort(new TimeoutException("no response within " + millis + " ms"));
    }
  }

  private synchronized boolean isDue(long nowNanos) {
    boolean due = running && dueNanos - nowNanos <= 0;
    if (due) {
      running = false;
    }
    return due;
  }
}
