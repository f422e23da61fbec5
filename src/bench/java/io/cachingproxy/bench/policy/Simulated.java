package io.cachingproxy.bench.policy;

/** A cache of numbered responses that a trace is played to. Single-threaded. */
interface Simulated {

  /**
   * Asks for a response, and stores it if it wasn't there.
   *
   * @param weight the bytes it takes of the memory, overhead included
   * @return whether it was there
   */
  boolean request(int number, long weight);

  /** Makes a cache with so much memory for responses numbered up to {@code count}. */
  @FunctionalInterface
  interface Maker {
    Simulated make(long memory, int count);
  }
}
