package io.cachingproxy.proxy.client;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.Exchange;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.request.Via;
import io.cachingproxy.proxy.tunnel.Tunnel;
import io.cachingproxy.store.CacheKey;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is known of one exchange and reports it once. {@code CacheFilter} puts it into a
 * request attribute; the servlet tells it what was decided, before the response is committed, and
 * when the exchange is over, before the container recycles the request.
 *
 * <p>The steps of an exchange happen one after another, on any thread; only {@link #finish} may be
 * called concurrently.
 */
public final class ExchangeRecorder {

  private static final String ATTRIBUTE = ExchangeRecorder.class.getName();

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final CacheListener listener;
  private final Instant start;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean finished = new AtomicBoolean();

  private @Nullable TargetUri target;
  private @Nullable CacheOutcome outcome;
  private int status;
  private long bytesSent;
  private @Nullable Duration originDuration;
  private volatile boolean failed;

  public ExchangeRecorder(
      HttpServletRequest request,
      HttpServletResponse response,
      CacheListener listener,
      Instant start) {
    this.request = request;
    this.response = response;
    this.listener = listener;
    this.start = start;
    request.setAttribute(ATTRIBUTE, this);
    listener.exchangeStarted();
  }

  public static ExchangeRecorder of(ServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof ExchangeRecorder recorder) {
      return recorder;
    }
    throw new IllegalStateException("the cache filter is not mapped in front of the proxy servlet");
  }

  public void targetIs(TargetUri uri) {
    target = uri;
  }

  /**
   * Records the decision and sets {@code X-Cache} and {@code Cache-Status} (RFC 9211). To be called
   * after all other fields are set, before the response is committed.
   */
  void decided(int answerStatus, CacheOutcome decision) {
    status = answerStatus;
    outcome = decision;
    response.setHeader("X-Cache", decision.source().isHit() ? "HIT" : "MISS");
    response.addHeader("Cache-Status", CacheStatusLine.of(decision));
  }

  void sent(long bytes) {
    bytesSent += bytes;
  }

  void originTook(Duration duration) {
    originDuration = originDuration == null ? duration : originDuration.plus(duration);
  }

  /** Records that the answer was cut short. */
  public void failed() {
    failed = true;
  }

  /**
   * Reports the exchange; calls after the first are ignored. The request must not have been
   * recycled by the container yet.
   */
  public void finish() {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    listener.exchangeCompleted(exchange());
  }

  /**
   * Takes over the report of an exchange that continues as a tunnel after the container has
   * recycled the request: {@link #finish} does nothing afterwards.
   *
   * @return reports the exchange; to be called once
   */
  Tunnel.Ended finishLater() {
    finished.set(true);
    Exchange begun = exchange();
    return (bytes, broken) ->
        listener.exchangeCompleted(
            begun.ended(bytes, Duration.ofNanos(System.nanoTime() - startNanos), broken));
  }

  private Exchange exchange() {
    String host = request.getHeader("Host");
    return new Exchange(
        start,
        request.getMethod(),
        request.getScheme(),
        host == null ? "" : host,
        request.getRequestURI(),
        request.getQueryString(),
        Via.version(request.getProtocol()),
        request.getRemoteAddr(),
        request.getHeader("User-Agent"),
        target == null ? "" : CacheKey.of(target).redacted(),
        status == 0 && response.isCommitted() ? response.getStatus() : status,
        outcome,
        bytesSent,
        Duration.ofNanos(System.nanoTime() - startNanos),
        originDuration,
        failed);
  }
}
