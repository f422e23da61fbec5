package io.cachingproxy.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The groups that a response belongs to, or invalidates (RFC 9875). Groups are case-sensitive
 * strings, and valid within one origin only.
 */
public final class CacheGroups {

  /** How many groups of one response are used; the RFC asks for at least 32. */
  private static final int MAX_GROUPS = 64;

  /** Longer ones are ignored, to bound the memory for them. */
  private static final int MAX_LENGTH = 256;

  private CacheGroups() {}

  /** The groups a response belongs to: its Cache-Groups field (RFC 9875 §2). */
  public static Set<String> of(Fields response) {
    return strings(response.values("Cache-Groups"));
  }

  /**
   * The groups that a response to an unsafe method invalidates: its Cache-Group-Invalidation field
   * (RFC 9875 §3).
   */
  public static Set<String> invalidatedBy(Fields response) {
    return strings(response.values("Cache-Group-Invalidation"));
  }

  /** The members of a structured list of strings; none if it is anything else. */
  private static Set<String> strings(List<String> lines) {
    List<StructuredFields.Member> members = lines.isEmpty() ? null : StructuredFields.list(lines);
    if (members == null) {
      return Set.of();
    }
    Set<String> groups = new LinkedHashSet<>();
    for (StructuredFields.Member member : members) {
      if (!(member instanceof StructuredFields.Item item)
          || !(item.value() instanceof StructuredValue.StringValue group)) {
        return Set.of();
      }
      if (groups.size() < MAX_GROUPS && group.value().length() <= MAX_LENGTH) {
        groups.add(group.value());
      }
    }
    return groups;
  }
}
