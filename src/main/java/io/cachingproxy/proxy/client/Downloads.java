package io.cachingproxy.proxy.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers during which memory of the store is held, for bodies that may have left it long ago.
 * Where memory is short, clients that take them too slowly are let go: a few at a byte a minute
 * could stop all storing. Thread-safe.
 */
public final class Downloads {

  private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

  /** Over which time the rate is averaged. */
  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Map<Download, Window> watched = new ConcurrentHashMap<>();
  private final LongAdder letGo = new LongAdder();
  private final long leastRate;
  private final LongSupplier shortages;
  private final LongSupplier nanos;

  /**
   * No answer is watched yet.
   *
   * @param leastRate in bytes a second; 0 to let nobody go
   * @param shortages how often memory has been short so far
   * @param nanos a clock that never goes back
   */
  public Downloads(long leastRate, LongSupplier shortages, LongSupplier nanos) {
    this.leastRate = leastRate;
    this.shortages = shortages;
    this.nanos = nanos;
  }

  /** One answer. Compared by identity; asked by any thread. */
  interface Download {

    /** Whether there is something now that the client has not taken yet. */
    boolean isWaitedFor();

    /** How many bytes the client has taken. */
    long taken();

    /** Breaks the answer off, unless it is over. */
    void letGo();
  }

  /** What was so when a client began to be waited for. */
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

  /** Looks at all of them once; to be called every second or so. */
  public void look() {
    watched.forEach(this::look);
  }

  private void look(Download download, Window window) {
    try {
      long passed = nanos.getAsLong() - window.sinceNanos();
      if (!download.isWaitedFor()) {
        // It has taken all there was.
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
      // The others are to be looked at all the same.
      watched.remove(download);
      LOG.debug("a download can't be looked at", bug);
    }
  }

  /** How many clients have been let go since the start. Never falls. */
  public long slow() {
    return letGo.sum();
  }
}
