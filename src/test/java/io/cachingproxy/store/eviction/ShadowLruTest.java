package io.cachingproxy.store.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Protects the comparison with LRU, by which the policy keeps its balance. */
class ShadowLruTest {

  private final ShadowLru lru = new ShadowLru();

  /** Asks for random ones of so many keys, of which the policy has those below {@code had}. */
  private double aheadAfter(int requests, int keys, int had, long weight) {
    Random random = new Random(1);
    double ahead = Double.NaN;
    for (int i = 0; i < requests; i++) {
      int key = random.nextInt(keys);
      lru.asked(Balance.mix(key), weight, key < had);
      double news = lru.ahead();
      ahead = Double.isNaN(news) ? ahead : news;
    }
    return ahead;
  }

  @Test
  void nothingIsSaidBeforeMemoryIsFull() {
    lru.limit(1_000_000);
    assertThat(aheadAfter(10_000, 900, 0, 1000)).isNaN();
  }

  @Test
  void aPolicyThatHitsAsManyBytesIsNotAhead() {
    lru.limit(500_000);
    assertThat(aheadAfter(50_000, 1000, 500, 1000)).isBetween(-0.05, 0.05);
  }

  @Test
  void theDifferenceIsThatOfTheHitBytes() {
    lru.limit(500_000);
    assertThat(aheadAfter(50_000, 1000, 800, 1000)).isBetween(0.25, 0.35);
    assertThat(aheadAfter(50_000, 1000, 100, 1000)).isBetween(-0.45, -0.35);
  }

  @Test
  void ofManyKeysASampleIsEnough() {
    lru.limit(50_000_000);
    assertThat(aheadAfter(1_000_000, 100_000, 50_000, 1000)).isBetween(-0.05, 0.05);
    assertThat(lru.sampled()).as("a sixteenth or so").isBetween(-2_080_000_000, -1_600_000_000);
  }
}
