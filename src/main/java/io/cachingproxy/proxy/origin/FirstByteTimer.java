package io.cachingproxy.proxy.origin;

import java.util.concurrent.TimeoutException;

/**
 * Aborts a request if the first byte of the response takes too long, or the rest of its head after
 * that. The time includes the wait for a connection, connecting, and a TLS handshake; it stands
 * still while the request's content is sent, so that a long upload doesn't count. Thread-safe.
 */
final class FirstByteTimer implements Deadlines.Deadline {

  /**
   * Limits the extensions: an origin that sends only interim responses is not waited for for ever.
   */
  private static final int MAX_SIGNS_OF_LIFE = 100;

  private final Deadlines deadlines;
  private final OriginRequest request;
  private long dueNanos;
  private boolean running;
  private int signsOfLife;
  private boolean arrived;
  private boolean cancelled;

  /** Creates a stopped timer for a request that has not been sent. */
  FirstByteTimer(Deadlines deadlines, OriginRequest request) {
    this.deadlines = deadlines;
    this.request = request;
  }

  /** Starts the time anew. */
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

  /** Stops the time while the request's content is sent, which may take arbitrarily long. */
  synchronized void pause() {
    running = false;
  }

  /**
   * Starts the time anew after an interim response, which shows that the origin is working on the
   * request (RFC 9110 §15.2; this is the very purpose of a 102).
   */
  synchronized void signOfLife() {
    if (signsOfLife < MAX_SIGNS_OF_LIFE && running) {
      signsOfLife++;
      run();
    }
  }

  /** Starts the time anew after the first byte of the response, so that its head is bounded too. */
  synchronized void arrived() {
    start();
    arrived = true;
  }

  synchronized boolean hasArrived() {
    return arrived;
  }

  /** Stops the time for good: the whole head has arrived, or the exchange has ended otherwise. */
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
