package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Site;
import io.cachingproxy.http.TargetUri;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Maps what a client asked for to the target URI at the origin (RFC 9110 §7.1), path and query byte
 * for byte. Non-ASCII bytes, which are not allowed in a URI but sent by clients, are
 * percent-encoded (RFC 3987 §3.1). Immutable and thread-safe.
 */
public final class Targets {

  /** The attribute with the requested path, where it differs from the request's. */
  public static final String EXACT_PATH = "io.cachingproxy.proxy.exact-path";

  private static final String HEX = "0123456789ABCDEF";
  private static final char UNDECODABLE = '\uFFFD';

  private final String scheme;
  private final String authority;
  private final String pathPrefix;
  private final boolean preserveHost;

  Targets(ProxySettings settings) {
    this.scheme = settings.origin().scheme();
    this.authority = settings.origin().authority();
    this.pathPrefix = settings.origin().pathPrefix();
    this.preserveHost = settings.origin().preserveHost();
  }

  /**
   * The target URI as the origin sees it; null if the request target can't be decoded or is no
   * path.
   *
   * @param site the site that the client asked for
   * @param fields the fields that are part of the cache key, as one text; null if there are none
   */
  @Nullable TargetUri at(HttpServletRequest request, Site site, @Nullable String fields) {
    String path = path(request);
    String query = request.getQueryString();
    String asciiPath = path == null ? null : ascii(path);
    String asciiQuery = query == null ? null : ascii(query);
    if (asciiPath == null || (query != null && asciiQuery == null)) {
      return null;
    }
    String atOrigin = preserveHost && !site.authority().isEmpty() ? site.authority() : authority;
    return new TargetUri(scheme, atOrigin, asciiPath, asciiQuery, told(atOrigin, site), fields);
  }

  /** What {@link ForwardedFields} says of the site, where it differs from the target itself. */
  private @Nullable String told(String atOrigin, Site site) {
    boolean said = atOrigin.equals(site.authority()) && scheme.equals(site.scheme());
    return said ? null : site.toString();
  }

  /** The path at the origin; null if the request target is no path. */
  private @Nullable String path(HttpServletRequest request) {
    if ("*".equals(request.getAttribute(EXACT_PATH))) {
      return "*";
    }
    String path = request.getRequestURI();
    String contextPath = request.getContextPath();
    if (!contextPath.isEmpty() && path.startsWith(contextPath)) {
      path = path.length() == contextPath.length() ? "/" : path.substring(contextPath.length());
    }
    if (!path.startsWith("/")) {
      return null;
    }
    return pathPrefix.isEmpty() ? path : pathPrefix + path;
  }

  /** The origin's root: the target of a request whose own is unknown. */
  TargetUri root() {
    return new TargetUri(scheme, authority, pathPrefix + "/", null);
  }

  /**
   * The text with all non-ASCII characters percent-encoded as UTF-8; null if some of it could not
   * be decoded.
   */
  private static @Nullable String ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7F) {
        return text.indexOf(UNDECODABLE) >= 0 ? null : encoded(text);
      }
    }
    return text;
  }

  private static String encoded(String text) {
    StringBuilder ascii = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet >= 0) {
        ascii.append((char) octet);
      } else {
        ascii.append('%').append(HEX.charAt(octet >> 4 & 0xF)).append(HEX.charAt(octet & 0xF));
      }
    }
    return ascii.toString();
  }
}
