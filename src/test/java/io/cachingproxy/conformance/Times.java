package io.cachingproxy.conformance;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Puts dates and names in place of marks like <code>{+100}</code>, so many seconds from the second
 * in which the case began; <code>{850+100}</code> and <code>{asc+100}</code> are the obsolete forms
 * (RFC 9110 §5.6.7).
 *
 * <p>{@code {root}} is the path of the case, {@code {origin}} the origin's host and port.
 *
 * @param start when the case began, in whole seconds
 */
record Times(Instant start, String root, String origin) {

  private static final Pattern MARK = Pattern.compile("\\{(850|asc|)([+-]\\d+)}");

  private static final DateTimeFormatter IMF = format("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
  private static final DateTimeFormatter RFC_850 = format("EEEE, dd-MMM-yy HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = format("EEE MMM ppd HH:mm:ss yyyy");

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }

  String in(String text) {
    if (text.indexOf('{') < 0) {
      return text;
    }
    String placed = text.replace("{root}", root).replace("{origin}", origin);
    return MARK.matcher(placed).replaceAll(this::date);
  }

  String[] in(String[] lines) {
    String[] dated = new String[lines.length];
    for (int i = 0; i < lines.length; i++) {
      dated[i] = in(lines[i]);
    }
    return dated;
  }

  private String date(MatchResult mark) {
    Instant instant = start.plusSeconds(Long.parseLong(mark.group(2)));
    return switch (mark.group(1)) {
      case "850" -> RFC_850.format(instant);
      case "asc" -> ASCTIME.format(instant);
      default -> IMF.format(instant);
    };
  }
}
