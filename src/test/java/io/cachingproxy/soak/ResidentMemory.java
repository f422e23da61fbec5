package io.cachingproxy.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a process takes of the machine's memory, as Linux counts it. Looks every 20 ms and keeps the
 * most it has seen since {@link #restart}. Thread-safe.
 */
final class ResidentMemory implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 20;

  private final Path status;
  private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();
  private volatile long peak;

  ResidentMemory(long pid) {
    status = Path.of("/proc/" + pid + "/status");
    watcher.scheduleWithFixedDelay(
        () -> peak = Math.max(peak, now()),
        INTERVAL_MILLIS,
        INTERVAL_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  static boolean isKnownHere() {
    return Files.exists(Path.of("/proc/self/status"));
  }

  /** Bytes, now. */
  long now() {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most bytes there were since the last {@link #restart}. */
  long peak() {
    return Math.max(peak, now());
  }

  void restart() {
    peak = 0;
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}
