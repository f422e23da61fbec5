package io.cachingproxy.proxy.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers in progress that hold memory of the store, perhaps for responses evicted long ago.
 * When memory is short, clients that read too slowly are disconnected: a few that read a byte a
 * minute could otherwise stop all storing. Thread-safe.
 */
public final class Downloads {

  private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

  /** The period over which the rate is averaged. */
  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Map<Download, Window> watched = new ConcurrentHashMap<>();
  private final LongAdder letGo = new LongAdder();
  private final long leastRate;
  private final LongSupplier shortages;
  private final LongSupplier nanos;

  /**
   * Creates a watch without any answers.
   *
   * @param leastRate in bytes per second; 0 to disconnect nobody
   * @param shortages how often memory has been short so far
   * @param nanos a monotonic clock in nanoseconds
   */
  public Downloads(long leastRate, LongSupplier shortages, LongSupplier nanos) {
    this.leastRate = leastRate;
    this.shortages = shortages;
    this.nanos = nanos;
  }

  /** One answer. Compared by identity; its methods may be called from any thread. */
  interface Download {

    /** Whether the client has yet to take bytes that were written. */
    boolean isWaitedFor();

    /** How many bytes the client has taken. */
    long taken();

    /** Aborts the answer, unless it is over. */
    void letGo();
  }

  /** The state at the start of a measuring period. */
  private record Window(long sinceNanos, long taken, long shortages) {}

  void watch(Download download) {
    if (leastRate > 0) {
      watched.put(download, window(download));
    }
  }

  void forget(Download download) {
    watched.remove(download);
  }

  private Window window(Download download) {
    return new Window(nanos.getAsLong(), download.taken(), shortages.getAsLong());
  }

  /** Checks every answer once; to be called about every second. */
  public void look() {
    watched.forEach(this::look);
  }

  private void look(Download download, Window window) {
    try {
      long passed = nanos.getAsLong() - window.sinceNanos();
      if (!download.isWaitedFor()) {
        // The client has taken everything written so far.
        watched.replace(download, window(download));
      } else if (passed >= WINDOW.toNanos()) {
        watched.replace(download, window(download));
        double rate = (download.taken() - window.taken()) * 1e9 / passed;
        if (rate < leastRate && shortages.getAsLong() != window.shortages()) {
          letGo.increment();
          download.letGo();
        }
      }
    } catch (RuntimeException bug) {
      // The other answers must still be checked.
      watched.remove(download);
      LOG.debug("a download can't be looked at", bug);
    }
  }

  /** How many clients have been disconnected for slowness since the start. Monotonic. */
  public long slow() {
    return letGo.sum();
  }
}
