package io.cachingproxy.events;

import io.cachingproxy.cache.CacheListener;
import java.time.Duration;

/**
 * A log with one event for every exchange. Reporting an exchange never blocks and never throws:
 * what can't be logged is dropped and counted.
 *
 * <p>Every reported exchange is counted by exactly one of {@link #sent}, {@link #waiting} and
 * {@link #lost}. The three are not read atomically, so their sum may be slightly off. Thread-safe.
 */
public interface EventLog extends CacheListener, AutoCloseable {

  /** How long {@link #close()} waits for events that have not been sent. */
  Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** A log that discards events without counting them as lost. Loads no class of Kafka. */
  static EventLog none() {
    return NoEventLog.NONE;
  }

  /** Events that the log has confirmed, since the start. */
  long sent();

  /** Events that are neither confirmed nor given up. */
  long waiting();

  /** Events that were dropped or given up, since the start. */
  long lost();

  /**
   * Sends what is waiting, then closes; what is left after {@code timeout} counts as lost, as does
   * every later exchange. Returns within {@code timeout}. A second call does nothing.
   */
  void close(Duration timeout);

  @Override
  default void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }
}
