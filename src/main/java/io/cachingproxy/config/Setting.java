package io.cachingproxy.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One setting, with the same name in every place; {@link Settings} is the table of them.
 *
 * @param group its group in the help
 * @param name the name
 * @param metavar the placeholder for the value in the help; empty for a switch
 * @param type how values are parsed and printed
 * @param defaultText the default, parsed like any other value; null if there is no fixed one
 * @param description for the help; describes the default if {@code defaultText} doesn't
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

  /** The groups in the help. */
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

  /** Whether it may be given without a value, meaning {@code true}. */
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
