package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entity tag (RFC 9110 §8.8.3).
 *
 * @param opaque the text between the quotes; of a tag sent without quotes, all of it
 * @param weak whether it is a weak validator
 * @param raw the tag as it was received
 */
public record EntityTag(String opaque, boolean weak, String raw) {

  /** Longer tags, which would have to be sent in conditional requests, are ignored. */
  private static final int MAX_CHARACTERS = 4 * 1024;

  /** Parses an ETag field; null if it is absent, empty or too long. */
  public static @Nullable EntityTag parse(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = DirectiveParser.trim(value);
    return text.isEmpty() || text.length() > MAX_CHARACTERS ? null : of(text);
  }

  /**
   * The members of an If-Match or If-None-Match field, except {@code *}. Tags without quotes, as
   * some clients send them, are accepted.
   */
  public static List<EntityTag> parseList(List<String> lines) {
    List<EntityTag> tags = new ArrayList<>();
    for (String line : lines) {
      int start = 0;
      while (start < line.length()) {
        int end = endOfMember(line, start);
        String member = DirectiveParser.trim(line.substring(start, end));
        if (!member.isEmpty() && !member.equals("*")) {
          tags.add(of(member));
        }
        start = end + 1;
      }
    }
    return tags;
  }

  /** Whether the field is {@code *}: any representation at all. */
  public static boolean isAny(List<String> lines) {
    return lines.size() == 1 && DirectiveParser.trim(lines.get(0)).equals("*");
  }

  /** The end of the member that begins at {@code start}: a comma within quotes is part of a tag. */
  private static int endOfMember(String line, int start) {
    boolean quoted = false;
    for (int i = start; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return line.length();
  }

  private static EntityTag of(String text) {
    boolean weak = text.regionMatches(true, 0, "W/", 0, 2);
    String tag = weak ? text.substring(2) : text;
    boolean quoted = tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
    return new EntityTag(quoted ? tag.substring(1, tag.length() - 1) : tag, weak, text);
  }

  /** The strong comparison (RFC 9110 §8.8.3.2): equal, and neither is weak. */
  public boolean matchesStrongly(EntityTag other) {
    return !weak && !other.weak && opaque.equals(other.opaque);
  }

  /** The weak comparison (RFC 9110 §8.8.3.2): equal, weak or not. */
  public boolean matchesWeakly(EntityTag other) {
    return opaque.equals(other.opaque);
  }

  /** The tag as it was received. */
  @Override
  public String toString() {
    return raw;
  }
}
