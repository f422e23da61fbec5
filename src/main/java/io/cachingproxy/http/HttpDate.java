package io.cachingproxy.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and prints HTTP dates (RFC 9110 §5.6.7). */
public final class HttpDate {

  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final String TIME = "(\\d{2}):(\\d{2}):(\\d{2})";

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}, the form to be sent. */
  private static final Pattern IMF_FIXDATE =
      Pattern.compile(
          "(?:mon|tue|wed|thu|fri|sat|sun), (\\d{2}) ([a-z]{3}) (\\d{4}) " + TIME + " gmt");

  /** {@code Sunday, 06-Nov-94 08:49:37 GMT}, obsolete. */
  private static final Pattern RFC_850 =
      Pattern.compile(
          "(?:mon|tues|wednes|thurs|fri|satur|sun)day, (\\d{2})-([a-z]{3})-(\\d{2}) "
              + TIME
              + " gmt");

  /** {@code Sun Nov 6 08:49:37 1994}, obsolete. */
  private static final Pattern ASCTIME =
      Pattern.compile(
          "(?:mon|tue|wed|thu|fri|sat|sun) ([a-z]{3}) ([ \\d]\\d) " + TIME + " (\\d{4})");

  private static final DateTimeFormatter PRINTED =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private HttpDate() {}

  /**
   * The instant a date in one of the three forms means, or null if it is in none of them.
   *
   * @param now what the two-digit year of the second form is near: a year that appears to be more
   *     than 50 years ahead is one in the past
   */
  public static @Nullable Instant parse(@Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    String date = DirectiveParser.trim(text).toLowerCase(Locale.ROOT);
    Matcher m = IMF_FIXDATE.matcher(date);
    if (m.matches()) {
      return instant(number(m, 3), m.group(2), number(m, 1), m, 4);
    }
    m = ASCTIME.matcher(date);
    if (m.matches()) {
      int day = Integer.parseInt(m.group(2).trim());
      return instant(number(m, 6), m.group(1), day, m, 3);
    }
    m = RFC_850.matcher(date);
    if (m.matches()) {
      int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
      int year = thisYear - thisYear % 100 + number(m, 3);
      if (year > thisYear + 50) {
        year -= 100;
      }
      return instant(year, m.group(2), number(m, 1), m, 4);
    }
    return null;
  }

  /**
   * Like {@link #parse(String, Instant)}, for fields whose two-digit years may be told by today.
   */
  public static @Nullable Instant parse(@Nullable String text) {
    return parse(text, DEFAULT_NEAR);
  }

  /** A fixed point for dates whose reader has no clock. */
  private static final Instant DEFAULT_NEAR = Instant.parse("2026-01-01T00:00:00Z");

  /** The date in the form to be sent, cut to whole seconds. */
  public static String print(Instant instant) {
    return PRINTED.format(instant);
  }

  private static int number(Matcher m, int group) {
    return Integer.parseInt(m.group(group));
  }

  private static @Nullable Instant instant(int year, String month, int day, Matcher m, int time) {
    int monthOfYear = MONTHS.indexOf(month) + 1;
    int second = number(m, time + 2);
    try {
      return LocalDateTime.of(
              year, monthOfYear, day, number(m, time), number(m, time + 1), Math.min(second, 59))
          .plusSeconds(second == 60 ? 1 : 0)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException notOnTheCalendar) {
      return null;
    }
  }
}
