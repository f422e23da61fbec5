package io.cachingproxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.CacheGroup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Protects the maps that have clients' URIs for keys from URIs that were chosen to collide. */
final class CacheKeyTest {

  private static final int COLLIDING = 1 << 16;

  /** Where every look-up looks at all others, this takes minutes. */
  private static final Duration PLENTY = Duration.ofSeconds(20);

  @Test
  void keysWithTheSameHashCodeAreFoundWithoutLookingAtAll() {
    fills(CacheKey::new);
  }

  @Test
  void soAreGroups() {
    fills(name -> new CacheGroup("http://a", name));
  }

  private static <K> void fills(Function<String, K> keyOf) {
    Map<K, Integer> map = new ConcurrentHashMap<>();
    Assertions.assertTimeoutPreemptively(
        PLENTY,
        () -> {
          for (int i = 0; i < COLLIDING; i++) {
            map.put(keyOf.apply(colliding(i)), i);
          }
          for (int i = 0; i < COLLIDING; i++) {
            assertThat(map.get(keyOf.apply(colliding(i)))).isEqualTo(i);
          }
        });
    assertThat(keyOf.apply(colliding(1))).hasSameHashCodeAs(keyOf.apply(colliding(2)));
  }

  /** {@code Aa} and {@code BB} have the same hash code. */
  private static String colliding(int number) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 16; bit++) {
      text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }
}
