package io.cachingproxy.config;

import java.util.Objects;

/**
 * A setting that is wrong, unknown or missing. The message is one line for the operator: it names
 * the setting and where it came from, what was found and what was expected; it never shows a
 * secret.
 */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    // What went wrong is in the message; a stack trace would only ever be shown by mistake.
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
