package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.FieldBlock;
import java.util.Set;

/**
 * What a {@link StoredHead} takes of the heap, in bytes, on a 64-bit JVM with compressed
 * references, estimated on the safe side.
 */
final class HeadCost {

  /** The head, its block of fields, and that block's array without its bytes. */
  private static final long FIXED = 88 + 24 + 24;

  /** A group: the object, its place in a set, and its name without the characters. */
  private static final long GROUP = 24 + 2 * 8 + 48;

  private static final int LIFETIME = 24;

  /** The object and its list. */
  private static final int DIRECTIVES = 96;

  /** A directive, or a field that one names: an object or a place in a set, and two strings. */
  private static final int DIRECTIVE = 128;

  /** A rule, and each of its names: a place in a set and a string. */
  private static final int RULE = 256;

  private static final int RULE_CHARACTER = 24;

  private HeadCost() {}

  static long of(FieldBlock fields, SelectingFields selecting, Set<CacheGroup> groups) {
    long bytes = FIXED + fields.length() + selecting.heapBytes();
    for (CacheGroup group : groups) {
      bytes += GROUP + group.name().length();
    }
    return bytes;
  }

  /**
   * The cost of what may be shared.
   *
   * @param hasLifetime whether the lifetime is this head's own
   * @param directives those that are this head's own
   * @param noVarySearch the length of that field, 0 if it says nothing
   */
  static int ofOwn(boolean hasLifetime, CacheControl directives, int noVarySearch) {
    int bytes = hasLifetime ? LIFETIME : 0;
    if (!directives.isEmpty()) {
      String text = directives.toString();
      int items = 1 + (int) text.chars().filter(c -> c == ',').count();
      bytes += DIRECTIVES + items * DIRECTIVE + 2 * text.length();
    }
    return noVarySearch == 0 ? bytes : bytes + RULE + noVarySearch * RULE_CHARACTER;
  }
}
