package io.cachingproxy.store.memory;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.rfc9111.SelectingFields;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.Stored;

/**
 * Estimates how many bytes of the heap a stored response takes, as an upper bound for a 64-bit JVM
 * with compressed references. A pure function of immutable data, so that the estimate is the same
 * when a response is stored and when it is removed.
 *
 * <p>Objects that heads share are counted with the first head only.
 */
final class HeapCost {

  /** The JVM aligns objects to this. */
  private static final int UNIT = 8;

  /** A node of the index and its table slot, the variants, and the policy's slot. */
  private static final long INDEX = 32 + 8 + 48 + 24;

  /** The response and its body. */
  private static final long RESPONSE = 32 + 40;

  /** The key and its string, without the characters. */
  private static final long KEY = 24 + 24 + 24;

  /** A part: its object, its range, its body, and their slots in lists. */
  private static final long PART = 160;

  /** The head, its block of fields, and that block's array without the bytes. */
  private static final long HEAD = 88 + 24 + 24;

  /** A group: the object, its slot in a set, and its name without the characters. */
  private static final long GROUP = 24 + 2 * 8 + 48;

  private static final long LIFETIME = 24;

  /** The object and its list. */
  private static final long DIRECTIVES = 96;

  /** A directive, or a field named by one: an object or a slot in a set, and two strings. */
  private static final long DIRECTIVE = 128;

  /** A No-Vary-Search rule, and each of its names: a slot in a set and a string. */
  private static final long RULE = 256;

  private static final long RULE_CHARACTER = 24;

  /** Selecting fields: the object, their list, and each value with four strings. */
  private static final long SELECTING = 24;

  private static final long SELECTING_LIST = 40;
  private static final long SELECTING_VALUE = 32 + 8 + 4 * 48;

  private HeapCost() {}

  /** The cost of a response, complete or in parts, without its bytes in the arena. */
  static long of(Stored response) {
    // The index may hold another instance of the key than the response.
    long bytes = INDEX + RESPONSE + KEY + 2L * response.key().text().length();
    bytes += of(response.head()) + ofContent(response);
    return (bytes + UNIT - 1) / UNIT * UNIT;
  }

  private static long ofContent(Stored response) {
    PartialBody parts = ArenaUse.parts(response);
    long bytes = 0;
    for (Body body : ArenaUse.bodies(response)) {
      bytes += ArenaUse.arenaBody(body).heapBytes() + (parts == null ? 0 : PART);
    }
    return bytes;
  }

  /** The cost of a head. */
  static long of(StoredHead head) {
    long bytes = HEAD + head.fields().length() + of(head.selecting());
    for (CacheGroup group : head.groups()) {
      bytes += GROUP + group.name().length();
    }
    if (head.ownsFreshness()) {
      bytes += LIFETIME;
    }
    if (head.ownsCacheControl()) {
      bytes += of(head.cacheControl());
    }
    if (!head.noVarySearch().isDefault()) {
      for (String line : head.fields().values("No-Vary-Search")) {
        bytes += line.length() * RULE_CHARACTER;
      }
      bytes += RULE;
    }
    return bytes;
  }

  private static long of(SelectingFields selecting) {
    if (selecting.count() == 0) {
      return 0;
    }
    long values = SELECTING_LIST + selecting.count() * SELECTING_VALUE + selecting.characters();
    return SELECTING + (selecting.ownsValues() ? values : 0);
  }

  private static long of(CacheControl directives) {
    if (directives.isEmpty()) {
      return 0;
    }
    String text = directives.toString();
    long items = 1 + text.chars().filter(c -> c == ',').count();
    return DIRECTIVES + items * DIRECTIVE + 2L * text.length();
  }
}
