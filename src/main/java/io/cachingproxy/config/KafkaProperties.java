package io.cachingproxy.config;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The properties for Kafka's client in a Java properties file, not interpreted here. Secrets among
 * them are never shown.
 *
 * @param file the path; empty if there is none
 * @param values the properties by name
 */
public record KafkaProperties(String file, Map<String, String> values) {

  private static final KafkaProperties NONE = new KafkaProperties("", Map.of());

  /** The form of a name; a malformed line may contain anything, even a password. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([._-][a-z0-9]+)*");

  private static final int LONGEST_NAME = 60;

  public KafkaProperties {
    values = Map.copyOf(values);
  }

  /** No file, and so no properties. */
  public static KafkaProperties none() {
    return NONE;
  }

  /**
   * Reads the file at {@code path}.
   *
   * @param named where the path came from
   */
  static KafkaProperties read(String path, Source named) throws ConfigException {
    Once properties = new Once();
    try {
      properties.load(new StringReader(TextFile.read(path, named)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(prefix(path) + "not valid: a \\u without four hexadecimal digits");
    } catch (IOException e) {
      throw new UncheckedIOException("text in memory", e);
    }
    if (properties.twice != null) {
      throw new ConfigException(prefix(path) + shown(properties.twice) + " is given twice");
    }
    return new KafkaProperties(path, properties.values);
  }

  /**
   * The exception for a name that Kafka's client doesn't know.
   *
   * @param known the names that it knows
   */
  public ConfigException unknown(String name, Iterable<String> known) {
    return new ConfigException(
        prefix(file)
            + "unknown property "
            + shown(name)
            + Suggestion.ending(Suggestion.nearest(name, known)));
  }

  /** The exception for another error, described by text to follow a colon. */
  public ConfigException wrong(String what) {
    return new ConfigException(prefix(file) + Quoted.plain(what));
  }

  private static String prefix(String file) {
    return "kafka-config " + Quoted.plain(file) + ": ";
  }

  private static String shown(String name) {
    return name.length() <= LONGEST_NAME && NAME.matcher(name).matches()
        ? name
        : "that is no name (not shown)";
  }

  @Override
  public String toString() {
    return "KafkaProperties[" + file + ", " + values.keySet() + "]";
  }

  /** Rejects duplicate names: the last one would silently take precedence. */
  private static final class Once extends Properties {
    private static final long serialVersionUID = 1L;

    private final TreeMap<String, String> values = new TreeMap<>();
    private @Nullable String twice;

    @Override
    public synchronized @Nullable Object put(Object name, Object value) {
      if (values.put(name.toString(), value.toString()) != null) {
        twice = name.toString();
      }
      return null;
    }
  }
}
