package io.cachingproxy.config;

import java.util.Objects;

/**
 * A setting that is invalid, unknown or missing. The message is one line for the operator: it names
 * the setting and its source, what was found and what was expected; it never shows a secret.
 */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    // The message says it all; a stack trace would only be shown by mistake.
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
