package io.cachingproxy.http;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One member of a Cache-Status field (RFC 9211): how one cache handled one request.
 *
 * @param cache the name of the cache, a token
 * @param hit whether the request was satisfied without going forward
 * @param forward why it went forward, a token of §2.2; null if it did not
 * @param forwardStatus the status the next hop answered with; 0 to leave it out
 * @param ttl the remaining freshness lifetime in seconds
 * @param stored whether the response was stored
 * @param collapsed whether the request was collapsed with others
 * @param key the cache key; null to leave it out
 * @param detail more, a token or any text; null to leave it out
 */
public record CacheStatus(
    String cache,
    boolean hit,
    @Nullable String forward,
    int forwardStatus,
    OptionalLong ttl,
    boolean stored,
    boolean collapsed,
    @Nullable String key,
    @Nullable String detail) {

  /** The member as a structured item with its parameters. */
  public String print() {
    StringBuilder out = new StringBuilder(64).append(cache);
    if (hit) {
      out.append("; hit");
    } else if (forward != null) {
      out.append("; fwd=").append(forward);
    }
    if (forwardStatus > 0) {
      out.append("; fwd-status=").append(forwardStatus);
    }
    if (ttl.isPresent()) {
      out.append("; ttl=").append(ttl.getAsLong());
    }
    if (stored) {
      out.append("; stored");
    }
    if (collapsed) {
      out.append("; collapsed");
    }
    if (key != null) {
      appendString(out.append("; key="), key);
    }
    if (detail != null) {
      if (isToken(detail)) {
        out.append("; detail=").append(detail);
      } else {
        appendString(out.append("; detail="), detail);
      }
    }
    return out.toString();
  }

  /** A token of RFC 9651 begins with a letter or an asterisk. */
  private static boolean isToken(String text) {
    return Tokens.isToken(text) && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '*');
  }

  /** A structured string may contain printable ASCII only: anything else is percent-encoded. */
  private static void appendString(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", c & 0xff));
      }
    }
    out.append('"');
  }
}
