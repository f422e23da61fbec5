package io.cachingproxy.config;

import org.jspecify.annotations.Nullable;

/** What the command line asks for. */
public sealed interface Command {

  /** Start the proxy. */
  record Run(ProxyConfig config) implements Command {}

  /**
   * Clear the cache of a running proxy.
   *
   * @param adminUrl the base URL of its administration, without {@code /admin/clear}
   * @param adminToken the token to send, null if there is none
   */
  record ClearCache(HttpUrl adminUrl, @Nullable String adminToken) implements Command {

    @Override
    public String toString() {
      return "ClearCache[" + adminUrl + "]";
    }
  }

  /**
   * Check the settings and start nothing.
   *
   * @param report the text to print: the effective settings with their sources, one per line,
   *     secrets masked
   */
  record CheckConfig(ProxyConfig config, String report) implements Command {}

  /** Print the help; {@code text} ends with a line break. */
  record Help(String text) implements Command {}

  /** Print the version; {@code text} ends with a line break. */
  record Version(String text) implements Command {}
}
