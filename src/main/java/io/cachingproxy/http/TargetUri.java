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

  /**
   * An absolute http or https URI; null for anything else, and where there is no host or there are
   * userinfo or characters no request could carry. A fragment is dropped.
   */
  public static @Nullable TargetUri parse(String absolute) {
    return UriParser.absolute(absolute);
  }

  /** What a reference, absolute or relative to this URI, means (RFC 3986 §5.2); null if nothing. */
  public @Nullable TargetUri resolve(String reference) {
    return UriParser.resolve(this, reference);
  }

  /** Whether scheme, host and port are the same (RFC 9110 §4.3.1). */
  public boolean sameOrigin(TargetUri other) {
    return scheme.equals(other.scheme) && authority.equals(other.authority);
  }

  /**
   * The URI as one string, alike for URIs that are the same for sure (RFC 3986 §6.2.2): hexadecimal
   * digits of percent-encodings in upper case, unreserved characters not percent-encoded. Nothing
   * else is changed, and nothing at all where a percent sign encodes nothing.
   */
  public String normalized() {
    String rest = query == null ? path : path + "?" + query;
    return scheme + "://" + authority + PercentEncoding.normalize(rest);
  }

  /** The URI as one string. */
  @Override
  public String toString() {
    String base = scheme + "://" + authority + path;
    return query == null ? base : base + "?" + query;
  }
}
