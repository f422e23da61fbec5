package io.cachingproxy.proxy;

import io.cachingproxy.http.TargetUri;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;

/**
 * Maps what a client asked for to the target URI at the origin (RFC 9110 §7.1), path and query byte
 * for byte. Immutable and thread-safe.
 */
final class Targets {

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

  /** The target URI as the origin sees it. */
  TargetUri at(HttpServletRequest request) {
    String path = request.getRequestURI();
    String contextPath = request.getContextPath();
    if (!contextPath.isEmpty() && path.startsWith(contextPath)) {
      path = path.substring(contextPath.length());
    }
    if (!path.startsWith("/") && !path.equals("*")) {
      path = "/" + path;
    }
    if (!pathPrefix.isEmpty()) {
      path = path.equals("*") ? path : pathPrefix + path;
    }
    return new TargetUri(scheme, hostAtOrigin(request), path, request.getQueryString());
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
