package io.cachingproxy.proxy;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The fields in which an intermediary says that it was there: {@code Via} (RFC 9110 §7.6.3), {@code
 * Forwarded} (RFC 7239) and the older {@code X-Forwarded-*}. What an untrusted client sent in the
 * last two is replaced, never appended to (see {@link UnkeyedFields}).
 */
final class ForwardedFields {

  /**
   * The name this proxy goes by in {@code Via} of responses, {@code Cache-Status} and {@code
   * Proxy-Status}: whichever of several has answered, the response is the same. In requests each
   * has its own, see {@link Pseudonym}.
   */
  static final String PSEUDONYM = "caching-proxy";

  /** {@code Via} of what is answered without another hop. */
  static final String VIA = "1.1 " + PSEUDONYM;

  private ForwardedFields() {}

  /**
   * Our own, for the requests to the origin that a client's request leads to. What they say of the
   * site is what the cache key says of it, see {@link Targets}.
   *
   * @param head the request as {@link ClientRequest} has read it: its Host is the site's,
   *     normalised
   */
  static Fields of(HttpServletRequest request, RequestHead head, Pseudonym pseudonym) {
    Fields.Builder fields = Fields.builder();
    String client = request.getRemoteAddr();
    String scheme = request.getScheme();
    String host = head.fields().first("Host");
    fields.add("Via", version(request.getProtocol()) + " " + pseudonym);
    fields.add("X-Forwarded-For", client);
    fields.add("X-Forwarded-Proto", scheme);
    StringBuilder forwarded = new StringBuilder(64).append("for=").append(node(client));
    if (host != null) {
      fields.add("X-Forwarded-Host", host);
      forwarded.append(";host=").append(quoted(host));
    }
    return fields.add("Forwarded", forwarded.append(";proto=").append(scheme).toString()).build();
  }

  /**
   * {@code 1.1} of {@code HTTP/1.1}: the protocol name is left out where it is HTTP (RFC 9110
   * §7.6.3).
   */
  static String version(String protocol) {
    return protocol.startsWith("HTTP/") ? protocol.substring("HTTP/".length()) : protocol;
  }

  /** An address as RFC 7239 §6 writes it: an IPv6 address in brackets and quotes. */
  private static String node(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    return address.startsWith("[") ? quoted(address) : quoted("[" + address + "]");
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
