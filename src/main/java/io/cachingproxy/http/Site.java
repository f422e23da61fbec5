package io.cachingproxy.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The site that a client asked for: the scheme and authority of its target URI (RFC 9110 §7.1),
 * normalised. Immutable and thread-safe.
 */
public final class Site {

  /** The longest DNS name (RFC 1035 §2.3.4); addresses are shorter. */
  private static final int LONGEST_NAME = 255;

  private final String scheme;
  private final String authority;
  private final String text;

  private Site(String scheme, String authority) {
    this.scheme = scheme;
    this.authority = authority;
    this.text = scheme + "://" + authority;
  }

  /** The site of a request without a host; null for a scheme that is neither http nor https. */
  public static @Nullable Site unnamed(String scheme) {
    return defaultPort(scheme) == 0 ? null : new Site(scheme, "");
  }

  /**
   * The site of that name.
   *
   * @param scheme in lower case
   * @param name a host name, an IPv4 address or an IPv6 address in brackets, as it was sent
   * @param port its port; 0 or less if none was given
   * @return null if it is invalid: another scheme, userinfo, a list, a port out of range, invalid
   *     characters
   */
  public static @Nullable Site of(String scheme, String name, int port) {
    int defaultPort = defaultPort(scheme);
    String host = defaultPort == 0 || port > 65535 ? null : host(name);
    if (host == null) {
      return null;
    }
    return new Site(scheme, port <= 0 || port == defaultPort ? host : host + ":" + port);
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "http" -> 80;
      case "https" -> 443;
      default -> 0;
    };
  }

  private static @Nullable String host(String name) {
    int length = name.length();
    if (length == 0 || length > LONGEST_NAME) {
      return null;
    }
    if (name.charAt(0) == '[') {
      return isAddressInBrackets(name) ? name.toLowerCase(Locale.ROOT) : null;
    }
    int end = name.charAt(length - 1) == '.' ? length - 1 : length;
    return isName(name, end) ? name.substring(0, end).toLowerCase(Locale.ROOT) : null;
  }

  /** Labels of letters, digits, dashes and underscores, none of them empty. */
  private static boolean isName(String name, int end) {
    boolean labelIsEmpty = true;
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (c == '.') {
        if (labelIsEmpty) {
          return false;
        }
        labelIsEmpty = true;
      } else if (isLetterOrDigit(c) || c == '-' || c == '_') {
        labelIsEmpty = false;
      } else {
        return false;
      }
    }
    return !labelIsEmpty;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Whether it may be an IPv6 address; zones are invalid, since they are local to one machine. */
  private static boolean isAddressInBrackets(String name) {
    int last = name.length() - 1;
    if (last < 3 || name.charAt(last) != ']') {
      return false;
    }
    for (int i = 1; i < last; i++) {
      char c = name.charAt(i);
      if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
        return false;
      }
    }
    return true;
  }

  /** {@code http} or {@code https}, lower case. */
  public String scheme() {
    return scheme;
  }

  /**
   * Host and port, normalised: lower case, without the final dot of a fully qualified name, without
   * an empty port or the scheme's default port. Empty if the client named no host, as HTTP/1.0
   * allows.
   */
  public String authority() {
    return authority;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Site that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As the beginning of a URI. */
  @Override
  public String toString() {
    return text;
  }
}
