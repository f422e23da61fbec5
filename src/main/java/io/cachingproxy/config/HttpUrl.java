package io.cachingproxy.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The base URL of a server: absolute, {@code http} or {@code https}, without query, fragment or
 * userinfo. It isn't a {@link java.net.URI} because that rejects hosts with an underscore, which
 * are common in container networks.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a registered name or IPv4 address in lower case, or an IPv6 address in brackets
 * @param port the port, the scheme's default if the URL has none
 * @param path the prefix of every path: empty, or starting and not ending with a slash; as it was
 *     written
 */
public record HttpUrl(String scheme, String host, int port, String path) {

  /** Long enough for any origin, and short enough for the pattern's recursion. */
  private static final int MAX_LENGTH = 1024;

  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>https?)://"
              + "(?<host>[a-z0-9_][a-z0-9_-]*(?:\\.[a-z0-9_-]+)*\\.?|\\[[0-9a-f:.]+])"
              + "(?::(?<port>[0-9]{1,5}))?"
              + "(?<path>(?:/(?:[a-z0-9._~!$&'()*+,;=:@-]|%[0-9a-f]{2})*)*)",
          Pattern.CASE_INSENSITIVE);

  /** Parses a URL; null if it is invalid. */
  static @Nullable HttpUrl parse(String text) {
    Matcher matcher = URL.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches()) {
      return null;
    }
    String host = matcher.group("host").toLowerCase(Locale.ROOT);
    if (host.startsWith("[") && !isAddress(host)) {
      return null;
    }
    String scheme = matcher.group("scheme").toLowerCase(Locale.ROOT);
    String port = matcher.group("port");
    int number = port == null ? defaultPort(scheme) : Integer.parseInt(port);
    if (number < 1 || number > 65535) {
      return null;
    }
    return new HttpUrl(scheme, host, number, withoutTrailingSlashes(matcher.group("path")));
  }

  /** Host and, unless it is the scheme's default, port: the value of a Host field. */
  public String authority() {
    return port == defaultPort(scheme) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority() + path;
  }

  /** Brackets make it a literal: no look-up happens. */
  private static boolean isAddress(String bracketed) {
    try {
      return InetAddress.getByName(bracketed) instanceof Inet6Address;
    } catch (UnknownHostException notAnAddress) {
      return false;
    }
  }

  private static int defaultPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }

  private static String withoutTrailingSlashes(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }
}
