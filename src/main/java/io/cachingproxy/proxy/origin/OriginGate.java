package io.cachingproxy.proxy.origin;

import io.cachingproxy.http.Redaction;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.proxy.origin.CircuitBreaker.Trouble;
import io.cachingproxy.proxy.relay.OriginFailure;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate for every request to the origin: it limits how many are at the origin and how many wait,
 * and refuses nearly all of them while the origin is down. It is told how each of them ended, and
 * logs what an operator should know.
 *
 * <p>Thread-safe and lock-free. A request in the gate either has a connection of its own or waits
 * for one, so both numbers follow from the total.
 */
public final class OriginGate {

  private static final Logger LOG = LoggerFactory.getLogger(OriginGate.class);

  /**
   * The limits of the gate.
   *
   * @param connections how many requests may be at the origin at once; at least 1
   * @param queue how many more may wait
   * @param failuresToOpen how many failures in a row mean that the origin is down; 0 to never
   *     assume so
   */
  public record Limits(int connections, int queue, int failuresToOpen) {}

  private final Limits limits;
  private final Redaction redaction;
  private final LongSupplier nanoTime;
  private final CircuitBreaker breaker;
  private final LogThrottle throttle = new LogThrottle(OriginFailure.values().length);
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicBoolean pinging = new AtomicBoolean();
  private final LongAdder refusedBusy = new LongAdder();
  private final LongAdder refusedDown = new LongAdder();
  private final LongAdder openings = new LongAdder();
  private volatile long openedAt;
  private volatile Runnable ping = () -> {};

  /**
   * Creates a gate with a closed circuit breaker.
   *
   * @param redaction what is hidden in the log
   * @param nanoTime a monotonic clock in nanoseconds
   */
  public OriginGate(Limits limits, Redaction redaction, LongSupplier nanoTime) {
    this.limits = limits;
    this.redaction = redaction;
    this.nanoTime = nanoTime;
    this.breaker = new CircuitBreaker(limits.failuresToOpen(), nanoTime.getAsLong());
  }

  public Limits limits() {
    return limits;
  }

  /**
   * Sets how the origin is pinged, see {@link OriginPing}. Each ping ends in {@link #unanswered} or
   * {@link #unasked}.
   */
  void pingWith(Runnable question) {
    ping = question;
  }

  /**
   * Admits a request, which must then {@link #leave}, or returns why it must not be sent.
   *
   * @return null if it may be sent
   */
  @Nullable OriginFailure enter() {
    if (inside.incrementAndGet() > limits.connections() + limits.queue()) {
      inside.decrementAndGet();
      refusedBusy.increment();
      return OriginFailure.BUSY;
    }
    if (!breaker.admits(nanoTime.getAsLong())) {
      inside.decrementAndGet();
      refusedDown.increment();
      return OriginFailure.UNAVAILABLE;
    }
    if (breaker.isOpenForSilence()) {
      // Clients' requests may hang even if the origin has recovered.
      ping.run();
    }
    return null;
  }

  /**
   * Admits a ping, which must end in {@link #unanswered} or {@link #unasked}: one at a time, and
   * outside the limits, since it must not wait behind the requests that a hanging origin doesn't
   * answer.
   */
  boolean enterToPing() {
    return pinging.compareAndSet(false, true);
  }

  /** The ping got no answer. */
  void unanswered() {
    // Reset first, so that a doubt that arises meanwhile gets a ping of its own.
    pinging.set(false);
    long now = nanoTime.getAsLong();
    if (breaker.unanswered(now)) {
      opened(now);
    }
  }

  /** The ping was answered, or could not be sent. */
  void unasked() {
    pinging.set(false);
    breaker.unasked();
  }

  /** An admitted request has ended. */
  void leave() {
    inside.decrementAndGet();
  }

  /** A request has reached the origin on a new connection. */
  void connected() {
    if (breaker.connected()) {
      closed("takes connections again");
    }
  }

  /** The origin has begun to answer. */
  void answered() {
    if (breaker.answered(nanoTime.getAsLong())) {
      closed("answers again");
    }
  }

  /**
   * A request got no usable response.
   *
   * @param sentAt when it was admitted, by {@link #now}
   * @param isBlameless whether the origin had begun to answer, or had not got the whole request
   */
  void failed(
      OriginFailure kind,
      RequestHead request,
      Throwable failure,
      long sentAt,
      boolean isBlameless) {
    long now = nanoTime.getAsLong();
    if (kind.isNews()) {
      log(kind, request, failure, now);
    }
    Trouble trouble = isBlameless ? null : troubleOf(kind);
    if (trouble != null) {
      switch (breaker.failed(trouble, request.target(), sentAt, now)) {
        case OPENED -> opened(now);
        case DOUBTED -> ping.run();
        case NONE -> {}
      }
    }
  }

  private void opened(long now) {
    openedAt = now;
    openings.increment();
    LOG.warn(
        "{} requests in a row failed: the origin is asked once in {} ms from now on",
        limits.failuresToOpen(),
        CircuitBreaker.PROBE_INTERVAL.toMillis());
  }

  /** What a failure says about the origin as a whole; null if nothing. */
  static @Nullable Trouble troubleOf(OriginFailure kind) {
    return switch (kind) {
      case UNKNOWN_HOST, REFUSED, UNROUTABLE, CONNECT_TIMEOUT, CERTIFICATE, TLS ->
          Trouble.UNREACHABLE;
      case TIMEOUT, CLOSED -> Trouble.SILENT;
      default -> null;
    };
  }

  @SuppressWarnings("EnumOrdinal") // an index into an array that lives no longer than the enum
  private void log(OriginFailure kind, RequestHead request, Throwable failure, long now) {
    OptionalLong suppressed = throttle.suppressedBefore(kind.ordinal(), now);
    if (suppressed.isPresent()) {
      long others = suppressed.getAsLong();
      LOG.warn(
          "{}: {}{}{}",
          redaction.line(request),
          kind.text(),
          kind.detail(failure),
          others == 0 ? "" : "; " + others + " more like it since the last such line");
    }
  }

  private void closed(String why) {
    long millis = Duration.ofNanos(nanoTime.getAsLong() - openedAt).toMillis();
    LOG.info("the origin {}, after {} ms; all requests go to it", why, millis);
  }

  /** How many requests have a connection to the origin, or are getting one. */
  public long atOrigin() {
    return Math.min(inside.get(), limits.connections());
  }

  /** How many requests wait for a connection. */
  public long waiting() {
    return Math.max(0, inside.get() - limits.connections());
  }

  /** Whether the limit of requests at the origin is reached. */
  boolean isFull() {
    return inside.get() >= limits.connections();
  }

  /** How many requests were refused since the start because too many were waiting. */
  public long refusedBusy() {
    return refusedBusy.sum();
  }

  /** How many requests were refused since the start because the origin was down. */
  public long refusedDown() {
    return refusedDown.sum();
  }

  /** Whether the origin counts as down. */
  public boolean isDown() {
    return breaker.isOpen();
  }

  /** How often the origin was considered down since the start. */
  public long timesDown() {
    return openings.sum();
  }
}
