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
 * Deadlines of one length, hardly any of which is ever reached: instead of a timer for each, which
 * wakes the timers' thread, one task looks at all of them every now and then. So they are up to a
 * twentieth late. Thread-safe.
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

  /** One that may be reached. Compared by identity. */
  public interface Deadline {

    /**
     * Does what is to be done if the time has come.
     *
     * @param nowNanos the time by the clock that {@link Deadlines#next} goes by
     */
    void look(long nowNanos);
  }

  /**
   * No deadline is set yet.
   *
   * @param length how far off a new one is
   * @param scheduler runs a task after a delay; asked as long as there are deadlines
   * @param nanos a clock that never goes back
   */
  public Deadlines(Duration length, BiConsumer<Runnable, Duration> scheduler, LongSupplier nanos) {
    this.length = length;
    this.scheduler = scheduler;
    this.nanos = nanos;
    Duration part = length.dividedBy(LOOKS_WITHIN_ONE);
    Duration bounded = part.compareTo(LONGEST_PERIOD) > 0 ? LONGEST_PERIOD : part;
    this.period = bounded.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : bounded;
  }

  /** How far off a new one is. */
  Duration length() {
    return length;
  }

  /** When a deadline is reached that is set now. */
  public long next() {
    return nanos.getAsLong() + length.toNanos();
  }

  /** Has it looked at from now on. */
  public void set(Deadline deadline) {
    pending.add(deadline);
    lookLater();
  }

  /** It is not looked at any more. */
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
      // The others are not to suffer for it.
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
