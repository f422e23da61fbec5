package io.cachingproxy.rfc9111;

import io.cachingproxy.http.FieldNames;
import io.cachingproxy.http.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The end-to-end fields of a message: all but those meant for one connection only (RFC 9110 §7.6.1,
 * RFC 9111 §3.1).
 */
public final class EndToEnd {

  /** Fields of one connection, even if Connection doesn't name them. */
  private static final FieldNames HOP_BY_HOP =
      FieldNames.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade",
          // Meant for this proxy (RFC 9110 §11.7), and excluded from storage by RFC 9111 §3.1.
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization");

  /** Fields that Connection can't remove, since the message would change its meaning. */
  private static final Set<String> NEVER_NAMED = Set.of("host", "content-length", "cache-control");

  private EndToEnd() {}

  /** Usually the only value of Connection; the field of that name is hop-by-hop anyway. */
  private static final String KEEP_ALIVE = "keep-alive";

  /**
   * A request as the cache sees it: without the fields that its Connection names, since the origin
   * answers without having seen them. Other hop-by-hop fields stay, though they are not forwarded.
   */
  public static Fields asTheOriginSees(Fields request) {
    List<String> connection = request.values("Connection");
    Set<String> named = namedBy(connection);
    if (named.isEmpty()) {
      return request;
    }
    return request.without(
        line -> {
          String name = line.name();
          return named.contains(name.toLowerCase(Locale.ROOT)) && !HOP_BY_HOP.contains(name);
        });
  }

  private static boolean isKeepAliveOnly(List<String> connection) {
    return connection.size() == 1 && connection.get(0).equalsIgnoreCase(KEEP_ALIVE);
  }

  /** The fields of a request that are forwarded to the origin. */
  public static Fields request(Fields fields) {
    return withoutHopByHop(fields);
  }

  /** The fields of a response that are forwarded to the client and stored. */
  public static Fields response(Fields fields) {
    return withoutHopByHop(fields);
  }

  private static Fields withoutHopByHop(Fields fields) {
    Set<String> named = namedBy(fields.values("Connection"));
    return fields.without(
        line -> {
          String name = line.name();
          return HOP_BY_HOP.contains(name)
              || (!named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT)));
        });
  }

  private static Set<String> namedBy(List<String> connection) {
    if (connection.isEmpty() || isKeepAliveOnly(connection)) {
      return Set.of();
    }
    Set<String> named = new HashSet<>();
    for (String line : connection) {
      for (String option : line.split(",", -1)) {
        named.add(option.strip().toLowerCase(Locale.ROOT));
      }
    }
    named.removeAll(NEVER_NAMED);
    return named;
  }
}
