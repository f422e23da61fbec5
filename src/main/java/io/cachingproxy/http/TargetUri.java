package io.cachingproxy.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A target URI (RFC 9110 §7.1) as the origin sees it; path and query byte for byte as the client
 * sent them.
 *
 * <p>A client of a gateway may know the origin by other names, and the origin is told the one that
 * was used, since its response may depend on it. So that name is part of the target and of the
 * cache key, though not of where the request is sent. Immutable and thread-safe.
 */
public final class TargetUri {

  private final String scheme;
  private final String authority;
  private final String path;
  private final @Nullable String query;
  private final @Nullable String site;
  private final @Nullable String fields;

  /** Computed lazily; two threads may both compute it. */
  private @Nullable String key;

  /**
   * Creates a target.
   *
   * @param scheme {@code http} or {@code https}, lower case
   * @param authority host and port as the origin sees them, lower case, without the scheme's
   *     default port
   * @param path the raw path, starting with a slash, or {@code *} for {@code OPTIONS *}
   * @param query the raw query without its question mark; empty for a trailing question mark; null
   *     if there is none
   * @param site the {@link Site} that was asked for, as the origin is told; null if it is that of
   *     the URI
   * @param fields request fields that are part of the key, as one text that can't be a site; null
   *     if there are none
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

  /** Creates a target without a site or fields of its own. */
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

  /** The site that was asked for, as the origin is told; null if it is that of the URI. */
  public @Nullable String site() {
    return site;
  }

  public @Nullable String fields() {
    return fields;
  }

  /** The same target without the fields. */
  public TargetUri withoutFields() {
    return fields == null ? this : new TargetUri(scheme, authority, path, query, site, null);
  }

  /**
   * Parses an absolute http or https URI; null for anything else, for userinfo, a missing host, or
   * characters that no request may contain. A fragment is dropped.
   */
  public static @Nullable TargetUri parse(String absolute) {
    return UriParser.absolute(absolute);
  }

  /**
   * Resolves a reference, absolute or relative to this URI (RFC 3986 §5.2), keeping site and fields
   * if it stays at the same origin; null if it is invalid.
   */
  public @Nullable TargetUri resolve(String reference) {
    TargetUri resolved = UriParser.resolve(this, reference);
    return resolved == null || !sameOrigin(resolved)
        ? resolved
        : withPath(resolved.path, resolved.query);
  }

  /** Another path and query at the same origin, with the same site and fields. */
  public TargetUri withPath(String otherPath, @Nullable String otherQuery) {
    return new TargetUri(scheme, authority, otherPath, otherQuery, site, fields);
  }

  /** Whether scheme, host and port are the same (RFC 9110 §4.3.1). */
  public boolean sameOrigin(TargetUri other) {
    return scheme.equals(other.scheme) && authority.equals(other.authority);
  }

  /**
   * The target as one string, different for any difference in the bytes that the origin is sent: an
   * origin may distinguish {@code /%41} from {@code /A}, so these are two targets. Site and fields
   * follow after spaces, which no URI contains.
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
   * The normal form of equivalent URIs (RFC 3986 §6.2.2): percent-encodings with upper-case digits,
   * unreserved characters except the dot decoded. Nothing else is changed, and nothing at all if a
   * percent sign is invalid.
   */
  public TargetUri normalForm() {
    String normalPath = PercentEncoding.normalize(path);
    String normalQuery = query == null ? null : PercentEncoding.normalize(query);
    return withPath(normalPath, normalQuery);
  }

  /** The resource: the normal form without fields. */
  public TargetUri resource() {
    return withoutFields().normalForm();
  }

  /** Whether this is certainly its own {@link #resource}: no fields, no percent-encodings. */
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
