package io.cachingproxy.events;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** What Kafka's client expects of the value of one property, told without the value. */
final class PropertyFormat {

  private PropertyFormat() {}

  /**
   * Finds out whether a property can have that value, whatever the others are. Of a name that Kafka
   * doesn't know nothing can be said.
   *
   * @throws IllegalArgumentException in one line, without the value, if not
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

  /** Kafka prints its validators as what they let pass: {@code [0,...]} or {@code [all, 0, 1]}. */
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
