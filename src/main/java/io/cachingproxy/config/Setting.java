package io.cachingproxy.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One setting, by one name in every place; the table of them is {@link Settings}.
 *
 * @param group what it belongs to in the help
 * @param name the one name
 * @param metavar what stands for the value in the help; empty for a switch
 * @param type how values are written
 * @param defaultText the default, parsed like any other value; null if nothing fixed takes its
 *     place
 * @param description for the help; says what happens by default where {@code defaultText} doesn't
 * @param places where it may be set
 */
record Setting<T>(
    Group group,
    String name,
    String metavar,
    ValueType<T> type,
    @Nullable String defaultText,
    String description,
    Set<Place> places) {

  /** What belongs together in the help. */
  enum Group {
    PROXY("Proxy"),
    CACHE("Cache (sizes: 4096, 64KB, 256MB, 2GB)"),
    LIMITS("Timeouts (500ms, 30s, 5m, 2h, 1d) and limits"),
    MANAGEMENT("Metrics and administration"),
    EVENTS("Event log"),
    OTHER("Other");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** Where a setting may be set. */
  enum Place {
    FLAG,
    ENVIRONMENT,
    FILE,
    SERVLET_PARAMETER
  }

  /** Whether it may be given without a value, which then is {@code true}. */
  boolean isSwitch() {
    return metavar.isEmpty();
  }

  /** Whether the value must never be shown. */
  boolean isSecret() {
    return this == Settings.ADMIN_TOKEN;
  }

  @Override
  public String toString() {
    return name;
  }
}
