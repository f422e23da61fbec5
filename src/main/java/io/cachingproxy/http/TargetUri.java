package io.cachingproxy.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A target URI (RFC 9110 §7.1) as the origin sees it, its path and query byte for byte as the
 * client sent them.
 *
 * <p>A client of a gateway may know the origin under other names, and the origin is told the one
 * that was used: what it answers may hang on it. So this is part of what a target is, and of the
 * cache key, though not of where the request goes. Immutable and thread-safe.
 */
public final class TargetUri {

  private final String scheme;
  private final String authority;
  private final String path;
  private final @Nullable String query;
  private final @Nullable String site;
  private final @Nullable String fields;

  /** Made when it is first asked for; two threads may both make it. */
  private @Nullable String key;

  /**
   * A target.
   *
   * @param scheme {@code http} or {@code https}, lower case
   * @param authority host and port as the origin sees them, the scheme's default port left out,
   *     lower case
   * @param path the raw path, starting with a slash, or {@code *} for {@code OPTIONS *}
   * @param query the raw query without its question mark; empty for a trailing question mark; null
   *     where there is none
   * @param site the {@link Site} that was asked for, as the origin is told; null if the URI says it
   *     already
   * @param fields the fields that the origin sees and nobody else may be answered with, as one text
   *     that no site could be; null if there are none
   */
  public TargetUri(
      String scheme,
      String authority,
      String path,
      @Nullable String query,
      @Nullable String site,
      @Nullable String fields) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
    this.site = site;
    this.fields = fields;
  }

  /** A target of which the origin is site nothing else. */
  public TargetUri(String scheme, String authority, String path, @Nullable String query) {
    this(scheme, authority, path, query, null, null);
  }

  public String scheme() {
    return scheme;
  }

  public String authority() {
    return authority;
  }

  public String path() {
    return path;
  }

  public @Nullable String query() {
    return query;
  }

  /** The site that was asked for, as the origin is told; null if the URI says it already. */
  public @Nullable String site() {
    return site;
  }

  public @Nullable String fields() {
    return fields;
  }

  /** The same target, asked for without the fields. */
  public TargetUri withoutFields() {
    return fields == null ? this : new TargetUri(scheme, authority, path, query, site, null);
  }

  /**
   * An absolute http or https URI; null for anything else, and where there is no host or there are
   * userinfo or characters no request could carry. A fragment is dropped.
   */
  public static @Nullable TargetUri parse(String absolute) {
    return UriParser.absolute(absolute);
  }

  /**
   * What a reference, absolute or relative to this URI, means (RFC 3986 §5.2), at the same origin
   * asked for in the same way; null if nothing.
   */
  public @Nullable TargetUri resolve(String reference) {
    TargetUri resolved = UriParser.resolve(this, reference);
    return resolved == null || !sameOrigin(resolved)
        ? resolved
        : withPath(resolved.path, resolved.query);
  }

  /** Another path and query at the same origin, asked for in the same way. */
  public TargetUri withPath(String otherPath, @Nullable String otherQuery) {
    return new TargetUri(scheme, authority, otherPath, otherQuery, site, fields);
  }

  /** Whether scheme, host and port are the same (RFC 9110 §4.3.1). */
  public boolean sameOrigin(TargetUri other) {
    return scheme.equals(other.scheme) && authority.equals(other.authority);
  }

  /**
   * The target as one string, which differs wherever a byte differs that the origin is sent: an
   * origin may tell {@code /%41} from {@code /A}, so they are two targets. What else the origin
   * sees follows after spaces, which no URI has in it.
   */
  public String key() {
    String known = key;
    if (known == null) {
      known = toString();
      known = site == null ? known : known + " " + site;
      known = fields == null ? known : known + " " + fields;
      key = known;
    }
    return known;
  }

  /**
   * The spelling that stands for all that are equivalent (RFC 3986 §6.2.2): hexadecimal digits of
   * percent-encodings in upper case, unreserved characters but for the dot not percent-encoded.
   * Nothing else is changed, and nothing at all where a percent sign encodes nothing.
   */
  public TargetUri normalForm() {
    String normalPath = PercentEncoding.normalize(path);
    String normalQuery = query == null ? null : PercentEncoding.normalize(query);
    return withPath(normalPath, normalQuery);
  }

  /** The resource itself, in the one spelling that stands for all, asked for without fields. */
  public TargetUri resource() {
    return withoutFields().normalForm();
  }

  /** Whether the same {@link #resource} can't be asked for in another way that is as good. */
  public boolean isOnlySpelling() {
    return fields == null && path.indexOf('%') < 0 && (query == null || query.indexOf('%') < 0);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TargetUri that
        && scheme.equals(that.scheme)
        && authority.equals(that.authority)
        && path.equals(that.path)
        && Objects.equals(query, that.query)
        && Objects.equals(site, that.site)
        && Objects.equals(fields, that.fields);
  }

  @Override
  public int hashCode() {
    return Objects.hash(scheme, authority, path, query, site, fields);
  }

  /** The URI as one string. */
  @Override
  public String toString() {
    String base = scheme + "://" + authority + path;
    return query == null ? base : base + "?" + query;
  }
}
