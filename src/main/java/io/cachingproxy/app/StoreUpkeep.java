package io.cachingproxy.app;

import io.cachingproxy.proxy.client.Downloads;
import io.cachingproxy.store.memory.MemoryStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that keeps the memory of a store in order while others serve requests: it lets the
 * store compact itself, and in a server of our own slow readers go and the heap give back what
 * bodies need.
 */
final class StoreUpkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreUpkeep.class);

  /** Short beside the time in which a fast origin fills a share of the store worth speaking of. */
  private static final long INTERVAL_MILLIS = 50;

  private static final long LOOK_MILLIS = 1000;

  /** What fails fails every 50 ms; once a minute is enough to say so. */
  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private long loggedNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "store-upkeep");
            made.setDaemon(true);
            return made;
          });

  StoreUpkeep(MemoryStore store) {
    repeat(store::compact, INTERVAL_MILLIS);
  }

  /** From now on clients are let go that hold memory too long where it is short. */
  void letGo(Downloads downloads) {
    repeat(downloads::look, LOOK_MILLIS);
  }

  /** From now on the heap is trimmed too: the JVM has nothing but this proxy in it. */
  void trimHeap(HeapTrim trim) {
    repeat(trim::trim, INTERVAL_MILLIS);
  }

  private void repeat(Runnable task, long millis) {
    thread.scheduleWithFixedDelay(() -> runSafely(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * On the one thread. What isn't caught ends the repetition, and memory is never tidied up again.
   */
  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      long now = System.nanoTime();
      if (now - loggedNanos >= LOG_INTERVAL_NANOS) {
        loggedNanos = now;
        LOG.warn("the upkeep of the store failed: {}", e.toString());
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
