package io.cachingproxy.proxy.origin;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the origin is worth asking. It opens after a number of consecutive failures.
 * While it is open, one request per {@link #PROBE_INTERVAL} is let through as a probe, even if the
 * last probe is still pending: a probe may hang for long while the origin recovers. Any response
 * closes it.
 *
 * <p>Not every failure counts:
 *
 * <ul>
 *   <li>not that of a request if the origin has answered another since it was sent: the origin is
 *       up, so the trouble is with that request;
 *   <li>of requests that got a connection but no response, not two in a row for the same target:
 *       one hanging page must not take the others down.
 * </ul>
 *
 * <p>The reason for a missing response may also be the request itself, which clients choose. So
 * after failures of that kind the origin is only doubted at first: the breaker opens if a ping from
 * the proxy goes unanswered as well ({@link #unanswered}).
 *
 * <p>Times are nanoseconds of a monotonic clock. Thread-safe and lock-free; as long as nothing
 * fails, a response costs one volatile write and one read.
 */
public final class CircuitBreaker {

  /** What a failure says about the origin. */
  public enum Trouble {
    /** No connection could be made: any other request will fail as well. */
    UNREACHABLE,
    /** A connection was made, but no response came. */
    SILENT
  }

  /** What follows from a failure. */
  enum Verdict {
    /** Nothing new. */
    NONE,
    /** The origin must be pinged, with a request that no client has chosen. */
    DOUBTED,
    /** The breaker has opened. */
    OPENED
  }

  /** The time between two probes: the longest that an origin's recovery can go unnoticed. */
  static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

  private enum Belief {
    ALIVE,
    DOUBTED,
    DOWN
  }

  /**
   * Invariant: an origin that is down stays down until a response or a connection replaces the
   * state.
   *
   * @param failures how many in a row
   * @param trouble that of the last failure
   * @param silentAt the last target without a response; null if there was none in the row
   * @param nextProbe when the next probe may be sent, if the origin is down
   */
  private record State(
      int failures, Trouble trouble, @Nullable Object silentAt, Belief belief, long nextProbe) {

    boolean open() {
      return belief == Belief.DOWN;
    }

    State with(Belief other, long probe) {
      return new State(failures, trouble, silentAt, other, probe);
    }
  }

  private static final State CLEAN = new State(0, Trouble.SILENT, null, Belief.ALIVE, 0);

  private final int failuresToOpen;
  private final AtomicReference<State> state = new AtomicReference<>(CLEAN);
  private volatile long lastAnswer;

  /**
   * Creates a closed breaker.
   *
   * @param failuresToOpen how many failures in a row open it; 0 to never open
   */
  CircuitBreaker(int failuresToOpen, long now) {
    this.failuresToOpen = failuresToOpen;
    this.lastAnswer = now;
  }

  /**
   * Whether a request may be sent now. While the breaker is open, true makes the request a probe.
   */
  boolean admits(long now) {
    State current = state();
    return !current.open()
        || (now - current.nextProbe >= 0 && state.compareAndSet(current, open(current, now)));
  }

  boolean isOpen() {
    return state().open();
  }

  /** Whether it is open because of missing responses, so that a new connection proves nothing. */
  boolean isOpenForSilence() {
    State current = state();
    return current.open() && current.trouble == Trouble.SILENT;
  }

  /**
   * Records that the origin has begun to respond, with whatever status.
   *
   * @return whether this has closed the breaker
   */
  boolean answered(long now) {
    lastAnswer = now;
    State before = state();
    while (before != CLEAN && !state.compareAndSet(before, CLEAN)) {
      before = state();
    }
    return before.open();
  }

  /**
   * Records a new connection to the origin, including TLS. It closes the breaker if no connection
   * could be made before; it says nothing of an origin that accepts connections and stays silent.
   *
   * @return whether this has closed the breaker
   */
  boolean connected() {
    State current = state();
    return current != CLEAN
        && current.trouble == Trouble.UNREACHABLE
        && state.compareAndSet(current, CLEAN)
        && current.open();
  }

  /**
   * Records that a request got no response.
   *
   * @param target what it asked for
   * @param sentAt when it was sent
   */
  Verdict failed(Trouble trouble, Object target, long sentAt, long now) {
    if (failuresToOpen == 0) {
      return Verdict.NONE;
    }
    while (true) {
      State current = state();
      if (sentAt - lastAnswer < 0 || isRepeated(current, trouble, target)) {
        return Verdict.NONE;
      }
      State next = after(current, trouble, target, now);
      if (state.compareAndSet(current, next)) {
        return next.belief == current.belief
            ? Verdict.NONE
            : next.open() ? Verdict.OPENED : Verdict.DOUBTED;
      }
    }
  }

  /**
   * Records that the ping was not answered.
   *
   * @return whether this has opened the breaker
   */
  boolean unanswered(long now) {
    return replaceDoubt(doubted -> open(doubted, now));
  }

  /** Records that the ping could not be sent: the next failure may cause another. */
  void unasked() {
    boolean unused = replaceDoubt(doubted -> doubted.with(Belief.ALIVE, 0));
  }

  /** Retries, since other requests may fail meanwhile and be counted. */
  private boolean replaceDoubt(UnaryOperator<State> by) {
    State current = state();
    while (current.belief == Belief.DOUBTED) {
      if (state.compareAndSet(current, by.apply(current))) {
        return true;
      }
      current = state();
    }
    return false;
  }

  private State state() {
    return Objects.requireNonNull(state.get());
  }

  private static boolean isRepeated(State current, Trouble trouble, Object target) {
    return trouble == Trouble.SILENT && target.equals(current.silentAt);
  }

  private State after(State current, Trouble trouble, Object target, long now) {
    int failures = Math.min(current.failures + 1, failuresToOpen);
    Object silentAt = trouble == Trouble.SILENT ? target : current.silentAt;
    State counted = new State(failures, trouble, silentAt, current.belief, current.nextProbe);
    if (current.belief != Belief.ALIVE || failures < failuresToOpen) {
      return counted;
    }
    return silentAt == null ? open(counted, now) : counted.with(Belief.DOUBTED, 0);
  }

  private static State open(State before, long now) {
    return before.with(Belief.DOWN, now + PROBE_INTERVAL.toNanos());
  }
}
