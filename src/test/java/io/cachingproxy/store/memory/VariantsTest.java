package io.cachingproxy.store.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.store.CacheKey;
import io.cachingproxy.testing.CollidingTexts;
import org.junit.jupiter.api.Test;

/** Protects the eviction policy from keys that clients have chosen to look alike. */
class VariantsTest {

  @Test
  void theVariantsOfKeysWithOneHashCodeAreDifferentToThePolicy() {
    assertThat(CollidingTexts.of(64).stream().map(CacheKey::new).map(CacheKey::hashCode).distinct())
        .as("they do have one hash code")
        .hasSize(1);
    MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
    assertThat(
            CollidingTexts.of(64).stream()
                .map(uri -> Responses.response(store, new CacheKey(uri), "", 1))
                .map(response -> requireNonNull(Variants.with(null, response).variants()).hash())
                .distinct())
        .hasSizeGreaterThan(60);
  }
}
