package io.cachingproxy.proxy;

import io.cachingproxy.http.TargetUri;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Maps what a client asked for to the target URI at the origin (RFC 9110 §7.1), path and query byte
 * for byte. Bytes outside ASCII, which no URI holds but clients send, are percent-encoded on the
 * way (RFC 3987 §3.1). Immutable and thread-safe.
 */
final class Targets {

  /** The attribute with the path that was asked for, where it isn't that of the request. */
  static final String EXACT_PATH = "io.cachingproxy.proxy.exact-path";

  private static final char UNDECODABLE = '\uFFFD';

  private final String scheme;
  private final String authority;
  private final String pathPrefix;
  private final boolean preserveHost;

  Targets(ProxySettings settings) {
    this.scheme = settings.scheme();
    this.authority = settings.authority();
    this.pathPrefix = settings.pathPrefix();
    this.preserveHost = settings.preserveHost();
  }

  /** The target URI as the origin sees it; null if what was asked for is no text at all. */
  @Nullable TargetUri at(HttpServletRequest request) {
    String path = ascii(path(request));
    String query = request.getQueryString();
    String asciiQuery = query == null ? null : ascii(query);
    if (path == null || (query != null && asciiQuery == null)) {
      return null;
    }
    return new TargetUri(scheme, hostAtOrigin(request), path, asciiQuery);
  }

  private String path(HttpServletRequest request) {
    if ("*".equals(request.getAttribute(EXACT_PATH))) {
      return "*";
    }
    String path = request.getRequestURI();
    String contextPath = request.getContextPath();
    if (!contextPath.isEmpty() && path.startsWith(contextPath)) {
      path = path.substring(contextPath.length());
    }
    String slash = path.startsWith("/") ? "" : "/";
    return pathPrefix.isEmpty() && slash.isEmpty() ? path : pathPrefix + slash + path;
  }

  /** The origin's root: the target of a request whose own can't be told. */
  TargetUri root() {
    return new TargetUri(scheme, authority, pathPrefix + "/", null);
  }

  private String hostAtOrigin(HttpServletRequest request) {
    if (preserveHost) {
      String host = request.getHeader("Host");
      if (host != null && !host.isEmpty()) {
        return authority(scheme, host);
      }
    }
    return authority;
  }

  /**
   * The text with everything outside ASCII percent-encoded as UTF-8; null if some of it could not
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
        ascii.append('%').append(String.format("%02X", octet & 0xFF));
      }
    }
    return ascii.toString();
  }

  /** An authority in lower case, without the scheme's default port (RFC 9110 §4.2.3). */
  private static String authority(String scheme, String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    String defaultPort = scheme.equals("https") ? ":443" : ":80";
    if (lower.endsWith(defaultPort)) {
      return lower.substring(0, lower.length() - defaultPort.length());
    }
    return lower.endsWith(":") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
