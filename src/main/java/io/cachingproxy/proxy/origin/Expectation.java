package io.cachingproxy.proxy.origin;

import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.relay.Recipient;
import java.time.Duration;
import org.eclipse.jetty.client.HttpRequestException;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A {@code 100-continue} expectation forwarded to the origin (RFC 9110 §10.1.1): the request's
 * content is sent once the origin wants it, and is not even asked of the client if the origin
 * answers without it. {@link InterimResponses} receives the 100.
 */
final class Expectation {

  /** How long to wait for an origin that may not know expectations: as long as curl does. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int CONTINUE = 100;

  private Expectation() {}

  /**
   * Makes a request with this expectation send its content anyway when the origin has been silent
   * for {@link #PATIENCE}.
   */
  static void watch(OriginRequest request, OriginClient origin, Recipient client) {
    if (isIn(request)) {
      Silence silence =
          new Silence(origin, () -> client.interim(CONTINUE, Fields.empty(), () -> meet(request)));
      request.onRequestCommit(sent -> silence.begin());
      request.onResponseBegin(response -> silence.end());
      // Without any response the client gets another answer, and must not be sent a 100 any more.
      request.onComplete(result -> silence.end());
    }
  }

  /** Sends the content. Does nothing if it is being sent already. */
  static void meet(OriginRequest request) {
    if (isIn(request)) {
      proceed(request, null);
    }
  }

  /**
   * Withholds the content because the origin has given its final answer without it. Does nothing if
   * the content is being sent already.
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

  /** Measures how long the origin is silent. Thread-safe: it may answer before {@link #begin}. */
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
