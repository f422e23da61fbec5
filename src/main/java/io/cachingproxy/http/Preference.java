package io.cachingproxy.http;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One member of Accept, Accept-Charset, Accept-Encoding or Accept-Language: a range and its weight
 * (RFC 9110 §12.4.2, §12.5).
 *
 * @param range normalised, including parameters other than the weight
 * @param weight in thousandths; -1 if it is invalid
 */
public record Preference(String range, int weight) implements Comparable<Preference> {

  private static final int FULL = 1000;

  /** RFC 9110 §12.4.2: {@code qvalue}. */
  private static final Pattern WEIGHT = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

  /** Parses a member; never fails. */
  public static Preference parse(String member) {
    List<String> parts = FieldMembers.split(member, ';');
    StringBuilder range = new StringBuilder(canonical(parts.get(0)));
    int weight = FULL;
    for (String parameter : parts.subList(1, parts.size())) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      String lower = name.strip().toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "" : parameter.substring(equals + 1).strip();
      if (lower.equals("q")) {
        weight = weight(value);
      } else if (!parameter.isEmpty()) {
        range.append(';').append(lower).append('=').append(value);
      }
    }
    return new Preference(range.toString(), weight);
  }

  /** Ranges are case-insensitive; "x-gzip" is "gzip" (RFC 9110 §8.4.1). */
  private static String canonical(String range) {
    String lower = range.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "x-gzip" -> "gzip";
      case "x-compress" -> "compress";
      default -> lower;
    };
  }

  private static int weight(String value) {
    return WEIGHT.matcher(value).matches()
        ? (int) Math.round(Double.parseDouble(value) * FULL)
        : -1;
  }

  /** By descending weight, then by name, so that the original order makes no difference. */
  @Override
  public int compareTo(Preference other) {
    return weight != other.weight
        ? Integer.compare(other.weight, weight)
        : range.compareTo(other.range);
  }

  @Override
  public String toString() {
    return range + ";q=" + weight;
  }
}
