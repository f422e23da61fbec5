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
 * What is known of one exchange while it goes on. {@code CacheFilter} leaves it in a request
 * attribute; the servlet tells it what was decided, before the response is committed, and when it
 * is over, before the container takes the request back. It reports once.
 *
 * <p>The steps of one exchange follow one another on whatever threads; only {@link #finish} may be
 * called by two of them at once.
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
   * The answer is decided: says so in {@code X-Cache} and {@code Cache-Status} (RFC 9211). Called
   * after all other fields were set, before the response is committed.
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

  /** The answer was cut short. */
  public void failed() {
    failed = true;
  }

  /**
   * The exchange is over; what comes after the first call is ignored. The request must still be the
   * container's.
   */
  public void finish() {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    listener.exchangeCompleted(exchange());
  }

  /**
   * The exchange goes on as something else when the container has taken the request back: {@link
   * #finish} does nothing from now on.
   *
   * @return reports the exchange, once
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
