package io.cachingproxy.proxy.origin;

import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.relay.Recipient;
import java.time.Duration;
import org.eclipse.jetty.client.HttpRequestException;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * An expectation of {@code 100-continue} on its way to the origin (RFC 9110 §10.1.1): the content
 * of the request waits until the origin wants it, and is never asked of the client if the origin
 * answers without. {@link InterimResponses} sees the 100.
 */
final class Expectation {

  /**
   * How long an origin that may not know of expectations is waited for: as long as curl waits for
   * us.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int CONTINUE = 100;

  private Expectation() {}

  /**
   * Sends the content of a request that has such an expectation in any case when the origin has
   * been silent for a while.
   */
  static void watch(OriginRequest request, OriginClient origin, Recipient client) {
    if (isIn(request)) {
      Silence silence =
          new Silence(origin, () -> client.interim(CONTINUE, Fields.empty(), () -> meet(request)));
      request.onRequestCommit(sent -> silence.begin());
      request.onResponseBegin(response -> silence.end());
      // There may be no response at all: then the client has another answer, and must be left
      // alone.
      request.onComplete(result -> silence.end());
    }
  }

  /** The content is wanted. Does nothing if it is on its way already. */
  static void meet(OriginRequest request) {
    if (isIn(request)) {
      proceed(request, null);
    }
  }

  /**
   * The origin has given its final answer: if it did not want the content, it won't get it. Does
   * nothing otherwise.
   */
  static void refuse(OriginRequest request) {
    if (isIn(request)) {
      proceed(
          request, new HttpRequestException("the origin answered without the content", request));
    }
  }

  private static boolean isIn(OriginRequest request) {
    return request.getHeaders().contains("Expect", "100-continue");
  }

  private static void proceed(OriginRequest request, @Nullable Throwable refusal) {
    HttpExchange exchange = request.exchange();
    if (exchange != null) {
      exchange.proceed(null, refusal);
    }
  }

  /** The time in which the origin says nothing. Thread-safe: it may answer before it begins. */
  private static final class Silence {

    private final OriginClient origin;
    private final Runnable whenTooLong;
    private Scheduler.@Nullable Task timer;
    private boolean ended;

    Silence(OriginClient origin, Runnable whenTooLong) {
      this.origin = origin;
      this.whenTooLong = whenTooLong;
    }

    synchronized void begin() {
      if (!ended) {
        timer = origin.schedule(this::tooLong, PATIENCE);
      }
    }

    synchronized void end() {
      ended = true;
      if (timer != null) {
        timer.cancel();
      }
    }

    private void tooLong() {
      synchronized (this) {
        if (ended) {
          return;
        }
      }
      whenTooLong.run();
    }
  }
}
