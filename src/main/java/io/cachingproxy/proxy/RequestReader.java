package io.cachingproxy.proxy;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.Site;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.ClientRequest.Refusal;
import io.cachingproxy.rfc9111.EndToEnd;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of clients, none of which is trusted: what can be understood in two ways is
 * refused, what the cache key doesn't hold is left out ({@link UnkeyedFields}), and the site is
 * written in one way only, in the key and in what the origin is told. Immutable and thread-safe.
 */
final class RequestReader {

  private static final Refusal BAD_HOST =
      new Refusal(400, "bad-host", "the request names no valid host, or more than one");
  private static final Refusal BAD_TARGET =
      new Refusal(400, "bad-target", "the request target is no path, or neither ASCII nor UTF-8");
  private static final Refusal TOO_MANY_FIELDS =
      new Refusal(431, "too-many-fields", "the request has too many fields");
  private static final Refusal UNKNOWN_CODING =
      new Refusal(501, "transfer-coding", "unknown transfer coding");
  private static final Refusal OLD_CODING =
      new Refusal(400, "transfer-coding", "HTTP/1.0 has no transfer codings");

  private final Targets targets;
  private final UnkeyedFields unkeyed;
  private final boolean passesNone;
  private final int maxFields;

  RequestReader(ProxySettings settings) {
    this.targets = new Targets(settings);
    this.passesNone = settings.requests().passedFields().isEmpty();
    this.unkeyed = new UnkeyedFields(settings.requests().passedFields());
    this.maxFields = settings.requests().maxFields();
  }

  ClientRequest read(HttpServletRequest request) {
    Site site = siteOf(request);
    Fields fields = fieldsOf(request, site);
    if (fields == null) {
      return refused(request, TOO_MANY_FIELDS);
    }
    if (site == null) {
      return refused(request, BAD_HOST);
    }
    TargetUri target = targets.at(request, site, passesNone ? "" : passedIn(fields));
    if (target == null) {
      return refused(request, BAD_TARGET);
    }
    return new ClientRequest(
        new RequestHead(request.getMethod(), target, fields), refusalOfCoding(request));
  }

  private ClientRequest refused(HttpServletRequest request, Refusal refusal) {
    return new ClientRequest(
        new RequestHead(request.getMethod(), targets.root(), Fields.empty()), refusal);
  }

  /**
   * The site that the request is for; null if that can't be told.
   *
   * <p>RFC 9112 §3.2: "A server MUST respond with a 400 … to any HTTP/1.1 request message that
   * lacks a Host header field and to any request message that contains more than one Host header
   * field line or a Host header field with an invalid field value". RFC 9112 §3.2.2: of an absolute
   * form, its host counts, and Host is replaced; the container knows that, and tells the name that
   * counts.
   */
  private static @Nullable Site siteOf(HttpServletRequest request) {
    Enumeration<String> hosts = request.getHeaders("Host");
    String name = request.getServerName();
    if (hosts.hasMoreElements()) {
      String host = hosts.nextElement();
      if (hosts.hasMoreElements() || host == null || name == null || !isHost(host, name)) {
        return null;
      }
    } else if (request.getProtocol().startsWith("HTTP/1.")) {
      return request.getProtocol().equals("HTTP/1.0") ? Site.unnamed(request.getScheme()) : null;
    }
    return name == null ? null : Site.of(request.getScheme(), name, request.getServerPort());
  }

  /**
   * Whether a Host field can be a host and a port.
   *
   * @param name the host that counts, which is looked at anyway: almost always that of the field
   */
  private static boolean isHost(String host, String name) {
    int end = name.length();
    boolean isThatName = host.startsWith(name) && (host.length() == end || host.charAt(end) == ':');
    if (!isThatName) {
      int colon = host.lastIndexOf(':');
      end = colon > host.lastIndexOf(']') ? colon : host.length();
      if (Site.of("http", host.substring(0, end), 0) == null) {
        return false;
      }
    }
    for (int i = end + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * The fields as the rules and the origin are to see them; null if there are too many of them.
   *
   * @param site what becomes of Host
   */
  private @Nullable Fields fieldsOf(HttpServletRequest request, @Nullable Site site) {
    Fields.Builder fields = Fields.builder();
    if (site != null && !site.authority().isEmpty()) {
      fields.add("Host", site.authority());
    }
    // First of all the names: to look for the lines of each takes time that grows with the square.
    List<String> names = Collections.list(request.getHeaderNames());
    if (names.size() > maxFields) {
      return null;
    }
    int lines = 0;
    for (String name : names) {
      boolean isKept = !name.equalsIgnoreCase("Host") && !unkeyed.contains(name);
      for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
        String value = values.nextElement();
        if (++lines > maxFields) {
          return null;
        }
        if (isKept) {
          fields.add(name, value == null ? "" : value);
        }
      }
    }
    return EndToEnd.asTheOriginSees(fields.build());
  }

  /** The lines of the fields that the operator has passed on, for the cache key. */
  private String passedIn(Fields fields) {
    StringBuilder text = new StringBuilder();
    for (Field line : fields) {
      if (unkeyed.isPassed(line.name())) {
        text.append(text.isEmpty() ? "" : " ").append(line.name().toLowerCase(Locale.ROOT));
        text.append("=\"");
        text.append(line.value().replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
    }
    return text.toString();
  }

  /**
   * RFC 9112 §6.1: a transfer coding that can't be undone is answered with 501, and chunked alone
   * can; in HTTP/1.0 any is "as if the framing is faulty".
   */
  private static @Nullable Refusal refusalOfCoding(HttpServletRequest request) {
    String coding = request.getHeader("Transfer-Encoding");
    if (coding == null) {
      return null;
    }
    if (request.getProtocol().equals("HTTP/1.0")) {
      return OLD_CODING;
    }
    return coding.strip().equalsIgnoreCase("chunked") ? null : UNKNOWN_CODING;
  }
}
