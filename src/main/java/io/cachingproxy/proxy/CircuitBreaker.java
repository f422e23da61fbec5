package io.cachingproxy.proxy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
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
 * <p>Times are those of a monotonic clock in nanoseconds. Thread-safe without a lock; while all is
 * well an answer costs one volatile write and one read.
 */
final class CircuitBreaker {

  /** What a failure says of the origin. */
  enum Trouble {
    /** There was no connection: whatever is asked will fail likewise. */
    UNREACHABLE,
    /** There was a connection and no answer. */
    SILENT
  }

  /** The time between two probes: the most that an origin's return may go unnoticed. */
  static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

  /**
   * Invariant: an open state stays open until an answer replaces it.
   *
   * @param failures how many in a row
   * @param trouble that of the last one
   * @param silentAt the target that got no answer last
   * @param nextProbe when the next request may go through, if open
   */
  private record State(
      int failures, Trouble trouble, @Nullable Object silentAt, boolean open, long nextProbe) {}

  private static final State CLEAN = new State(0, Trouble.SILENT, null, false, 0);

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
    return !current.open
        || (now - current.nextProbe >= 0
            && state.compareAndSet(current, open(current, current.trouble, now)));
  }

  boolean isOpen() {
    return state().open;
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
    return before.open;
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
        && current.open;
  }

  /**
   * A request got no answer.
   *
   * @param target what it asked for
   * @param sentAt when it was sent
   * @return whether that has opened the breaker
   */
  boolean failed(Trouble trouble, Object target, long sentAt, long now) {
    if (failuresToOpen == 0) {
      return false;
    }
    while (true) {
      State current = state();
      if (sentAt - lastAnswer < 0 || isRepeated(current, trouble, target)) {
        return false;
      }
      State next = after(current, trouble, target, now);
      if (state.compareAndSet(current, next)) {
        return next.open && !current.open;
      }
    }
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
    State counted = new State(failures, trouble, silentAt, current.open, current.nextProbe);
    return current.open || failures < failuresToOpen ? counted : open(counted, trouble, now);
  }

  private static State open(State before, Trouble trouble, long now) {
    return new State(
        before.failures, trouble, before.silentAt, true, now + PROBE_INTERVAL.toNanos());
  }
}
