package io.cachingproxy.store;

import java.util.BitSet;

/** What content takes of a memory store. */
sealed interface ArenaUse permits ArenaBody, JoinedBody, PartialBody {

  /** The bytes it takes in the arena. */
  long allocated();

  /** The bytes it takes of the heap beyond the usual, estimated on the safe side. */
  long heapBytes();

  /** Whether all of it is in that space. */
  boolean isIn(BodySpace space);

  /** Those of {@link #allocated()} that others than the store hold, now. */
  long held();

  /** Whether any of it lies in one of those segments of the arena. */
  boolean touches(BitSet segments);

  static ArenaUse of(Stored stored) {
    if (stored instanceof PartialResponse partial) {
      return partial.body();
    }
    if (stored instanceof StoredResponse response && response.body() instanceof ArenaUse use) {
      return use;
    }
    throw new IllegalArgumentException("a body that doesn't come from this store");
  }
}
