package io.cachingproxy.testing;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a stream of requests by the letter of RFC 9112, and stops at the first thing that another
 * reader might take otherwise: what a proxy may have understood at most. Empty lines between
 * requests are nothing, also those that end with a line feed alone (RFC 9112 §2.2).
 */
public final class StrictRequests {

  private static final Pattern REQUEST_LINE =
      Pattern.compile("[\r\n]*[!#$%&'*+.^_`|~0-9A-Za-z-]+ (/[!-~]*) HTTP/(1\\.[01])\r\n");
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~]*?)[ \t]*\r\n");
  private static final Pattern CHUNK_SIZE =
      Pattern.compile(
          "([0-9A-Fa-f]{1,15})(?:[ \t]*;[ \t]*[a-z]+(?:=(?:[a-z]+|\"[a-z ]*\"))?)*\r\n");

  private final String bytes;
  private int at;

  private StrictRequests(String bytes) {
    this.bytes = bytes;
  }

  /** The targets of the requests in these ISO-8859-1 characters. */
  public static Set<String> targetsIn(String bytes) {
    Set<String> targets = new LinkedHashSet<>();
    StrictRequests reader = new StrictRequests(bytes);
    boolean more = true;
    while (more) {
      more = reader.next(targets);
    }
    return targets;
  }

  private boolean next(Set<String> targets) {
    Matcher line = match(REQUEST_LINE);
    if (line == null) {
      return false;
    }
    String length = null;
    String coding = null;
    int hosts = 0;
    for (Matcher field = match(FIELD); field != null; field = match(FIELD)) {
      String value = field.group(2);
      switch (field.group(1).toLowerCase(java.util.Locale.ROOT)) {
        case "content-length" -> {
          if (length != null || !value.matches("[0-9]{1,18}")) {
            return false;
          }
          length = value;
        }
        case "transfer-encoding" -> {
          if (coding != null || !value.equalsIgnoreCase("chunked")) {
            return false;
          }
          coding = value;
        }
        case "host" -> hosts++;
        default -> {}
      }
    }
    boolean ambiguous =
        hosts > 1
            || (coding != null && (length != null || line.group(2).equals("1.0")))
            || !bytes.startsWith("\r\n", at);
    if (ambiguous) {
      return false;
    }
    at += 2;
    targets.add(line.group(1));
    return coding != null ? chunks() : skip(length == null ? 0 : Long.parseLong(length));
  }

  private boolean chunks() {
    while (true) {
      Matcher size = match(CHUNK_SIZE);
      if (size == null) {
        return false;
      }
      long length = Long.parseLong(size.group(1), 16);
      if (length == 0) {
        break;
      }
      if (!skip(length) || !bytes.startsWith("\r\n", at)) {
        return false;
      }
      at += 2;
    }
    while (match(FIELD) != null) {
      // A trailer field.
    }
    boolean ended = bytes.startsWith("\r\n", at);
    at += 2;
    return ended;
  }

  private boolean skip(long length) {
    if (length > bytes.length() - at) {
      return false;
    }
    at += (int) length;
    return true;
  }

  private @org.jspecify.annotations.Nullable Matcher match(Pattern pattern) {
    Matcher matcher = pattern.matcher(bytes).region(at, bytes.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher;
  }
}
