package io.cachingproxy.proxy.relay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every now and then whether clients that wait for something have left meanwhile, which
 * nobody would notice otherwise before the next write. Thread-safe.
 *
 * <p>A client that has only closed its own side of the connection can't be told from one that is
 * gone, so it gets some time first, and once its answer has begun it is taken to read on.
 */
public final class DisconnectWatch {

  private static final Logger LOG = LoggerFactory.getLogger(DisconnectWatch.class);

  /** How often it looks. */
  static final Duration PERIOD = Duration.ofMillis(500);

  /** How many looks in a row must find a client gone. */
  private static final int LOOKS = 4;

  private final Map<Watched, Integer> watched = new ConcurrentHashMap<>();
  private final BiConsumer<Runnable, Duration> scheduler;

  /**
   * Nobody is watched yet.
   *
   * @param scheduler runs a task after a delay, for as long as there is anybody to watch
   */
  public DisconnectWatch(BiConsumer<Runnable, Duration> scheduler) {
    this.scheduler = scheduler;
    scheduler.accept(this::look, PERIOD);
  }

  /** Whoever waits on behalf of a client. Compared by identity. */
  public interface Watched {

    /** See {@link Recipient#hasLeft}. */
    boolean hasLeft();

    /** It has, and for some time. Called again as long as it is watched. */
    void left();
  }

  public void watch(Watched waiting) {
    watched.put(waiting, 0);
  }

  public void forget(Watched waiting) {
    watched.remove(waiting);
  }

  /** Looks once. */
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
      // The others are not to suffer for it.
      watched.remove(waiting);
      LOG.debug("a client that waits can't be looked at", bug);
    }
  }
}
