package io.cachingproxy.cache.purge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is purged counts as purged, whatever is forgotten. */
final class StampsTest {

  private final AtomicLong clock = new AtomicLong();

  @Test
  void whatWasFetchedBeforeThePurgeIsCovered() {
    Stamps<String> stamps = new Stamps<>(10, what -> what);
    long before = clock.get();
    stamps.purge("a", clock);
    assertThat(stamps.cover("a", before)).isTrue();
    assertThat(stamps.cover("a", clock.get())).isFalse();
    assertThat(stamps.cover("b", before)).isFalse();
  }

  @Test
  void whatIsYoungerThanAllThatIsForgottenIsNotCovered() {
    Stamps<Integer> stamps = new Stamps<>(4, what -> what);
    for (int i = 0; i < 1000; i++) {
      stamps.purge(i, clock);
    }
    assertThat(stamps.cover(-1, clock.get())).isFalse();
    assertThat(stamps.cover(-1, clock.get() - 1)).isFalse();
  }

  /** Whatever the bound, a purged response never counts as current. */
  @Property
  void forgettingNeverBringsBackWhatWasPurged(
      @ForAll List<@IntRange(min = 0, max = 20) Integer> purged,
      @ForAll @IntRange(min = 2, max = 8) int most) {
    AtomicLong time = new AtomicLong();
    Stamps<Integer> stamps = new Stamps<>(most, what -> what);
    Map<Integer, Long> all = new HashMap<>();
    for (int what : purged) {
      stamps.purge(what, time);
      all.put(what, time.get());
    }
    all.forEach(
        (what, stamp) -> {
          for (long sent = 0; sent < stamp; sent++) {
            assertThat(stamps.cover(what, sent)).as("%s sent at %s", what, sent).isTrue();
          }
          assertThat(stamps.cover(what, time.get())).isFalse();
        });
  }
}
