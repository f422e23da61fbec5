package io.cachingproxy.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a kind of value is parsed, printed and described.
 *
 * @param expected the form of a value, to follow "expected"
 * @param suggest what was probably meant by an invalid text, or null
 */
record ValueType<T>(
    String expected, Parser<T> parser, Function<T, String> printer, Suggester suggest) {

  /** Parses a value; null if the text is invalid. */
  interface Parser<T> {
    @Nullable T parse(String text);
  }

  /** Guesses what was meant; null if there is no guess. */
  interface Suggester {
    @Nullable String suggest(String text);
  }

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+|\\[[A-Fa-f0-9:.]+]");
  private static final Pattern SERVER =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[A-Fa-f0-9:.]+]):([0-9]{1,5})");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern PARAMETER_NAME = Pattern.compile("[!-~&&[^&=#,]]+");
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

  static ValueType<String> text(String expected, Predicate<String> valid) {
    return new ValueType<>(
        expected, text -> valid.test(text) ? text : null, value -> value, text -> null);
  }

  static final ValueType<String> FILE = text("the path of a file", text -> !text.isEmpty());

  static final ValueType<String> HOST_NAME =
      text("a host name or an IP address", HOST.asMatchPredicate());

  static final ValueType<String> SECRET =
      text("visible ASCII characters without spaces", TOKEN.asMatchPredicate());

  static final ValueType<String> KAFKA_TOPIC =
      text(
          "a topic name of at most 249 letters, digits, dots, underscores and dashes",
          text -> TOPIC.matcher(text).matches() && !text.equals(".") && !text.equals(".."));

  static final ValueType<Integer> PORT =
      new ValueType<>(
          "a port number from 0 to 65535", ValueType::port, String::valueOf, text -> null);

  /** A whole number within bounds, both inclusive. */
  static ValueType<Integer> count(int least, int most) {
    return new ValueType<>(
        "a number from " + least + " to " + most,
        text -> {
          if (!text.matches("[0-9]{1,9}")) {
            return null;
          }
          int count = Integer.parseInt(text);
          return count < least || count > most ? null : count;
        },
        String::valueOf,
        text -> null);
  }

  static final ValueType<Boolean> BOOLEAN =
      new ValueType<>(
          "true or false",
          text ->
              switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> null;
              },
          String::valueOf,
          text -> Suggestion.nearest(text, List.of("true", "false")));

  static final ValueType<HttpUrl> HTTP_URL =
      new ValueType<>(
          "an http or https URL such as http://example.com, without user, query or fragment",
          HttpUrl::parse,
          HttpUrl::toString,
          text -> HttpUrl.parse("http://" + text) == null ? null : "http://" + text);

  /** Kafka bootstrap servers; spaces around the commas are removed. */
  static final ValueType<String> KAFKA_SERVERS =
      new ValueType<>(
          "host:port, or several separated by commas",
          text -> {
            List<String> servers = list(text);
            return !servers.isEmpty() && servers.stream().allMatch(ValueType::isServer)
                ? String.join(",", servers)
                : null;
          },
          value -> value,
          text -> isServer(text + ":9092") ? text + ":9092" : null);

  static final ValueType<List<String>> FIELD_NAMES =
      names("field names separated by commas", FIELD_NAME);

  static final ValueType<List<String>> PARAMETER_NAMES =
      names("names of query parameters separated by commas", PARAMETER_NAME);

  private static ValueType<List<String>> names(String expected, Pattern name) {
    return new ValueType<>(
        expected,
        text -> {
          List<String> names = list(text);
          return names.stream().allMatch(name.asMatchPredicate()) ? names : null;
        },
        names -> String.join(",", names),
        text -> null);
  }

  static ValueType<Long> size(long least, long most) {
    String range =
        most == Long.MAX_VALUE
            ? "at least " + Sizes.print(least)
            : "from " + Sizes.print(least) + " to " + Sizes.print(most);
    return new ValueType<>(
        "a size " + range + ", such as 64KB, 256MB or 2GB",
        text -> {
          Long bytes = Sizes.parse(text);
          return bytes == null || bytes < least || bytes > most ? null : bytes;
        },
        Sizes::print,
        text -> null);
  }

  static ValueType<Duration> duration(boolean zeroAllowed) {
    return duration(
        (zeroAllowed ? "a duration" : "a duration above 0") + " such as 500ms, 30s, 5m, 2h or 1d",
        duration -> zeroAllowed || !duration.isZero());
  }

  private static ValueType<Duration> duration(String expected, Predicate<Duration> valid) {
    return new ValueType<>(
        expected,
        text -> {
          Duration duration = Durations.parse(text);
          return duration == null || !valid.test(duration) ? null : duration;
        },
        Durations::print,
        text -> {
          Duration seconds = Durations.parse(text + "s");
          return seconds == null || !valid.test(seconds) ? null : text + "s";
        });
  }

  /** The constants of an enum, in lower case. */
  static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    Map<String, E> constants = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      constants.put(constant.name().toLowerCase(Locale.ROOT), constant);
    }
    return new ValueType<>(
        String.join(" or ", constants.keySet()),
        constants::get,
        constant -> constant.name().toLowerCase(Locale.ROOT),
        text -> Suggestion.nearest(text, constants.keySet()));
  }

  private static @Nullable Integer port(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      return null;
    }
    int port = Integer.parseInt(text);
    return port > 65535 ? null : port;
  }

  private static boolean isServer(String text) {
    var matcher = SERVER.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    Integer port = port(matcher.group(1));
    return port != null && port > 0;
  }

  private static List<String> list(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    return List.of(COMMA.split(text.strip(), -1));
  }
}
