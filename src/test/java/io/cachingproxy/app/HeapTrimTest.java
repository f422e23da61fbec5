package io.cachingproxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Protects the balance of heap and bodies: collected when it gains much, and not in vain. */
final class HeapTrimTest {

  private static final long MB = 1 << 20;

  private long bodies;
  private long heads;
  private long heap = 64 * MB;
  private long heapAfterCollection = 64 * MB;
  private long millis;
  private int collections;

  private final HeapTrim trim =
      new HeapTrim(
          new HeapTrim.Memory(() -> 600 * MB, () -> bodies, () -> heads, () -> heap),
          () -> {
            collections++;
            heap = heapAfterCollection;
          },
          () -> millis);

  private int collectionsWithin(int seconds) {
    int before = collections;
    for (int i = 0; i < 10 * seconds; i++) {
      trim.trim();
      millis += 100;
    }
    return collections - before;
  }

  @Test
  void aHeapThatHeadsFillIsLeftAlone() {
    bodies = 150 * MB;
    heads = 450 * MB;
    heap = 600 * MB;
    assertThat(collectionsWithin(60)).isZero();
  }

  @Test
  void aLargeHeapIsLeftAloneWhileThereIsRoomForIt() {
    bodies = 100 * MB;
    heap = 500 * MB;
    assertThat(collectionsWithin(60)).isZero();
  }

  @Test
  void whatHeadsHaveLeftBehindIsCollectedWhenBodiesNeedIt() {
    bodies = 500 * MB;
    heads = 50 * MB;
    heap = 500 * MB;
    assertThat(collectionsWithin(60)).isOne();
    heap = 500 * MB;
    assertThat(collectionsWithin(60)).as("and again when it has grown again").isOne();
  }

  @Test
  void aHeapThatDoesNotShrinkIsTriedMoreAndMoreRarely() {
    bodies = 600 * MB;
    heap = 2000 * MB;
    heapAfterCollection = heap;
    assertThat(collectionsWithin(60)).isLessThanOrEqualTo(6);
    assertThat(collectionsWithin(3600)).isLessThanOrEqualTo(16);
  }

  @Test
  void aHeapThatIsMuchTooSmallForTheMemoryIsToldWithTheFlagThatHelps() {
    long mb = 1 << 20;
    assertThat(HeapTrim.warning(1024 * mb, 64 * mb)).contains("64 MB").contains("-Xmx1152m");
    for (long memory : new long[] {1, 64 * mb, 256 * mb, 1024 * mb, 100_000 * mb}) {
      long launchers = Math.min(128 * mb + memory, 31_744 * mb);
      // The JVM tells a little less than it was given.
      assertThat(HeapTrim.warning(memory, launchers - 5 * mb)).isNull();
    }
  }
}
