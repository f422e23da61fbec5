package io.cachingproxy.proxy.origin;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the origin is worth asking. It opens when so many requests in a row have failed
 * that it would be a wonder if the next one did not; while it is open one request in each {@link
 * #PROBE_INTERVAL} is let through as a probe, whether or not the last one is decided yet, since a
 * probe may hang for long and the origin come back meanwhile. Any answer closes it.
 *
 * <p>Not every failure counts:
 *
 * <ul>
 *   <li>none of a request since whose sending the origin has answered another: the origin is alive,
 *       it is that request that it has trouble with;
 *   <li>of those that had a connection but no answer, not two in a row for one target: a page that
 *       hangs must not take the others with it.
 * </ul>
 *
 * <p>And what was asked may be the reason why there was no answer, which is the choice of whoever
 * asks. So with such failures in the row the origin is doubted at first: only if it has no answer
 * to a question of the proxy's own either ({@link #unanswered}) does the breaker open.
 *
 * <p>Times are those of a monotonic clock in nanoseconds. Thread-safe without a lock; while all is
 * well an answer costs one volatile write and one read.
 */
public final class CircuitBreaker {

  /** What a failure says of the origin. */
  public enum Trouble {
    /** There was no connection: whatever is asked will fail likewise. */
    UNREACHABLE,
    /** There was a connection and no answer. */
    SILENT
  }

  /** What a failure leads to. */
  enum Verdict {
    /** To nothing new. */
    NONE,
    /** The origin is to be asked something that no client has chosen. */
    DOUBTED,
    /** The breaker has opened. */
    OPENED
  }

  /** The time between two probes: the most that an origin's return may go unnoticed. */
  static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

  private enum Belief {
    ALIVE,
    DOUBTED,
    DOWN
  }

  /**
   * Invariant: an origin that is down stays so until an answer replaces the state.
   *
   * @param failures how many in a row
   * @param trouble that of the last one
   * @param silentAt the target that got no answer last; null if none in the row was without
   * @param nextProbe when the next request may go through, if it is down
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
   * A closed breaker.
   *
   * @param failuresToOpen how many failures in a row open it; 0: none ever does
   */
  CircuitBreaker(int failuresToOpen, long now) {
    this.failuresToOpen = failuresToOpen;
    this.lastAnswer = now;
  }

  /** Whether a request may be sent now. */
  boolean admits(long now) {
    State current = state();
    return !current.open()
        || (now - current.nextProbe >= 0 && state.compareAndSet(current, open(current, now)));
  }

  boolean isOpen() {
    return state().open();
  }

  /** Whether it is open, and an origin that takes connections may still be silent. */
  boolean isOpenForSilence() {
    State current = state();
    return current.open() && current.trouble == Trouble.SILENT;
  }

  /**
   * The origin has sent something like a response, whatever its status.
   *
   * @return whether that has closed the breaker
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
   * The origin took a new connection, TLS and all. That is enough if there was none to be had
   * before; that it accepts says nothing of an origin that accepts and is silent.
   *
   * @return whether that has closed the breaker
   */
  boolean connected() {
    State current = state();
    return current != CLEAN
        && current.trouble == Trouble.UNREACHABLE
        && state.compareAndSet(current, CLEAN)
        && current.open();
  }

  /**
   * A request got no answer.
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
   * The question that was asked in doubt had no answer.
   *
   * @return whether that has opened the breaker
   */
  boolean unanswered(long now) {
    return replaceDoubt(doubted -> open(doubted, now));
  }

  /** The question could not be asked: the next failure is a reason to try again. */
  void unasked() {
    boolean unused = replaceDoubt(doubted -> doubted.with(Belief.ALIVE, 0));
  }

  /** Other requests may fail meanwhile, and are counted. */
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
