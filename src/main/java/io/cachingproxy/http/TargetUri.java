package io.cachingproxy.http;

import org.jspecify.annotations.Nullable;

/**
 * A target URI (RFC 9110 §7.1), its path and query byte for byte as the client sent them.
 *
 * @param scheme {@code http} or {@code https}, lower case
 * @param authority host and port as the origin sees them, the scheme's default port left out, lower
 *     case
 * @param path the raw path, starting with a slash, or {@code *} for {@code OPTIONS *}
 * @param query the raw query without its question mark; empty for a trailing question mark; null
 *     where there is none
 */
public record TargetUri(String scheme, String authority, String path, @Nullable String query) {

  /** The URI as one string. */
  @Override
  public String toString() {
    String base = scheme + "://" + authority + path;
    return query == null ? base : base + "?" + query;
  }
}
