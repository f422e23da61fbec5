package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Cache-Status (RFC 9211). */
class CacheStatusTest {

  @Test
  void aHitSaysHowLongItIsFresh() {
    CacheStatus status =
        new CacheStatus("us", true, null, 0, OptionalLong.of(-3), false, false, null, null);
    assertThat(status.print()).isEqualTo("us; hit; ttl=-3");
  }

  @Test
  void aMissSaysWhyAndWhatBecameOfIt() {
    CacheStatus status =
        new CacheStatus(
            "us", false, "stale", 304, OptionalLong.empty(), true, true, "k\"", "no-store");
    assertThat(status.print())
        .isEqualTo(
            "us; fwd=stale; fwd-status=304; stored; collapsed; key=\"k\\\"\"; detail=no-store");
  }

  @Property
  void itIsAStructuredListWhateverIsInIt(@ForAll String key, @ForAll String detail) {
    CacheStatus status =
        new CacheStatus("us", false, "miss", 0, OptionalLong.empty(), false, false, key, detail);
    assertThat(StructuredFields.list(List.of(status.print()))).hasSize(1);
  }
}
