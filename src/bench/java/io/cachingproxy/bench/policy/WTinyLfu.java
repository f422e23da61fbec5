package io.cachingproxy.bench.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** W-TinyLFU as Caffeine has it, by weight. */
final class WTinyLfu implements Simulated {

  /** Caffeine's weights are whole numbers below 2^31. */
  private static final int UNIT = 64;

  private final Cache<Integer, Long> cache;

  WTinyLfu(long memory) {
    this.cache =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(memory / UNIT)
            .weigher((Integer number, Long weight) -> (int) ((weight + UNIT - 1) / UNIT))
            .build();
  }

  @Override
  public boolean request(int number, long weight) {
    if (cache.getIfPresent(number) != null) {
      return true;
    }
    cache.put(number, weight);
    return false;
  }
}
