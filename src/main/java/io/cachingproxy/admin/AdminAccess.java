package io.cachingproxy.admin;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may change things: clients on this machine and clients with the token, but never a
 * page of another site in a browser. Immutable.
 *
 * <p>"On this machine" refers to the address of the connection. Forwarding fields never widen
 * access, since anybody can send them; they narrow it, because behind a proxy on this machine every
 * client has a loopback address. But a proxy need not add such fields. So where clients and
 * operators share a port, local requests can't be told from those through such a proxy, and only
 * the token counts ({@link Trust#TOKEN}).
 */
public final class AdminAccess {

  private static final String BEARER = "Bearer ";
  private static final List<String> FORWARDING_FIELDS =
      List.of(
          "Forwarded",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Real-IP",
          "Via");

  /** Who is trusted. */
  public enum Trust {
    /** Clients on this machine and clients with the token: for a separate port. */
    THIS_MACHINE,
    /** Clients with the token, nobody if there is none: for the clients' port. */
    TOKEN
  }

  private final byte @Nullable [] token;
  private final Trust trust;

  /**
   * Creates the rules.
   *
   * @param token the admin token, or null if there is none
   * @throws IllegalArgumentException if the token is empty or contains anything but visible ASCII,
   *     so that it could not be sent
   */
  public AdminAccess(@Nullable String token, Trust trust) {
    if (token != null && !isSendable(token)) {
      throw new IllegalArgumentException("the admin token must be visible ASCII characters");
    }
    this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
    this.trust = trust;
  }

  static boolean isSendable(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  Access of(HttpServletRequest request) {
    if (isCrossSite(request)) {
      return Access.CROSS_SITE;
    }
    if (hasToken(request)) {
      return Access.ALLOWED;
    }
    if (trust == Trust.TOKEN) {
      return token == null ? Access.OFF : Access.NO_TOKEN;
    }
    if (!Hosts.isLoopback(request.getRemoteAddr())) {
      return Access.NOT_LOCAL;
    }
    if (FORWARDING_FIELDS.stream().anyMatch(name -> request.getHeader(name) != null)) {
      return Access.FORWARDED;
    }
    return Hosts.isUnspoofable(authority(request)) ? Access.ALLOWED : Access.FOREIGN_HOST;
  }

  /** Uses what browsers send (Fetch Metadata; RFC 6454 §7). Other clients send neither field. */
  private static boolean isCrossSite(HttpServletRequest request) {
    for (String site : values(request, "Sec-Fetch-Site")) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        return true;
      }
    }
    for (String origin : values(request, "Origin")) {
      if (!Hosts.isSameSite(origin, authority(request))) {
        return true;
      }
    }
    return false;
  }

  /** RFC 6750 §2.1. Compared in constant time. */
  private boolean hasToken(HttpServletRequest request) {
    String credentials = request.getHeader("Authorization");
    if (token == null
        || credentials == null
        || !credentials.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return false;
    }
    String given = credentials.substring(BEARER.length()).trim();
    return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
  }

  private static String authority(HttpServletRequest request) {
    String host = request.getHeader("Host");
    return host != null ? host : request.getServerName() + ":" + request.getServerPort();
  }

  private static List<String> values(HttpServletRequest request, String name) {
    Enumeration<String> values = request.getHeaders(name);
    return values == null ? List.of() : Collections.list(values);
  }
}
