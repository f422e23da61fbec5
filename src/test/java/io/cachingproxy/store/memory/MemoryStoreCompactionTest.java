package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.ArenaSegment.BLOCK;
import static io.cachingproxy.store.memory.Responses.assertWhole;
import static io.cachingproxy.store.memory.Responses.key;
import static io.cachingproxy.store.memory.Responses.put;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Protects the truth of the limit over changing sizes: what bodies lie in outside the heap and what
 * heads take of it stay within the limit together, however the bodies are scattered.
 */
class MemoryStoreCompactionTest {

  private static final long LIMIT = 32 << 20;
  private static final long SEGMENT = 4 << 20;

  private final MemoryStore store = new MemoryStore(LIMIT, LIMIT / 4, new Removals());

  private long taken() {
    return store.committedBytes() + store.headBytes();
  }

  private void compactWhollyAndCheck() {
    // Some segments at a time.
    for (int i = 0; i < LIMIT / SEGMENT; i++) {
      store.compact();
    }
    assertThat(taken()).isLessThanOrEqualTo(LIMIT + 2 * SEGMENT);
  }

  @Test
  void headsGetTheMemoryOverWhichFewBodiesAreScattered() {
    scatter(300, 100_000);
    assertThat(taken()).as("what lies scattered holds memory").isGreaterThan(LIMIT + 2 * SEGMENT);

    compactWhollyAndCheck();
    int found = 0;
    for (int i = 0; i < 300; i += 5) {
      for (StoredResponse response : store.find(key(i)).join()) {
        assertWhole(response);
        found++;
      }
    }
    assertThat(found).as("moved, not lost").isEqualTo(60);
    store.close();
    assertThat(store.committedBytes()).isZero();
    assertThat(store.inFlightBytes()).isZero();
  }

  /** Scatters bodies over the arena, a fifth of those that were put, and has heads need it. */
  private void scatter(int count, int length) {
    for (int i = 0; i < count; i++) {
      put(store, key(i), "a", length);
    }
    for (int i = 0; i < count; i++) {
      if (i % 5 != 0) {
        store.remove(key(i));
      }
    }
    for (int i = 0; i < 25_000; i++) {
      put(store, key(100_000 + i), "a", 1);
    }
  }

  private static boolean wasMoved(MemoryStore store, Stored before) {
    return store.find(before.key()).join().stream()
        .noneMatch(now -> ArenaUse.isSameContent(now, before));
  }

  @Test
  void anEntryThatWasMovedAfterItsLookUpIsStillTheOne() {
    scatter(2900, 10_000);
    List<StoredResponse> lookedUp = new ArrayList<>();
    for (int i = 0; i < 2900; i++) {
      lookedUp.addAll(store.find(key(i)).join());
    }
    compactWhollyAndCheck();
    List<StoredResponse> moved =
        lookedUp.stream().filter(before -> wasMoved(store, before)).limit(20).toList();
    assertThat(moved).hasSize(20);
    for (StoredResponse before : moved.subList(0, 10)) {
      store.remove(before);
      assertThat(store.find(before.key()).join()).isEmpty();
    }
    for (StoredResponse before : moved.subList(10, 20)) {
      assertThat(store.replace(before, before.withHead(Responses.head("a"), 7))).isTrue();
      StoredResponse freshened = store.find(before.key()).join().get(0);
      assertThat(freshened.stamp()).isEqualTo(7);
      assertWhole(freshened);
      assertThat(store.replace(before, before.withHead(Responses.head("a"), 8)))
          .as("another response by now")
          .isFalse();
    }
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @Test
  void partsAreMovedAsWellAndExtendedAfterThat() {
    int half = 50_000;
    for (int i = 0; i < 300; i++) {
      byte[] content = Responses.content(key(i), "a", 2 * half);
      BodyWriter writer = requireNonNull(store.newPart(half, 2 * half));
      writer.append(ByteBuffer.wrap(content, 0, half));
      ByteRange range = new ByteRange(0, half - 1);
      PartialBody part = PartialBody.of(range, 2 * half, writer.complete());
      store.put(new PartialResponse(key(i), Responses.head("a"), part, 0));
      put(store, key(i + 300), "a", half);
    }
    List<PartialResponse> lookedUp = new ArrayList<>();
    for (int i = 0; i < 300; i += 5) {
      lookedUp.addAll(store.findPartial(key(i)).join());
    }
    for (int i = 0; i < 600; i++) {
      if (i >= 300 || i % 5 != 0) {
        store.remove(key(i));
      }
    }
    for (int i = 1000; i < 19_000; i++) {
      put(store, key(i), "a", 1);
    }
    assertThat(taken()).as("what lies scattered holds memory").isGreaterThan(LIMIT + 2 * SEGMENT);
    compactWhollyAndCheck();
    PartialResponse before = lookedUp.get(lookedUp.size() - 1);
    PartialResponse now = store.findPartial(before.key()).join().get(0);
    assertThat(now.body()).as("moved").isNotSameAs(before.body());

    byte[] content = Responses.content(before.key(), "a", 2 * half);
    BodyWriter writer = requireNonNull(store.newPart(half, 2 * half));
    writer.append(ByteBuffer.wrap(content, half, half));
    ByteRange range = new ByteRange(half, 2 * half - 1);
    PartialBody added = PartialBody.of(range, 2 * half, writer.complete());
    PartialBody joined = requireNonNull(now.body().joinedWith(added));
    added.release();
    StoredResponse whole =
        new StoredResponse(before.key(), Responses.head("a"), joined.complete(), 0);
    assertThat(store.extend(before, whole)).isTrue();
    assertWhole(store.find(before.key()).join().get(0));
    store.close();
    assertThat(store.committedBytes()).isZero();
    assertThat(store.inFlightBytes()).isZero();
  }

  @Test
  void theIndexIsNotLookedThroughAgainAndAgainForWhatIsNotInIt() {
    OffHeapArena arena = new OffHeapArena(8 * SEGMENT);
    Extents arriving = new Extents();
    assertThat(arena.allocate(6 * SEGMENT / BLOCK, arriving)).isTrue();
    // All but a little of each segment is free again: six segments that nobody can empty.
    for (int i = 0; i < arriving.size(); i++) {
      arena.free(Extents.pack(Extents.first(arriving.get(i)), Extents.count(arriving.get(i)) - 1));
    }
    arena.aim(SEGMENT);
    AtomicInteger looks = new AtomicInteger();
    Collection<Variants> index =
        new AbstractCollection<>() {
          @Override
          public Iterator<Variants> iterator() {
            looks.incrementAndGet();
            return Collections.emptyIterator();
          }

          @Override
          public int size() {
            return 0;
          }
        };
    Compaction compaction = new Compaction(arena, index, length -> null, (old, moved) -> false);
    for (int i = 0; i < 1000; i++) {
      compaction.run();
    }
    assertThat(looks).hasValueBetween(1, 25);
  }

  @Test
  void nothingCreepsOverManyChangesOfSizes() {
    Random random = new Random(7);
    int next = 0;
    for (int cycle = 0; cycle < 8; cycle++) {
      int most = List.of(1024, 300_000, 7_000, 200_000).get(cycle % 4);
      for (long sum = 0; sum < LIMIT; next++) {
        int length = cycle % 4 == 3 ? 500 + random.nextInt(most - 500) : most;
        put(store, key(next), "a", length, next % 2 == 0);
        // Some are asked for again and again, and stay.
        store.find(key(next - next % 10));
        sum += length + 500;
      }
      compactWhollyAndCheck();
      assertThat(store.usage().bytes()).isGreaterThan(LIMIT * 80 / 100);
    }
    store.close();
    assertThat(store.committedBytes()).isZero();
    assertThat(store.inFlightBytes()).isZero();
  }

  @Test
  void bodiesAreMovedUnderTheEyesOfTheirReaders() throws Exception {
    MemoryStore store = new MemoryStore(3 * SEGMENT, SEGMENT, new Removals());
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Future<?>> users = new ArrayList<>();
    for (int user = 0; user < 3; user++) {
      int seed = user;
      users.add(threads.submit(() -> use(store, seed)));
    }
    while (!users.stream().allMatch(Future::isDone)) {
      store.compact();
    }
    for (Future<?> user : users) {
      user.get(1, TimeUnit.MINUTES);
    }
    threads.shutdown();
    store.clear();
    assertThat(store.inFlightBytes()).isZero();
    assertThat(store.usage()).isEqualTo(new ResponseStore.Usage(0, 0, 3 * SEGMENT));
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  private static void use(MemoryStore store, int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      boolean small = i / 500 % 2 == 1;
      CacheKey key = key(random.nextInt(small ? 15_000 : 400) + (small ? 1000 : 0));
      List<StoredResponse> found = store.find(key).join();
      for (StoredResponse response : found) {
        if (response.tryRetain()) {
          assertWhole(response);
          response.release();
        }
      }
      if (found.isEmpty()) {
        put(store, key, "a", small ? 10 : 10_000 + random.nextInt(60_000));
      } else if (random.nextInt(3) == 0) {
        store.remove(key);
      }
    }
  }
}
