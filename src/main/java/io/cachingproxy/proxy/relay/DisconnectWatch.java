package io.cachingproxy.proxy.relay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks periodically whether waiting clients have disconnected, which otherwise would go unnoticed
 * until the next write. Thread-safe.
 *
 * <p>A client that has closed only its sending side can't be told from one that has disconnected.
 * So a disconnect must persist for a while, and once the answer has begun, such a client is assumed
 * to be still reading.
 */
public final class DisconnectWatch {

  private static final Logger LOG = LoggerFactory.getLogger(DisconnectWatch.class);

  /** The time between two checks. */
  static final Duration PERIOD = Duration.ofMillis(500);

  /** How many checks in a row must find a client disconnected. */
  private static final int LOOKS = 4;

  private final Map<Watched, Integer> watched = new ConcurrentHashMap<>();
  private final BiConsumer<Runnable, Duration> scheduler;

  /**
   * Starts checking, and keeps rescheduling itself.
   *
   * @param scheduler runs a task after a delay
   */
  public DisconnectWatch(BiConsumer<Runnable, Duration> scheduler) {
    this.scheduler = scheduler;
    scheduler.accept(this::look, PERIOD);
  }

  /** Something that waits on behalf of a client. Compared by identity. */
  public interface Watched {

    /** See {@link Recipient#hasLeft}. */
    boolean hasLeft();

    /**
     * Called when the client has been disconnected for a while, and again at each check as long as
     * it is watched.
     */
    void left();
  }

  public void watch(Watched waiting) {
    watched.put(waiting, 0);
  }

  public void forget(Watched waiting) {
    watched.remove(waiting);
  }

  /** Checks every client once. */
  void look() {
    try {
      for (Map.Entry<Watched, Integer> each : watched.entrySet()) {
        look(each.getKey(), each.getValue());
      }
    } finally {
      scheduler.accept(this::look, PERIOD);
    }
  }

  private void look(Watched waiting, int looksBefore) {
    try {
      int looks = waiting.hasLeft() ? looksBefore + 1 : 0;
      if (looks != looksBefore) {
        watched.replace(waiting, looks);
      }
      if (looks >= LOOKS) {
        waiting.left();
      }
    } catch (RuntimeException | Error bug) {
      // The other clients must still be checked.
      watched.remove(waiting);
      LOG.debug("a client that waits can't be looked at", bug);
    }
  }
}
