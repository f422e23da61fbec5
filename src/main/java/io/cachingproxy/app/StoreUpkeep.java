package io.cachingproxy.app;

import io.cachingproxy.proxy.client.Downloads;
import io.cachingproxy.store.memory.MemoryStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The background thread that maintains a store's memory: it compacts the store and, in the embedded
 * server, disconnects slow readers and trims the heap.
 */
final class StoreUpkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreUpkeep.class);

  /** Short compared to the time in which a fast origin fills a relevant share of the store. */
  private static final long INTERVAL_MILLIS = 50;

  private static final long LOOK_MILLIS = 1000;

  /** A task may fail every 50 ms; one line a minute is enough. */
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

  /** Starts disconnecting clients that read too slowly while memory is short. */
  void letGo(Downloads downloads) {
    repeat(downloads::look, LOOK_MILLIS);
  }

  /** Starts trimming the heap, for a JVM that runs only this proxy. */
  void trimHeap(HeapTrim trim) {
    repeat(trim::trim, INTERVAL_MILLIS);
  }

  private void repeat(Runnable task, long millis) {
    thread.scheduleWithFixedDelay(() -> runSafely(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Runs on the one thread. An uncaught exception would end the repetition for good. */
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
