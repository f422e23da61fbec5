package io.cachingproxy.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.cache.collapse.Collapser;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.StoredResponse;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.CollidingTexts;
import io.cachingproxy.testing.ManualClock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Protects the maps whose keys clients choose from keys that all have one hash code: to find one
 * among thousands takes a few comparisons, not thousands.
 */
final class HashFloodTest {

  private static final int KEYS = 2048;

  /** Twice as many as it takes in a sorted map. */
  private static final int MAX_COMPARISONS = KEYS * 2 * 11;

  private final Collapser<Plan> collapser =
      new Collapser<>(
          CachePolicy.defaults(), new Purges(), CollapseLimits.defaults(), outcome -> {});

  private long comparisons;

  @Test
  void keysOfTheStoreAreComparable() {
    assertThat(comparisons(CollidingTexts.of(KEYS).stream().map(CacheKey::new)))
        .isLessThan(MAX_COMPARISONS);
  }

  @Test
  void groupsAreComparable() {
    assertThat(
            comparisons(
                CollidingTexts.of(KEYS).stream().map(name -> new CacheGroup("http://o", name))))
        .isLessThan(MAX_COMPARISONS);
  }

  @Test
  void requestsForUrisOfOneHashCodeAreCollapsedWithoutLookingAtThemAll() {
    assertThat(
            comparisons(
                CollidingTexts.of(KEYS).stream()
                    .map(CacheKey::new)
                    .map(key -> collapser.keyOf(key, get(""), List.of()))))
        .isLessThan(MAX_COMPARISONS);
  }

  @Test
  void requestsWithSelectingValuesOfOneHashCodeAreCollapsedWithoutLookingAtThemAll() {
    List<StoredResponse> variants = stored("Referer");
    assertThat(
            comparisons(
                CollidingTexts.of(KEYS).stream()
                    .map(value -> collapser.keyOf(variants.get(0).key(), get(value), variants))))
        .isLessThan(MAX_COMPARISONS);
  }

  @Test
  void whatIsCollapsedIsToldApartByAllThatCounts() {
    List<StoredResponse> variants = stored("Referer");
    CacheKey key = variants.get(0).key();
    CacheKey other = new CacheKey(key + "2");
    RequestHead cookie =
        new RequestHead("GET", get("").target(), Fields.of("Referer", "a", "Cookie", "b"));
    assertThat(
            Stream.of(
                collapser.keyOf(key, get("a"), List.of()),
                collapser.keyOf(other, get("a"), List.of()),
                collapser.keyOf(key, cookie, List.of()),
                collapser.keyOf(key, get("a"), variants),
                collapser.keyOf(key, get("b"), variants),
                collapser.keyOf(key, cookie, variants)))
        .doesNotHaveDuplicates();
    assertThat(collapser.keyOf(key, get("a"), variants))
        .isEqualTo(collapser.keyOf(key, get("a"), variants));
  }

  /** How many comparisons a map needs to put each of them in and to find it again. */
  private long comparisons(Stream<?> keys) {
    comparisons = 0;
    Map<Object, Integer> map = new ConcurrentHashMap<>();
    List<Object> counted =
        keys.map(
                key -> key instanceof Comparable<?> ordered ? new Ordered(ordered) : new Plain(key))
            .toList();
    counted.forEach(key -> map.put(key, 0));
    assertThat(map).as("they are different").hasSize(KEYS);
    counted.forEach(map::get);
    return comparisons / 2;
  }

  /** As it stands in a map, but counting. */
  private final class Plain {
    private final Object key;

    Plain(Object key) {
      this.key = key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      comparisons++;
      return other instanceof Plain that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
      return key.hashCode();
    }
  }

  /** The same of one that has an order. */
  private final class Ordered implements Comparable<Ordered> {
    private final Comparable<?> key;

    Ordered(Comparable<?> key) {
      this.key = key;
    }

    @Override
    @SuppressWarnings("unchecked") // all keys of a test are of one type
    public int compareTo(Ordered other) {
      comparisons++;
      return ((Comparable<Object>) key).compareTo(other.key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      comparisons++;
      return other instanceof Ordered that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
      return key.hashCode();
    }
  }

  private static RequestHead get(String value) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/page"));
    return new RequestHead("GET", target, Fields.of("Referer", value));
  }

  private static List<StoredResponse> stored(String vary) {
    ManualClock clock = new ManualClock();
    MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
    HttpCache cache =
        new HttpCache(
            store,
            CachePolicy.defaults(),
            CollapseLimits.defaults(),
            new CacheListener() {},
            clock);
    Plan.AskOrigin plan = (Plan.AskOrigin) cache.plan(get("")).toCompletableFuture().join();
    Fields fields = Fields.of("Cache-Control", "max-age=60", "Vary", vary, "Content-Length", "1");
    Reception.Relay relay =
        (Reception.Relay) cache.receive(plan, new ResponseHead(200, fields), clock.instant());
    requireNonNull(relay.storing()).append(ByteBuffer.wrap(new byte[] {1}), true);
    return store.find(plan.key()).join();
  }
}
