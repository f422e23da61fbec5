package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The fields by which an intermediary announces itself: {@code Via} (RFC 9110 §7.6.3), {@code
 * Forwarded} (RFC 7239) and the older {@code X-Forwarded-*}. What an untrusted client sent in the
 * last two is replaced, never appended to (see {@link UnkeyedFields}).
 */
public final class ForwardedFields {

  private ForwardedFields() {}

  /**
   * Our own fields, for the requests to the origin that a client's request causes. They name the
   * same site as the cache key, see {@link Targets}.
   *
   * @param head the request as {@link RequestReader} has read it: its Host is the normalised site
   */
  public static Fields of(HttpServletRequest request, RequestHead head, Pseudonym pseudonym) {
    Fields.Builder fields = Fields.builder();
    String client = request.getRemoteAddr();
    String scheme = request.getScheme();
    String host = head.fields().first("Host");
    fields.add("Via", Via.version(request.getProtocol()) + " " + pseudonym);
    fields.add("X-Forwarded-For", client);
    fields.add("X-Forwarded-Proto", scheme);
    StringBuilder forwarded = new StringBuilder(64).append("for=").append(node(client));
    if (host != null) {
      fields.add("X-Forwarded-Host", host);
      forwarded.append(";host=").append(quoted(host));
    }
    return fields.add("Forwarded", forwarded.append(";proto=").append(scheme).toString()).build();
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
