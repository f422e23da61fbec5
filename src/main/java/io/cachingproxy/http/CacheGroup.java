package io.cachingproxy.http;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A group of stored responses (RFC 9875 §2.1): "two responses … are considered to belong to the
 * same group when all of the following are true: they both contain a Cache-Groups response header
 * field that contains the same string (in any position), when compared character by character; they
 * both share the same URI origin".
 *
 * @param origin scheme and authority
 * @param name the string
 */
public record CacheGroup(String origin, String name) implements Comparable<CacheGroup> {

  private static final Comparator<CacheGroup> ORDER =
      Comparator.comparing(CacheGroup::origin).thenComparing(CacheGroup::name);

  /** An order, by which hash maps search many groups with equal hash codes in logarithmic time. */
  @Override
  public int compareTo(CacheGroup other) {
    return ORDER.compare(this, other);
  }

  /** The groups of these names at the origin of a target. No names cost nothing. */
  public static Set<CacheGroup> at(TargetUri target, Set<String> names) {
    if (names.isEmpty()) {
      return Set.of();
    }
    String origin = target.scheme() + "://" + target.authority();
    Set<CacheGroup> groups = new LinkedHashSet<>();
    for (String name : names) {
      groups.add(new CacheGroup(origin, name));
    }
    return Set.copyOf(groups);
  }
}
