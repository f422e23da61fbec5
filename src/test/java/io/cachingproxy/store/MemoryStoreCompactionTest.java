package io.cachingproxy.store;

import static io.cachingproxy.store.Responses.assertWhole;
import static io.cachingproxy.store.Responses.key;
import static io.cachingproxy.store.Responses.put;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
    for (int i = 0; i < 300; i++) {
      put(store, key(i), "a", 100_000);
    }
    for (int i = 0; i < 300; i++) {
      if (i % 5 != 0) {
        store.remove(key(i));
      }
    }
    for (int i = 1000; i < 19_000; i++) {
      put(store, key(i), "a", 1);
    }
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
