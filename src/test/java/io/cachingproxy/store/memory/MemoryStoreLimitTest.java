package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.Responses.key;
import static io.cachingproxy.store.memory.Responses.put;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects the limit: never exceeded, and well used whatever sizes bodies have. */
class MemoryStoreLimitTest {

  private final Removals removals = new Removals();

  /** Puts bodies of new keys until twice the limit went in. */
  private static int fill(MemoryStore store, int firstKey, int least, int most) {
    long limit = store.usage().limit();
    Random random = new Random(firstKey);
    int number = firstKey;
    for (long sum = 0; sum < 2 * limit; number++) {
      int length = least + random.nextInt(most - least + 1);
      assertThat(put(store, key(number), "a", length)).isTrue();
      sum += length + 1000;
    }
    return number;
  }

  /**
   * Asks for the same keys again and again and puts what isn't found, looking at the sums each
   * time.
   *
   * @return the share of the last round that was found, in percent
   */
  private static long requests(
      MemoryStore store, int rounds, int firstKey, int count, int least, int most) {
    Random random = new Random(firstKey);
    int hits = 0;
    for (int round = 0; round < rounds; round++) {
      hits = 0;
      for (int i = firstKey; i < firstKey + count; i++) {
        if (!store.find(key(i)).join().isEmpty()) {
          hits++;
          continue;
        }
        int length = least + random.nextInt(most - least + 1);
        assertThat(put(store, key(i), "a", length, i % 2 == 0)).isTrue();
        long limit = store.usage().limit();
        assertThat(store.usage().bytes() + store.inFlightBytes()).isLessThanOrEqualTo(limit);
        assertThat(store.committedBytes()).isLessThanOrEqualTo(limit);
      }
    }
    hitable(store, firstKey, firstKey + count);
    return 100L * hits / count;
  }

  /** The content bytes that can be hit, each checked. */
  private static long hitable(MemoryStore store, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      for (StoredResponse response : store.find(key(i)).join()) {
        Responses.assertWhole(response);
        sum += response.body().length();
      }
    }
    return sum;
  }

  @Test
  void bodiesOfChangingSizesKeepToTheLimitAndUseItWell() {
    long limit = 16 << 20;
    MemoryStore store = new MemoryStore(limit, limit / 4, removals);
    // What was popular before stays for a while: so more rounds each time. Memory set apart for a
    // class of sizes would keep the others out for ever.
    assertThat(requests(store, 2, 0, 5000, 1000, 1024)).as("1 KB each").isGreaterThan(90);
    assertThat(requests(store, 12, 10_000, 40, 300_000, 300_000)).as("300 KB").isGreaterThan(50);
    assertThat(store.usage().bytes()).isGreaterThan(limit * 85 / 100);
    assertThat(requests(store, 20, 20_000, 1400, 7_000, 7_168)).as("7 KB").isGreaterThan(50);
    assertThat(store.usage().bytes()).isGreaterThan(limit * 85 / 100);
    store.clear();
    assertThat(store.inFlightBytes()).isZero();
    assertThat(put(store, key(1), "a", (int) (limit / 4))).isTrue();
    assertThat(hitable(store, 1, 2)).as("and one large").isEqualTo(limit / 4);
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 255, 256, 4096, 65_536, 100_001, 1_000_000, 5_000_000})
  void smallLimitsWorkAsFarAsTheyGo(long limit) {
    MemoryStore store = new MemoryStore(limit, limit, removals);
    for (int i = 0; i < 100; i++) {
      put(store, key(i), "a", (int) (i * limit / 100));
      assertThat(store.usage().bytes() + store.inFlightBytes()).isLessThanOrEqualTo(limit);
    }
    if (limit >= 65_536) {
      store.clear();
      int half = (int) (limit / 2);
      put(store, key(1), "a", half);
      assertThat(hitable(store, 1, 2)).as("half of the limit in one body").isEqualTo(half);
    }
    store.close();
    assertThat(store.inFlightBytes()).isZero();
    assertThat(store.committedBytes()).isZero();
  }

  @Test
  void memoryOfBodiesIsGivenUpWhenHeadsNeedIt() {
    long limit = 16 << 20;
    MemoryStore store = new MemoryStore(limit, limit / 4, removals);
    int a = fill(store, 0, 300_000, 300_000);
    assertThat(store.committedBytes()).isGreaterThan(limit * 90 / 100);
    int b = fill(store, a, 1, 200);
    long bodies = hitable(store, a, b);
    assertThat(bodies).as("mostly heads").isLessThan(limit / 5);
    assertThat(store.committedBytes()).isLessThan(limit * 60 / 100);
    store.close();
  }

  @Test
  void aStoreThatTheJvmGivesTooLittleKeepsToWhatItGot() {
    AtomicInteger segments = new AtomicInteger();
    OffHeapArena arena =
        new OffHeapArena(
            64 << 20,
            bytes -> {
              if (segments.incrementAndGet() > 2) {
                throw new OutOfMemoryError("as the JVM would");
              }
              return ByteBuffer.allocateDirect(bytes);
            });
    MemoryStore store = new MemoryStore(64 << 20, 1 << 20, removals, arena, () -> 0);
    for (int i = 0; i < 500; i++) {
      assertThat(put(store, key(i), "a", 100_000)).isTrue();
    }
    assertThat(segments).as("it asks no more than once in vain").hasValue(3);
    assertThat(store.usage().limit()).isEqualTo(8 << 20);
    assertThat(store.usage().bytes()).isBetween(6L << 20, 8L << 20);
    assertThat(hitable(store, 0, 500)).isGreaterThan(6 << 20);
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @Test
  void aFailedAllocationDoesNotLowerTheLimitForGood() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger most = new AtomicInteger(2);
    OffHeapArena arena =
        new OffHeapArena(
            64 << 20,
            bytes -> {
              if (asked.incrementAndGet() > most.get()) {
                throw new OutOfMemoryError("as the JVM would");
              }
              return ByteBuffer.allocateDirect(bytes);
            });
    AtomicLong nanos = new AtomicLong();
    MemoryStore store = new MemoryStore(64 << 20, 1 << 20, removals, arena, nanos::get);
    for (int i = 0; i < 200; i++) {
      assertThat(put(store, key(i), "a", 100_000)).isTrue();
      store.compact();
    }
    assertThat(store.usage().limit()).isEqualTo(8 << 20);
    assertThat(store.allocationFailures()).isEqualTo(1);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
    store.compact();
    store.compact();
    assertThat(store.allocationFailures()).as("asked once a minute, in vain").isEqualTo(2);
    assertThat(store.usage().limit()).isEqualTo(8 << 20);

    most.set(Integer.MAX_VALUE);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
    store.compact();
    assertThat(store.usage().limit()).isEqualTo(64 << 20);
    for (int i = 0; i < 500; i++) {
      assertThat(put(store, key(i), "a", 100_000)).isTrue();
    }
    assertThat(hitable(store, 0, 500)).isEqualTo(500 * 100_000);
    assertThat(store.allocationFailures()).isEqualTo(2);
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  private static List<StoredResponse> read(MemoryStore store, int count, int length) {
    List<StoredResponse> read = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      assertThat(put(store, key(i), "a", length)).isTrue();
      StoredResponse response = store.find(key(i)).join().get(0);
      assertThat(response.tryRetain()).isTrue();
      read.add(response);
    }
    return read;
  }

  /** The parts that a reader holds have been put together with others since (RFC 9111 §3.4). */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersOfPartsThatHaveGrownHoldThemStill(boolean whole) {
    MemoryStore store = new MemoryStore(16 << 20, 4 << 20, removals);
    int length = 4 << 20;
    int first = length - 1000;
    List<PartialResponse> read = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      PartialResponse before = part(store, key(i), new ByteRange(0, first - 1), length);
      store.put(before);
      assertThat(before.tryRetain()).isTrue();
      read.add(before);
      ByteRange rest = new ByteRange(first, whole ? length - 1 : length - 2);
      PartialResponse added = part(store, key(i), rest, length);
      PartialBody joined = requireNonNull(before.body().joinedWith(added.body()));
      added.release();
      Stored after =
          whole
              ? new StoredResponse(key(i), before.head(), joined.complete(), 1)
              : new PartialResponse(key(i), before.head(), joined, 1);
      assertThat(store.extend(before, after)).isTrue();
    }
    for (int i = 10; i < 300; i++) {
      put(store, key(i), "a", 100_000);
      assertThat(store.onlyReadBytes()).as("%d", i).isLessThanOrEqualTo(4 << 20);
    }
    read.forEach(PartialResponse::release);
    store.clear();
    assertThat(store.inFlightBytes()).isZero();
    store.close();
  }

  private static PartialResponse part(
      MemoryStore store, CacheKey key, ByteRange range, int completeLength) {
    BodyWriter writer = requireNonNull(store.newPart(range.length(), completeLength));
    assertThat(writer.append(ByteBuffer.allocate((int) range.length()))).isTrue();
    PartialBody body = PartialBody.of(range, completeLength, writer.complete());
    return new PartialResponse(key, Responses.head("a"), body, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersOfLargeBodiesDoNotStopAllStoring(boolean removed) {
    MemoryStore store = new MemoryStore(16 << 20, 4 << 20, removals);
    List<StoredResponse> read = read(store, 3, 4 << 20);
    if (removed) {
      read.forEach(response -> store.remove(response.key()));
    }
    for (int i = 10; i < 300; i++) {
      assertThat(put(store, key(i), "a", 100_000)).as("%d", i).isTrue();
      assertThat(store.find(key(i)).join()).hasSize(1);
    }
    assertThat(store.onlyReadBytes()).isEqualTo(removed ? 12 << 20 : 4 << 20);
    assertThat(store.shortages() > 0).as("what is only read is too much").isEqualTo(removed);
    read.forEach(Responses::assertWhole);
    read.forEach(StoredResponse::release);
    assertThat(store.onlyReadBytes()).isZero();
    for (int i = 300; i < 600; i++) {
      assertThat(put(store, key(i), "a", 100_000)).isTrue();
    }
    store.clear();
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @Test
  void whatIsReadAndFillsTheMemoryIsAShortage() {
    MemoryStore store = new MemoryStore(16 << 20, 4 << 20, removals);
    List<StoredResponse> read = read(store, 3, 4 << 20);
    assertThat(put(store, key(10), "a", 3 << 20)).isTrue();
    StoredResponse last = store.find(key(10)).join().get(0);
    assertThat(last.tryRetain()).isTrue();
    assertThat(store.shortages()).isZero();
    assertThat(put(store, key(11), "a", 2 << 20)).isFalse();
    assertThat(store.shortages()).isPositive();
    read.forEach(StoredResponse::release);
    last.release();
    assertThat(put(store, key(11), "a", 2 << 20)).isTrue();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @Test
  void aStoreThatTheJvmGivesNothingStoresNothing() {
    OffHeapArena arena =
        new OffHeapArena(
            64 << 20,
            bytes -> {
              throw new OutOfMemoryError("as the JVM would");
            });
    MemoryStore store = new MemoryStore(64 << 20, 1 << 20, removals, arena, () -> 0);
    assertThat(store.newBody(1000)).isNull();
    assertThat(put(store, key(1), "a", 1000, false)).isFalse();
    assertThat(store.inFlightBytes()).isZero();
    store.close();
  }

  @Test
  void aStoreLeavesDirectMemoryForSockets() {
    assertThat(DirectMemory.maximum()).isBetween(1L << 20, 1L << 50);
    assertThat(DirectMemory.usable()).isBetween(1L, DirectMemory.maximum() - (1 << 20));
    MemoryStore store = new MemoryStore(DirectMemory.maximum(), 1 << 20, removals);
    assertThat(store.usage().limit()).isEqualTo(DirectMemory.usable());
    store.close();
  }
}
