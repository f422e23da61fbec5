package io.cachingproxy.events;

import io.cachingproxy.cache.CacheListener;
import java.time.Duration;

/**
 * A log with one event for every exchange. Hearing of an exchange never blocks and never throws:
 * what can't be logged is dropped and counted.
 *
 * <p>Every exchange heard of is in exactly one of {@link #sent}, {@link #waiting} and {@link
 * #lost}. The three are read one after the other, so their sum may be off by what moves in between.
 * Thread-safe.
 */
public interface EventLog extends CacheListener, AutoCloseable {

  /** How long {@link #close()} gives to what is still waiting. */
  Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** The log that keeps nothing, and so loses nothing. Loads no class of Kafka. */
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
   * every exchange from now on. Returns within {@code timeout}. A second call does nothing.
   */
  void close(Duration timeout);

  @Override
  default void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }
}
