package io.cachingproxy.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parses and prints HTTP dates (RFC 9110 §5.6.7). Names are read in any case, and no time zone but
 * GMT is accepted, as RFC 9111 §4.2 asks of caches.
 */
public final class HttpDate {

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private static final List<String> DAYS = List.of("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat");

  private static final List<String> LONG_DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

  private static final DateTimeFormatter PRINTED =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** The reference for two-digit years if the caller has no clock. */
  private static final Instant SOME_DAY = Instant.parse("2026-01-01T00:00:00Z");

  private HttpDate() {}

  /**
   * Parses a date in one of the three formats; null if it is in none of them.
   *
   * @param now the reference for two-digit years: one that appears to be more than 50 years ahead
   *     is in the past
   */
  public static @Nullable Instant parse(@Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    String date = DirectiveParser.trim(text);
    int comma = date.indexOf(',');
    if (comma < 0) {
      return asctime(date);
    }
    return comma == 3 ? imfFixdate(date) : rfc850(date, comma, now);
  }

  /** Like {@link #parse(String, Instant)}, with a fixed reference for two-digit years. */
  public static @Nullable Instant parse(@Nullable String text) {
    return parse(text, SOME_DAY);
  }

  /** Prints the date in the preferred format, truncated to whole seconds. */
  public static String print(Instant instant) {
    return PRINTED.format(instant);
  }

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}, the preferred format. */
  private static @Nullable Instant imfFixdate(String date) {
    boolean formed =
        date.length() == 29
            && isOneOf(DAYS, date, 0, 3)
            && date.charAt(4) == ' '
            && date.charAt(7) == ' '
            && date.charAt(11) == ' '
            && date.charAt(16) == ' '
            && date.regionMatches(true, 25, " GMT", 0, 4);
    return formed
        ? instant(number(date, 12, 4), month(date, 8), number(date, 5, 2), date, 17)
        : null;
  }

  /** {@code Sunday, 06-Nov-94 08:49:37 GMT}, obsolete. */
  private static @Nullable Instant rfc850(String date, int comma, Instant now) {
    int day = comma + 2;
    boolean formed =
        date.length() == day + 22
            && isOneOf(LONG_DAYS, date, 0, comma)
            && date.charAt(comma + 1) == ' '
            && date.charAt(day + 2) == '-'
            && date.charAt(day + 6) == '-'
            && date.charAt(day + 9) == ' '
            && date.regionMatches(true, day + 18, " GMT", 0, 4);
    int twoDigits = formed ? number(date, day + 7, 2) : -1;
    if (twoDigits < 0) {
      return null;
    }
    int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
    int year = thisYear - thisYear % 100 + twoDigits;
    return instant(
        year > thisYear + 50 ? year - 100 : year,
        month(date, day + 3),
        number(date, day, 2),
        date,
        day + 10);
  }

  /** {@code Sun Nov 6 08:49:37 1994}, obsolete. */
  private static @Nullable Instant asctime(String date) {
    boolean formed =
        date.length() == 24
            && isOneOf(DAYS, date, 0, 3)
            && date.charAt(3) == ' '
            && date.charAt(7) == ' '
            && date.charAt(10) == ' '
            && date.charAt(19) == ' ';
    if (!formed) {
      return null;
    }
    int day = date.charAt(8) == ' ' ? number(date, 9, 1) : number(date, 8, 2);
    return instant(number(date, 20, 4), month(date, 4), day, date, 11);
  }

  private static boolean isOneOf(List<String> names, String date, int at, int length) {
    for (String name : names) {
      if (name.length() == length && date.regionMatches(true, at, name, 0, length)) {
        return true;
      }
    }
    return false;
  }

  /** The month of the year, from 1; 0 if there is none of that name. */
  private static int month(String date, int at) {
    for (int i = 0; i < MONTHS.size(); i++) {
      if (date.regionMatches(true, at, MONTHS.get(i), 0, 3)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** The number of these digits, or -1 if one of them is no digit. */
  private static int number(String date, int at, int digits) {
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      char c = date.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  /** The instant, with the time of day at {@code time}; null if it doesn't exist. */
  private static @Nullable Instant instant(int year, int month, int day, String date, int time) {
    int hour = number(date, time, 2);
    int minute = number(date, time + 3, 2);
    int second = number(date, time + 6, 2);
    boolean valid = date.charAt(time + 2) == ':' && date.charAt(time + 5) == ':' && year >= 0;
    if (!valid) {
      return null;
    }
    boolean leap = second == 60;
    try {
      return LocalDateTime.of(year, month, day, hour, minute, leap ? 59 : second)
          .plusSeconds(leap ? 1 : 0)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException notThere) {
      return null;
    }
  }
}
