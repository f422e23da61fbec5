package io.cachingproxy.store;

import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.Field;

/**
 * What a stored response takes of the heap, in bytes, estimated on the safe side for a 64-bit JVM
 * with compressed references. A pure function of what is immutable, so that the estimate made when
 * a response is stored is the same when it leaves.
 */
final class HeapCost {

  /** All costs are multiples of this, so that the index can count in it. */
  static final int UNIT = 64;

  /**
   * The index's node, hash table and list for a key, the response, its body's object, and what the
   * rules parsed out of the head.
   */
  private static final long FIXED = 960;

  /** A field: the object, its place in a list, and two strings without their characters. */
  private static final long FIELD = 24 + 4 + 2 * 40;

  private static final long STRING = 40;

  /** A selecting field: its name and a value of usual length, as parts of two lists. */
  private static final long SELECTING = 2 * 4 + 2 * STRING + 64;

  /** A group: the object, its place in a set, and its name. */
  private static final long GROUP = 24 + 2 * 4 + STRING;

  private HeapCost() {}

  /** The cost of a response, whole or in parts, without the bytes in the arena. */
  static long of(Stored response) {
    // The index may hold another instance of the key than the response.
    long bytes = FIXED + STRING + 2L * response.key().uri().length();
    for (Field field : response.head().fields()) {
      bytes += FIELD + field.name().length() + field.value().length();
    }
    for (String name : response.head().selecting().names()) {
      bytes += SELECTING + name.length();
    }
    for (CacheGroup group : response.head().groups()) {
      bytes += GROUP + group.name().length();
    }
    bytes += ArenaUse.of(response).heapBytes();
    return (bytes + UNIT - 1) / UNIT * UNIT;
  }
}
