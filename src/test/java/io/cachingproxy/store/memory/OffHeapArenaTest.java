package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.ArenaSegment.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Protects the promise that memory is never handed out twice and never lost. */
class OffHeapArenaTest {

  private static final int SEGMENT = 4 << 20;

  @Property(tries = 100)
  void extentsNeverOverlapAndAllFreeMemoryIsUsable(
      @ForAll @LongRange(min = BLOCK, max = 3L * SEGMENT + 12_345) long capacity,
      @ForAll @IntRange(min = 1, max = 14) int sizeBits,
      @ForAll long seed) {
    OffHeapArena arena = new OffHeapArena(capacity);
    int blocks = (int) (capacity / BLOCK);
    BitSet taken = new BitSet(blocks);
    List<Extents> held = new ArrayList<>();
    Random random = new Random(seed);
    for (int step = 0; step < 300; step++) {
      if (held.isEmpty() || random.nextInt(3) > 0) {
        int wanted = 1 + random.nextInt(1 << sizeBits);
        Extents extents = new Extents();
        boolean fits = wanted <= blocks - taken.cardinality();
        assertThat(arena.allocate(wanted, extents)).isEqualTo(fits);
        if (fits) {
          assertThat(extents.blocks()).isEqualTo(wanted);
          take(taken, extents, blocks);
          held.add(extents);
        }
      } else {
        Extents extents = held.remove(random.nextInt(held.size()));
        release(taken, extents);
        arena.giveBack(extents, extents.blocks());
      }
      assertThat(arena.used()).isEqualTo((long) taken.cardinality() * BLOCK);
      assertThat(arena.committed()).isBetween(arena.used(), capacity);
    }
    useTheVeryLastBlock(arena, blocks, taken, held);
    for (Extents extents : held) {
      arena.giveBack(extents, extents.blocks());
    }
    assertThat(arena.used()).isZero();
    assertThatAllIsJoinedAgain(arena, blocks);
  }

  private static void useTheVeryLastBlock(
      OffHeapArena arena, int blocks, BitSet taken, List<Extents> held) {
    int rest = blocks - taken.cardinality();
    Extents extents = new Extents();
    assertThat(arena.allocate(rest + 1, new Extents())).isFalse();
    assertThat(arena.allocate(rest, extents)).isTrue();
    take(taken, extents, blocks);
    assertThat(taken.cardinality()).isEqualTo(blocks);
    held.add(extents);
  }

  /** One extent for each segment proves that every free block was joined with its neighbours. */
  private static void assertThatAllIsJoinedAgain(OffHeapArena arena, int blocks) {
    int segmentBlocks = Math.min(SEGMENT / BLOCK, Integer.highestOneBit(blocks));
    for (int i = 0; i < blocks / segmentBlocks; i++) {
      Extents extents = new Extents();
      assertThat(arena.allocate(segmentBlocks, extents)).isTrue();
      assertThat(extents.size()).isEqualTo(1);
    }
  }

  private static void take(BitSet taken, Extents extents, int blocks) {
    for (int i = 0; i < extents.size(); i++) {
      int first = Extents.first(extents.get(i));
      int end = first + Extents.count(extents.get(i));
      assertThat(first).isNotNegative();
      assertThat(end).isLessThanOrEqualTo(blocks);
      assertThat(taken.get(first, end).isEmpty()).as("taken twice").isTrue();
      taken.set(first, end);
    }
  }

  private static void release(BitSet taken, Extents extents) {
    for (int i = 0; i < extents.size(); i++) {
      int first = Extents.first(extents.get(i));
      taken.clear(first, first + Extents.count(extents.get(i)));
    }
  }

  @Test
  void aBodyOfAnySizeLiesInOnePieceWhileThereIsRoom() {
    OffHeapArena arena = new OffHeapArena(64L << 20);
    for (int blocks : new int[] {1, 3, 5, 1200, 29, 4097, 16384, 13}) {
      Extents extents = new Extents();
      assertThat(arena.allocate(blocks, extents)).isTrue();
      assertThat(extents.size()).as("%s blocks", blocks).isEqualTo(1);
    }
  }

  @Test
  void memoryIsTakenOnlyWhenItIsNeeded() {
    OffHeapArena arena = new OffHeapArena(64L << 20);
    assertThat(arena.committed()).isZero();
    Extents extents = new Extents();
    arena.allocate(1, extents);
    assertThat(arena.committed()).isEqualTo(SEGMENT);
    arena.allocate(16384, extents);
    assertThat(arena.committed()).isEqualTo(2L * SEGMENT);
  }

  @Test
  void freeSegmentsAreGivenUpAboveTheAimButForOne() {
    OffHeapArena arena = new OffHeapArena(10L * SEGMENT);
    Extents kept = new Extents();
    arena.allocate(10, kept);
    Extents extents = new Extents();
    arena.allocate(9 * 16384, extents);
    assertThat(arena.committed()).isEqualTo(10L * SEGMENT);
    arena.aim(3L * SEGMENT);
    assertThat(arena.committed()).as("nothing to give up").isEqualTo(10L * SEGMENT);
    arena.giveBack(extents, extents.blocks());
    assertThat(arena.committed()).isBetween(3L * SEGMENT, 4L * SEGMENT - 1);
    assertThat(arena.allocate(9 * 16384, extents)).as("and taken again").isTrue();
    arena.giveBack(extents, extents.blocks());
    arena.aim(0);
    assertThat(arena.committed()).as("the one in use stays").isEqualTo(SEGMENT);
    arena.giveBack(kept, kept.blocks());
    assertThat(arena.committed()).isZero();
  }

  @Test
  void aLimitBelowOneBlockHoldsNothing() {
    OffHeapArena arena = new OffHeapArena(BLOCK - 1);
    assertThat(arena.allocate(1, new Extents())).isFalse();
  }

  @Test
  void capacitiesBeyondTheAddressesAreRefused() {
    assertThatThrownBy(() -> new OffHeapArena(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("capacity");
    assertThat(new OffHeapArena(500L << 30).committed()).isZero();
  }
}
