package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.http.NoVarySearch;
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

  /** The object, its list, and what there is for the shortest of directives. */
  private static final int DIRECTIVES = 96;

  /** Each directive is an object and two strings. */
  private static final int DIRECTIVE_CHARACTER = 12;

  private static final int NO_VARY_SEARCH = 512;

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
   */
  static int ofOwn(boolean hasLifetime, CacheControl directives, NoVarySearch noVarySearch) {
    int bytes = hasLifetime ? LIFETIME : 0;
    if (!directives.isEmpty()) {
      bytes += DIRECTIVES + DIRECTIVE_CHARACTER * directives.toString().length();
    }
    return noVarySearch.isDefault() ? bytes : bytes + NO_VARY_SEARCH;
  }
}
