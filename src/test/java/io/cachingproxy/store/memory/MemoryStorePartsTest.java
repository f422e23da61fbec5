package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.Responses.head;
import static io.cachingproxy.store.memory.Responses.key;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Protects the account, the memory and the bytes of what is stored in parts. */
class MemoryStorePartsTest {

  private static final int LENGTH = 20_000;

  private final Removals removals = new Removals();
  private final MemoryStore store = new MemoryStore(1 << 20, 1 << 18, removals);

  private static byte[] whole(CacheKey key, String variant) {
    return Responses.content(key, variant, LENGTH);
  }

  private @Nullable PartialBody part(CacheKey key, String variant, ByteRange range) {
    BodyWriter writer = store.newPart(range.length(), LENGTH);
    ByteBuffer bytes =
        ByteBuffer.wrap(whole(key, variant), (int) range.first(), (int) range.length());
    if (writer == null) {
      return null;
    }
    if (!writer.append(bytes)) {
      writer.abort();
      return null;
    }
    return PartialBody.of(range, LENGTH, writer.complete());
  }

  private PartialResponse put(int number, long first, long last) {
    PartialBody body = requireNonNull(part(key(number), "a", new ByteRange(first, last)));
    PartialResponse response = new PartialResponse(key(number), head("a"), body, 0);
    store.put(response);
    return response;
  }

  private List<PartialResponse> parts(int number) {
    return store.findPartial(key(number)).join();
  }

  private void assertNothingIsLeft() {
    assertThat(store.inFlightBytes()).isZero();
    ResponseStore.Usage before = store.usage();
    assertThat(store.clear()).isEqualTo(before);
    assertThat(store.usage().bytes()).isZero();
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  @Test
  void partsAreNeverFoundAsAWhole() {
    PartialResponse part = put(1, 0, 99);
    assertThat(store.find(key(1)).join()).isEmpty();
    assertThat(parts(1)).containsExactly(part);
    assertThat(store.usage().responses()).isEqualTo(1);
    assertNothingIsLeft();
  }

  @Test
  void aWholeTakesThePlaceOfPartsAndPartsOfAWhole() {
    put(1, 0, 99);
    assertThat(Responses.put(store, key(1), "a", 50)).isTrue();
    assertThat(parts(1)).isEmpty();
    assertThat(store.find(key(1)).join()).hasSize(1);
    put(1, 0, 99);
    assertThat(store.find(key(1)).join()).isEmpty();
    assertThat(parts(1)).hasSize(1);
    assertThat(removals.of(ResponseStore.Removal.REPLACED)).isEqualTo(2);
    assertNothingIsLeft();
  }

  @Test
  void aWholeThatStaysKeepsItsPlaceAndTheAccountIsAsBefore() {
    assertThat(Responses.put(store, key(1), "a", 50)).isTrue();
    assertThat(Responses.put(store, key(1), "b", 50)).isTrue();
    ResponseStore.Usage before = store.usage();
    PartialBody body = requireNonNull(part(key(1), "a", new ByteRange(0, 99)));
    PartialResponse part = new PartialResponse(key(1), head("a"), body, 0);
    assertThat(
            store.putUnless(
                part, whole -> whole.head().selecting().equals(part.head().selecting())))
        .isFalse();
    part.release();
    assertThat(store.usage()).isEqualTo(before);
    assertThat(store.inFlightBytes()).isZero();
    assertThat(store.find(key(1)).join()).hasSize(2);
    assertThat(removals.all()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void otherVariantsStay() {
    put(1, 0, 99);
    assertThat(Responses.put(store, key(1), "b", 50)).isTrue();
    assertThat(parts(1)).hasSize(1);
    assertThat(store.find(key(1)).join()).hasSize(1);
    store.remove(key(1));
    assertThat(parts(1)).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void partsThatGrowCountForWhatTheyTake() {
    PartialResponse first = put(1, 0, 9_999);
    long before = store.usage().bytes();
    PartialBody second = requireNonNull(part(key(1), "a", new ByteRange(10_000, 19_999)));
    PartialBody joined = requireNonNull(first.body().joinedWith(second));
    second.release();
    StoredResponse whole = new StoredResponse(key(1), head("a"), joined.complete(), 0);
    assertThat(store.extend(first, whole)).isTrue();
    assertThat(store.usage().bytes()).isGreaterThan(before + 9_999);
    assertThat(store.usage().responses()).isEqualTo(1);
    assertThat(parts(1)).isEmpty();
    StoredResponse found = store.find(key(1)).join().get(0);
    assertThat(Responses.bytes(found.body())).isEqualTo(whole(key(1), "a"));
    assertThat(removals.all()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void whatIsNoLongerStoredIsNotExtended() {
    PartialResponse first = put(1, 0, 99);
    PartialBody second = requireNonNull(part(key(1), "a", new ByteRange(200, 299)));
    PartialBody joined = requireNonNull(first.body().joinedWith(second));
    second.release();
    store.remove(first);
    PartialResponse extended = new PartialResponse(key(1), head("a"), joined, 0);
    assertThat(store.extend(first, extended)).isFalse();
    assertThat(parts(1)).isEmpty();
    extended.release();
    assertNothingIsLeft();
  }

  @Test
  void aFreshenedPartKeepsItsBytes() {
    PartialResponse old = put(1, 0, 99);
    PartialResponse fresh = old.withHead(head("a"), 7);
    assertThat(store.replace(old, fresh)).isTrue();
    assertThat(parts(1)).containsExactly(fresh);
    assertThat(fresh.tryRetain()).isTrue();
    fresh.release();
    assertNothingIsLeft();
  }

  /** Puts, joins, reads and removes parts at random. */
  private void use(long seed, int steps) {
    Random random = new Random(seed);
    for (int i = 0; i < steps; i++) {
      CacheKey key = key(random.nextInt(30));
      String variant = random.nextBoolean() ? "a" : "b";
      int first = random.nextInt(LENGTH);
      ByteRange range = new ByteRange(first, first + random.nextInt(LENGTH - first));
      switch (random.nextInt(10)) {
        case 0 -> store.remove(key);
        case 1 -> Responses.put(store, key, variant, LENGTH);
        case 2, 3 -> read(key, range);
        default -> add(key, variant, range);
      }
      assertThat(store.usage().bytes()).isBetween(0L, store.usage().limit());
    }
  }

  private void add(CacheKey key, String variant, ByteRange range) {
    PartialBody body = part(key, variant, range);
    if (body == null) {
      return;
    }
    for (PartialResponse before : store.findPartial(key).join()) {
      PartialBody joined =
          variant.equals(before.head().fields().first("Variant"))
              ? before.body().joinedWith(body)
              : null;
      if (joined != null) {
        Stored next =
            joined.isComplete()
                ? new StoredResponse(key, head(variant), joined.complete(), 0)
                : new PartialResponse(key, head(variant), joined, 0);
        if (store.extend(before, next)) {
          body.release();
          return;
        }
        next.release();
      }
    }
    store.put(new PartialResponse(key, head(variant), body, 0));
  }

  private void read(CacheKey key, ByteRange range) {
    List<Stored> all = new ArrayList<>(store.find(key).join());
    all.addAll(store.findPartial(key).join());
    for (Stored stored : all) {
      if (stored.holds(range) && stored.tryRetain()) {
        byte[] whole = whole(key, requireNonNull(stored.head().fields().first("Variant")));
        ByteBuffer expected = ByteBuffer.wrap(whole, (int) range.first(), (int) range.length());
        for (ByteBuffer buffer : stored.buffers(range)) {
          ByteBuffer same = expected.slice(expected.position(), buffer.remaining());
          assertThat(buffer.mismatch(same)).isEqualTo(-1);
          expected.position(expected.position() + same.capacity());
        }
        assertThat(expected.hasRemaining()).isFalse();
        stored.release();
      }
    }
  }

  @Property(tries = 30)
  void nothingLeaksInAnySequenceOfOperations(@ForAll long seed) {
    MemoryStorePartsTest fresh = new MemoryStorePartsTest();
    fresh.use(seed, 400);
    fresh.assertNothingIsLeft();
  }

  @Test
  void nothingLeaksOrTearsWhenManyThreadsJoinParts() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int seed = thread;
        futures.add(executor.submit(() -> use(seed, 1500)));
      }
      for (Future<?> future : futures) {
        future.get(5, TimeUnit.MINUTES);
      }
    } finally {
      executor.shutdownNow();
    }
    assertNothingIsLeft();
  }
}
