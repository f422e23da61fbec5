package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.Responses.head;
import static io.cachingproxy.store.memory.Responses.key;
import static io.cachingproxy.store.memory.Responses.put;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Protects memory against leaks, and readers against torn bodies: whatever is done in whatever
 * order or at once, each body is released exactly once, and only after its last reader.
 */
class MemoryStoreLeakTest {

  private static final int KEYS = 40;
  private static final String[] VARIANTS = {"a", "b", "c"};

  private static MemoryStore store(Removals removals) {
    return new MemoryStore(1 << 20, 1 << 18, removals);
  }

  /** One random user of a store, with what it holds. */
  private static final class User {
    private final MemoryStore store;
    private final Random random;
    private final AtomicLong stored;
    private final AtomicLong cleared;
    private final Deque<StoredResponse> held = new ArrayDeque<>();
    private final List<BodyWriter> writers = new ArrayList<>();

    User(MemoryStore store, long seed, AtomicLong stored, AtomicLong cleared) {
      this.store = store;
      this.random = new Random(seed);
      this.stored = stored;
      this.cleared = cleared;
    }

    void step() {
      CacheKey key = key(random.nextInt(KEYS));
      List<StoredResponse> found = store.find(key).join();
      int action = random.nextInt(1000);
      if (action < 400) {
        read(found);
      } else if (action < 700) {
        int length = random.nextInt(20) == 0 ? random.nextInt(300_000) : random.nextInt(20_000);
        if (put(store, key, VARIANTS[random.nextInt(3)], length, random.nextBoolean())) {
          stored.incrementAndGet();
        }
      } else if (action < 800 && !found.isEmpty()) {
        freshen(found.get(random.nextInt(found.size())));
      } else if (action < 850 && !found.isEmpty()) {
        store.remove(found.get(random.nextInt(found.size())));
      } else if (action < 870) {
        store.remove(key);
      } else if (action < 940) {
        startOrEndWriter();
      } else if (action < 945) {
        cleared.addAndGet(store.clear().responses());
      } else if (!held.isEmpty()) {
        letGo();
      }
      ResponseStore.Usage usage = store.usage();
      assertThat(usage.bytes()).isBetween(0L, usage.limit());
    }

    private void read(List<StoredResponse> found) {
      for (StoredResponse response : found) {
        if (response.tryRetain()) {
          held.add(response);
        }
      }
      while (held.size() > 10) {
        letGo();
      }
    }

    /** Bodies are read long after they were found: whatever was wrong by then would show. */
    private void letGo() {
      StoredResponse response = held.remove();
      Responses.assertWhole(response);
      response.body().release();
    }

    private void freshen(StoredResponse old) {
      String variant = requireNonNull(old.head().fields().first("Variant"));
      store.replace(old, new StoredResponse(old.key(), head(variant), old.body(), 1));
    }

    private void startOrEndWriter() {
      BodyWriter writer = writers.size() < 3 ? store.newBody(random.nextInt(50_000) - 1) : null;
      if (writer != null) {
        writer.append(ByteBuffer.allocate(random.nextInt(5000)));
        writers.add(writer);
      } else if (!writers.isEmpty()) {
        writers.remove(0).abort();
      }
    }

    void end() {
      writers.forEach(BodyWriter::abort);
      while (!held.isEmpty()) {
        letGo();
      }
    }
  }

  private static void assertNothingIsLeft(
      MemoryStore store, Removals removals, long stored, long cleared) {
    assertThat(removals.all() + store.usage().responses())
        .as("each response that was put is stored or left once")
        .isEqualTo(stored);
    ResponseStore.Usage before = store.usage();
    assertThat(store.inFlightBytes()).isZero();
    assertThat(store.clear()).isEqualTo(before);
    assertThat(removals.of(ResponseStore.Removal.CLEARED)).isEqualTo(cleared + before.responses());
    assertThat(store.usage().responses()).isZero();
    assertThat(store.usage().bytes()).isZero();
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).as("no extent is in use").isZero();
  }

  @Property(tries = 60)
  void nothingLeaksInAnySequenceOfOperations(@ForAll long seed) {
    Removals removals = new Removals();
    MemoryStore store = store(removals);
    AtomicLong stored = new AtomicLong();
    AtomicLong cleared = new AtomicLong();
    User user = new User(store, seed, stored, cleared);
    for (int i = 0; i < 500; i++) {
      user.step();
    }
    user.end();
    assertNothingIsLeft(store, removals, stored.get(), cleared.get());
  }

  @RepeatedTest(5)
  void nothingLeaksOrTearsWhenManyThreadsUseTheStore() throws Exception {
    int threads = 6;
    Removals removals = new Removals();
    MemoryStore store = store(removals);
    AtomicLong stored = new AtomicLong();
    AtomicLong cleared = new AtomicLong();
    AtomicInteger seeds = new AtomicInteger();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        futures.add(
            executor.submit(
                () -> {
                  User user = new User(store, seeds.incrementAndGet(), stored, cleared);
                  for (int i = 0; i < 4000; i++) {
                    user.step();
                  }
                  user.end();
                }));
      }
      for (Future<?> future : futures) {
        future.get(5, TimeUnit.MINUTES);
      }
    } finally {
      executor.shutdownNow();
    }
    assertNothingIsLeft(store, removals, stored.get(), cleared.get());
  }
}
