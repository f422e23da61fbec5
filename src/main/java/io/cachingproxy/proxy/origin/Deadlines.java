package io.cachingproxy.proxy.origin;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deadlines of one length, few of which are ever reached: one periodic task checks all of them,
 * instead of a timer each, which would wake the scheduler's thread. So a deadline is noticed up to
 * one period late, usually a twentieth of its length. Thread-safe.
 */
public final class Deadlines {

  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

  private static final int LOOKS_WITHIN_ONE = 20;
  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(5);
  private static final Duration LONGEST_PERIOD = Duration.ofMillis(500);

  private final Set<Deadline> pending = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final Duration length;
  private final Duration period;
  private final BiConsumer<Runnable, Duration> scheduler;
  private final LongSupplier nanos;

  /** Something with a deadline. Compared by identity. */
  public interface Deadline {

    /**
     * Acts if the deadline has passed; called periodically.
     *
     * @param nowNanos the time by the clock of {@link Deadlines#next}
     */
    void look(long nowNanos);
  }

  /**
   * Creates an empty set of deadlines.
   *
   * @param length how far in the future a new deadline is
   * @param scheduler runs a task after a delay; used only while there are deadlines
   * @param nanos a monotonic clock in nanoseconds
   */
  public Deadlines(Duration length, BiConsumer<Runnable, Duration> scheduler, LongSupplier nanos) {
    this.length = length;
    this.scheduler = scheduler;
    this.nanos = nanos;
    Duration part = length.dividedBy(LOOKS_WITHIN_ONE);
    Duration bounded = part.compareTo(LONGEST_PERIOD) > 0 ? LONGEST_PERIOD : part;
    this.period = bounded.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : bounded;
  }

  /** How far in the future a new deadline is. */
  Duration length() {
    return length;
  }

  /** When a deadline set now is reached, in nanoseconds of this clock. */
  public long next() {
    return nanos.getAsLong() + length.toNanos();
  }

  /** Starts checking the deadline. */
  public void set(Deadline deadline) {
    pending.add(deadline);
    lookLater();
  }

  /** Stops checking the deadline. */
  public void cancel(Deadline deadline) {
    pending.remove(deadline);
  }

  private void look() {
    try {
      long now = nanos.getAsLong();
      for (Deadline deadline : pending) {
        look(deadline, now);
      }
    } finally {
      looking.set(false);
      if (!pending.isEmpty()) {
        lookLater();
      }
    }
  }

  private void look(Deadline deadline, long now) {
    try {
      deadline.look(now);
    } catch (RuntimeException bug) {
      // The other deadlines must still be checked.
      pending.remove(deadline);
      LOG.debug("a deadline can't be looked at", bug);
    }
  }

  private void lookLater() {
    if (!looking.get() && looking.compareAndSet(false, true)) {
      try {
        scheduler.accept(this::look, period);
      } catch (RuntimeException stopped) {
        looking.set(false);
        throw stopped;
      }
    }
  }
}
