package io.cachingproxy.admin;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Classifies addresses and Host values without using DNS. */
final class Hosts {

  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern PORT = Pattern.compile(":\\d*$");
  private static final String IPV4_MAPPED = "::ffff:";

  private Hosts() {}

  /**
   * Whether a connection from this IP address comes from this machine: 127.0.0.0/8, ::1, and their
   * mapped form. False for null, as with a Unix domain socket.
   */
  static boolean isLoopback(@Nullable String address) {
    if (address == null) {
      return false;
    }
    String ip = withoutZone(withoutBrackets(address)).toLowerCase(Locale.ROOT);
    if (ip.startsWith(IPV4_MAPPED)) {
      ip = ip.substring(IPV4_MAPPED.length());
    }
    return ip.equals("::1")
        || ip.equals("0:0:0:0:0:0:0:1")
        || (IPV4.matcher(ip).matches() && ip.startsWith("127."));
  }

  /**
   * Whether a Host value is {@code localhost} or an IP address, and so can't be a name in an
   * attacker's DNS. A page of another site whose name resolves to 127.0.0.1 sends that name as
   * Host.
   */
  static boolean isUnspoofable(String authority) {
    String host = PORT.matcher(authority).replaceFirst("");
    if (host.startsWith("[") && host.endsWith("]")) {
      return IPV6.matcher(withoutZone(withoutBrackets(host))).matches();
    }
    return host.equalsIgnoreCase("localhost") || IPV4.matcher(host).matches();
  }

  /**
   * Whether an Origin (RFC 6454 §6.1) is the site that a request with this Host was sent to.
   * Schemes aren't compared: a TLS terminator in front may have changed ours.
   */
  static boolean isSameSite(String origin, String authority) {
    int end = origin.indexOf("://");
    if (end < 0) {
      return false; // "null", or nonsense
    }
    String scheme = origin.substring(0, end).toLowerCase(Locale.ROOT);
    String theirs = origin.substring(end + "://".length());
    return withoutDefaultPort(theirs, scheme).equals(withoutDefaultPort(authority, scheme));
  }

  private static String withoutDefaultPort(String authority, String scheme) {
    String lower = authority.toLowerCase(Locale.ROOT);
    String port = scheme.equals("https") ? ":443" : ":80";
    return lower.endsWith(port) && !lower.endsWith(":" + port)
        ? lower.substring(0, lower.length() - port.length())
        : lower;
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static String withoutZone(String ip) {
    int percent = ip.indexOf('%');
    return percent < 0 ? ip : ip.substring(0, percent);
  }
}
