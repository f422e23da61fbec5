package io.cachingproxy.proxy.tunnel;

import io.cachingproxy.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that a client offers to switch to, if the origin supports one of them (RFC 9110
 * §7.8).
 *
 * <p>Upgrade is hop-by-hop, and may be ignored. Ignored are protocols that concern only this
 * connection: another version of HTTP, TLS. The whole field is ignored where it has no meaning, or
 * where the end of the request may be unclear: with content, with an expectation, in HTTP/1.0 and
 * HTTP/2.
 *
 * @param protocols as the client wrote them, in its order of preference
 */
public record Upgrade(List<String> protocols) {

  private static final Set<String> IGNORED = Set.of("h2c", "http", "shttp", "tls");

  public Upgrade {
    protocols = List.copyOf(protocols);
  }

  /**
   * The upgrade that a request asks for.
   *
   * @param version the protocol of the request, {@code HTTP/1.1} for example
   * @param fields all its fields, Connection among them
   * @return null if there is none, or it is ignored
   */
  public static @Nullable Upgrade askedFor(String version, Fields fields, boolean hasContent) {
    if (!fields.contains("Upgrade")
        || !version.equals("HTTP/1.1")
        || hasContent
        || fields.contains("Transfer-Encoding")
        || fields.contains("Expect")
        || !names(fields, "Connection").contains("upgrade")) {
      return null;
    }
    List<String> protocols = new ArrayList<>();
    for (String protocol : members(fields, "Upgrade")) {
      if (!IGNORED.contains(nameOf(protocol))) {
        protocols.add(protocol);
      }
    }
    return protocols.isEmpty() ? null : new Upgrade(protocols);
  }

  public boolean isToWebSocket() {
    return protocols.stream().anyMatch(each -> nameOf(each).equals("websocket"));
  }

  /** The fields that ask the origin for the upgrade. */
  public Fields asked() {
    return Fields.of("Connection", "Upgrade", "Upgrade", String.join(", ", protocols));
  }

  /**
   * Whether a 101 with these fields is a valid answer: "A server MUST NOT switch to a protocol that
   * was not indicated by the client in the corresponding request's Upgrade header field."
   */
  public boolean isAnsweredBy(Fields response) {
    List<String> chosen = members(response, "Upgrade");
    List<String> asked = protocols.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    return !chosen.isEmpty()
        && chosen.stream().allMatch(each -> asked.contains(each.toLowerCase(Locale.ROOT)));
  }

  private static String nameOf(String protocol) {
    int slash = protocol.indexOf('/');
    return (slash < 0 ? protocol : protocol.substring(0, slash)).toLowerCase(Locale.ROOT);
  }

  private static List<String> names(Fields fields, String list) {
    return members(fields, list).stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
  }

  private static List<String> members(Fields fields, String name) {
    List<String> members = new ArrayList<>();
    for (String line : fields.values(name)) {
      for (String member : line.split(",", -1)) {
        if (!member.isBlank()) {
          members.add(member.strip());
        }
      }
    }
    return members;
  }
}
