package io.cachingproxy.store.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Protects what is known of entries that left. */
class HistoryTest {

  private final History history = new History();

  @Test
  void usesAreRecalledOnce() {
    history.remember(Balance.mix(1), 5, 100);
    assertThat(history.recall(Balance.mix(2), 100)).isZero();
    assertThat(history.recall(Balance.mix(1), 100)).isEqualTo(5);
    assertThat(history.recall(Balance.mix(1), 100)).isZero();
  }

  @Test
  void theLastUsesCount() {
    history.remember(Balance.mix(1), 5, 100);
    history.remember(Balance.mix(1), 7, 100);
    assertThat(history.recall(Balance.mix(1), 100)).isEqualTo(7);
  }

  @Test
  void mostOfAsManyAsStayAreKnownAndTheRestIsForgotten() {
    int size = 50_000;
    for (int key = 0; key < 10 * size; key++) {
      history.remember(Balance.mix(key), 3, size);
    }
    int known = 0;
    for (int key = 0; key < 9 * size; key++) {
      known += history.recall(Balance.mix(key), size) == 0 ? 0 : 1;
    }
    assertThat(known).as("too old").isLessThan(size / 100);
    for (int key = 9 * size; key < 10 * size; key++) {
      known += history.recall(Balance.mix(key), size) == 0 ? 0 : 1;
    }
    assertThat(known).isGreaterThan(size * 80 / 100);
  }

  @Test
  void growingKeepsWhatIsKnown() {
    for (int key = 0; key < 50; key++) {
      history.remember(Balance.mix(key), 3, 100);
    }
    history.remember(Balance.mix(1000), 4, 100_000);
    int known = 0;
    for (int key = 0; key < 50; key++) {
      known += history.recall(Balance.mix(key), 100_000);
    }
    assertThat(known).isGreaterThan(130);
  }
}
