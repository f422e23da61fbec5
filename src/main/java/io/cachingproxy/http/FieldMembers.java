package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.List;

/** Splits field values at a separator, but not within quoted strings (RFC 9110 §5.6.1, §5.6.4). */
public final class FieldMembers {

  private FieldMembers() {}

  /** Splits a value; the parts are trimmed, and may be empty. */
  public static List<String> split(String value, char separator) {
    List<String> members = new ArrayList<>(4);
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == separator && !quoted) {
        members.add(value.substring(start, i).strip());
        start = i + 1;
      }
    }
    members.add(value.substring(start).strip());
    return members;
  }

  /** The members of all lines of a list field, without empty ones. */
  public static List<String> of(List<String> lines) {
    List<String> members = new ArrayList<>(4);
    for (String line : lines) {
      for (String member : split(line, ',')) {
        if (!member.isEmpty()) {
          members.add(member);
        }
      }
    }
    return members;
  }
}
