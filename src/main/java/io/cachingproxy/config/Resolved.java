package io.cachingproxy.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings as given: for each, the value from the place with the highest precedence, else its
 * default. Overridden values are not parsed.
 */
final class Resolved {

  private final List<Map<Setting<?>, RawValue>> places;

  /** Takes the values of each place, in order of precedence. */
  Resolved(List<Map<Setting<?>, RawValue>> places) {
    this.places = List.copyOf(places);
  }

  /** The value, null if none was given and there is no fixed default. */
  <T> @Nullable T find(Setting<T> setting) throws ConfigException {
    RawValue raw = raw(setting);
    return raw == null ? null : parse(setting, raw);
  }

  /** The value of a setting with a fixed default. */
  <T> T get(Setting<T> setting) throws ConfigException {
    RawValue raw = raw(setting);
    if (raw == null) {
      throw new IllegalArgumentException(setting + " has no fixed default");
    }
    return parse(setting, raw);
  }

  /** Where the value came from. */
  Source source(Setting<?> setting) {
    RawValue raw = raw(setting);
    return raw == null ? Source.DEFAULT : raw.source();
  }

  /** Whether a value was given. */
  boolean isGiven(Setting<?> setting) {
    return places.stream().anyMatch(place -> place.containsKey(setting));
  }

  private @Nullable RawValue raw(Setting<?> setting) {
    for (Map<Setting<?>, RawValue> place : places) {
      RawValue raw = place.get(setting);
      if (raw != null) {
        return raw;
      }
    }
    String defaultText = setting.defaultText();
    return defaultText == null ? null : new RawValue(defaultText, Source.DEFAULT);
  }

  private static <T> T parse(Setting<T> setting, RawValue raw) throws ConfigException {
    ValueType<T> type = setting.type();
    T value = type.parser().parse(raw.text());
    if (value != null) {
      return value;
    }
    String found = setting.isSecret() ? "something else (not shown)" : Quoted.of(raw.text());
    throw new ConfigException(
        raw.source()
            + ": found "
            + (raw.text().isEmpty() ? "nothing" : found)
            + ", expected "
            + type.expected()
            + Suggestion.ending(setting.isSecret() ? null : type.suggest().suggest(raw.text())));
  }
}
