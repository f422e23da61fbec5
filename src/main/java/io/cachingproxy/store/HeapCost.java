package io.cachingproxy.store;

/**
 * What a stored response takes of the heap, in bytes, estimated on the safe side for a 64-bit JVM
 * with compressed references. A pure function of what is immutable, so that the estimate made when
 * a response is stored is the same when it leaves.
 */
final class HeapCost {

  /** The JVM aligns objects to this. */
  private static final int UNIT = 8;

  /** The index's node and its place in the table, the variants, and the policy's place. */
  private static final long INDEX = 32 + 8 + 48 + 24;

  /** The response and its body. */
  private static final long RESPONSE = 32 + 40;

  /** The key and its string, without the characters. */
  private static final long KEY = 16 + 24 + 24;

  private HeapCost() {}

  /** The cost of a response, whole or in parts, without the bytes in the arena. */
  static long of(Stored response) {
    // The index may hold another instance of the key than the response.
    long bytes = INDEX + RESPONSE + KEY + 2L * response.key().uri().length();
    bytes += response.head().heapBytes() + ArenaUse.of(response).heapBytes();
    return (bytes + UNIT - 1) / UNIT * UNIT;
  }
}
