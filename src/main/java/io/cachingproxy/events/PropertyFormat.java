package io.cachingproxy.events;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Describes what Kafka's client expects of a property, without its value. */
final class PropertyFormat {

  private PropertyFormat() {}

  /**
   * Checks the value of a single property. A name that Kafka doesn't know is not checked.
   *
   * @throws IllegalArgumentException with one line of text, without the value, if it is invalid
   */
  @SuppressWarnings("UnusedException") // it quotes the value
  static void check(String name, String value) {
    @Nullable ConfigKey key = ProducerConfig.configDef().configKeys().get(name);
    if (key == null) {
      return;
    }
    try {
      Object parsed = ConfigDef.parseType(name, value, key.type());
      if (key.validator != null) {
        key.validator.ensureValid(name, parsed);
      }
    } catch (ConfigException e) {
      throw new IllegalArgumentException(name + " has to be " + expected(key));
    }
  }

  /** Kafka prints a validator as the valid values: {@code [0,...]} or {@code [all, 0, 1]}. */
  private static String expected(ConfigKey key) {
    String values = key.validator == null ? "" : key.validator.toString().strip();
    return values.isEmpty() ? kind(key.type()) : kind(key.type()) + " of " + values;
  }

  private static String kind(ConfigDef.Type type) {
    return switch (type) {
      case BOOLEAN -> "true or false";
      case SHORT, INT, LONG -> "a whole number";
      case DOUBLE -> "a number";
      case LIST -> "a list in which nothing is empty or there twice";
      case CLASS -> "the name of a class that is there";
      case STRING, PASSWORD -> "one";
    };
  }
}
