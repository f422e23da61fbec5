package io.cachingproxy.rfc9111;

import io.cachingproxy.http.DeltaSeconds;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How old a stored response is (RFC 9111 §4.2.3). All times in milliseconds. */
final class Age {

  private Age() {}

  /**
   * The value of the Age field in seconds, 0 if there is no valid one (RFC 9111 §5.1): the first
   * member of all lines, ignored unless it is a non-negative integer.
   */
  static long fieldValue(List<String> lines) {
    for (String line : lines) {
      for (String member : line.split(",", -1)) {
        String text = member.strip();
        if (!text.isEmpty()) {
          return Math.max(0, DeltaSeconds.parse(text));
        }
      }
    }
    return 0;
  }

  /**
   * {@code corrected_initial_age} in milliseconds: how old the response was when it arrived.
   *
   * @param date the Date field; null if there is none
   */
  static long correctedInitial(
      long ageValueSeconds, @Nullable Instant date, Instant requestTime, Instant responseTime) {
    // Date has a resolution of a second: compared with a finer clock, every response would look
    // older.
    long apparentAge =
        date == null
            ? 0
            : Math.max(0, responseTime.getEpochSecond() - date.getEpochSecond()) * 1000;
    long responseDelay = Math.max(0, responseTime.toEpochMilli() - requestTime.toEpochMilli());
    long correctedAgeValue = ageValueSeconds * 1000 + responseDelay;
    return Math.max(apparentAge, correctedAgeValue);
  }

  /** {@code current_age}; a clock that was set back does not make a response younger. */
  static long current(long correctedInitialAge, long responseTime, long now) {
    return correctedInitialAge + Math.max(0, now - responseTime);
  }
}
