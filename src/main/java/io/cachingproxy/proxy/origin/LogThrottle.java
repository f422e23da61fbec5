package io.cachingproxy.proxy.origin;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Limits repeated log messages: the first of a kind is written at once, after that at most one per
 * {@link #INTERVAL}. Thread-safe.
 */
final class LogThrottle {

  static final Duration INTERVAL = Duration.ofSeconds(10);

  /**
   * The last line of a kind that was written.
   *
   * @param writtenAt in nanoseconds of a monotonic clock
   * @param suppressed how many have been suppressed since
   */
  private record Line(long writtenAt, long suppressed) {}

  private final AtomicReferenceArray<@Nullable Line> lines;

  /** For kinds numbered from 0 to {@code kinds - 1}. */
  LogThrottle(int kinds) {
    lines = new AtomicReferenceArray<>(kinds);
  }

  /**
   * Empty if a line of this kind must not be written now; otherwise the number of lines suppressed
   * since the last one.
   */
  OptionalLong suppressedBefore(int kind, long now) {
    while (true) {
      Line last = lines.get(kind);
      boolean written = last == null || now - last.writtenAt >= INTERVAL.toNanos();
      Line next = written ? new Line(now, 0) : new Line(last.writtenAt, last.suppressed + 1);
      if (lines.compareAndSet(kind, last, next)) {
        return written ? OptionalLong.of(last == null ? 0 : last.suppressed) : OptionalLong.empty();
      }
    }
  }
}
