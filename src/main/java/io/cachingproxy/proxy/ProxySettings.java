package io.cachingproxy.proxy;

import java.net.URI;
import java.time.Duration;

/**
 * What the proxy room needs to know of the operator's settings.
 *
 * @param origin scheme, host and optional port and path prefix of the origin
 * @param preserveHost whether the client's Host reaches the origin instead of the origin's own
 * @param connectTimeout how long a connection to the origin may take
 * @param firstByteTimeout how long the origin may take from the request to the first byte of its response
 * @param idleTimeout how long a connection under use may be silent, on either side
 * @param maxResponseHeaderBytes the largest response head taken from the origin, in bytes
 */
public record ProxySettings(
    URI origin,
    boolean preserveHost,
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration idleTimeout,
    int maxResponseHeaderBytes) {

  /** The origin's authority as a Host field carries it: lower case, without the scheme's default port. */
  String originAuthority() {
    return Targets.authority(origin.getScheme(), origin.getRawAuthority());
  }

  /** The path every request path is appended to; empty or starting with a slash, never ending with one. */
  String pathPrefix() {
    String path = origin.getRawPath();
    if (path == null) {
      return "";
    }
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
