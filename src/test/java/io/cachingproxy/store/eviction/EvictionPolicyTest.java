package io.cachingproxy.store.eviction;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Protects what the store relies on: each entry leaves once, in the order of its worth. */
class EvictionPolicyTest {

  private static final long LIMIT = 1 << 20;

  private static final class Entry extends EvictionPolicy.Entry {
    private final int number;

    Entry(int number, long weight) {
      super(number, weight);
      this.number = number;
    }
  }

  private final EvictionPolicy<Entry> policy = new EvictionPolicy<>();

  private Entry add(int number, long weight) {
    Entry entry = new Entry(number, weight);
    policy.add(entry);
    return entry;
  }

  private Entry evict() {
    return requireNonNull(policy.evict(LIMIT));
  }

  private void use(Entry entry, int times) {
    for (int i = 0; i < times; i++) {
      policy.used(entry);
    }
  }

  @Test
  void nothingCanBeEvictedFromNothing() {
    assertThat(policy.evict(LIMIT)).isNull();
    assertThat(policy.size()).isZero();
    assertThat(policy.weight()).isZero();
  }

  @Test
  void ofEntriesUsedTheSameTheLargestLeavesFirst() {
    add(1, 1000);
    add(2, 3000);
    add(3, 2000);
    assertThat(List.of(evict().number, evict().number, evict().number)).containsExactly(2, 3, 1);
  }

  @Test
  void ofEntriesOfASizeTheLeastUsedLeavesFirst() {
    Entry one = add(1, 1000);
    Entry two = add(2, 1000);
    Entry three = add(3, 1000);
    use(one, 3);
    use(two, 1);
    use(three, 2);
    assertThat(List.of(evict().number, evict().number, evict().number)).containsExactly(2, 3, 1);
  }

  @Test
  void whatIsNoLongerUsedLeavesHoweverOftenItWas() {
    Entry popular = add(0, 1000);
    use(popular, 1_000_000);
    int evictions = 0;
    Entry evicted = null;
    for (int number = 1; evicted != popular && evictions < 10_000; number++) {
      add(number, 1000);
      if (number > 100) {
        evicted = evict();
        evictions++;
      }
    }
    assertThat(evictions).isBetween(100, 2000);
  }

  @Test
  void aScanDoesNotDriveOutWhatIsUsed() {
    List<Entry> used = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      used.add(add(number, 1000));
      use(used.get(number), 7);
    }
    for (int number = 1000; number < 1200; number++) {
      add(number, 1000);
      if (policy.size() > 120) {
        assertThat(evict().number).isGreaterThanOrEqualTo(1000);
      }
    }
  }

  @Test
  void whatComesBackIsWorthItsFormerUses() {
    Entry popular = add(1, 1000);
    use(popular, 3);
    for (int number = 2; number < 20; number++) {
      use(add(number, 1000), 4);
    }
    assertThat(evict().number).isEqualTo(1);
    add(1, 1000);
    add(100, 1000);
    assertThat(evict().number).as("the one never seen before").isEqualTo(100);
  }

  @Test
  void theNextOfAKeyInheritsTheUses() {
    Entry old = add(1, 1000);
    use(old, 2);
    Entry other = add(2, 1000);
    use(other, 1);
    Entry next = new Entry(1, 1100);
    policy.replace(old, next);
    assertThat(policy.size()).isEqualTo(2);
    assertThat(policy.weight()).isEqualTo(2100);
    assertThat(policy.remove(old)).as("no longer here").isFalse();
    assertThat(evict()).isSameAs(other);
    assertThat(evict()).isSameAs(next);
  }

  @Test
  void whatTakesThePlaceOfAnEvictedOneIsAdded() {
    Entry old = add(1, 1000);
    assertThat(evict()).isSameAs(old);
    Entry next = new Entry(1, 500);
    policy.replace(old, next);
    assertThat(policy.weight()).isEqualTo(500);
    assertThat(evict()).isSameAs(next);
  }

  @Test
  void anEntryIsTakenOutOnce() {
    Entry one = add(1, 1000);
    add(2, 1000);
    assertThat(policy.remove(one)).isTrue();
    assertThat(policy.remove(one)).isFalse();
    assertThat(policy.weight()).isEqualTo(1000);
    assertThat(evict().number).isEqualTo(2);
  }

  @Test
  void anEntryWithoutWeightIsRefused() {
    assertThatThrownBy(() -> new Entry(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void theLeastWorthyLeavesWhateverHappenedBefore(@ForAll long seed) {
    Random random = new Random(seed);
    EvictionPolicy<Entry> fresh = new EvictionPolicy<>();
    List<Entry> entries = new ArrayList<>();
    int[] uses = new int[300];
    fresh.add(new Entry(0, 1000));
    fresh.evict(LIMIT);
    for (int number = 0; number < 300; number++) {
      Entry entry = new Entry(number + 1000, 1000);
      fresh.add(entry);
      entries.add(entry);
      Entry used = entries.get(random.nextInt(entries.size()));
      uses[used.number - 1000] = Math.min(7, uses[used.number - 1000] + 1);
      fresh.used(used);
    }
    for (int i = 0; i < 50; i++) {
      Entry removed = entries.remove(random.nextInt(entries.size()));
      assertThat(fresh.remove(removed)).isTrue();
    }
    int least =
        entries.stream().map(e -> uses[e.number - 1000]).min(Comparator.naturalOrder()).orElse(0);
    assertThat(uses[requireNonNull(fresh.evict(LIMIT)).number - 1000]).isEqualTo(least);
  }

  @Property(tries = 100)
  void everyEntryLeavesOnceAndWeightsAddUp(@ForAll long seed) {
    Random random = new Random(seed);
    EvictionPolicy<Entry> fresh = new EvictionPolicy<>();
    Set<Entry> here = new HashSet<>();
    Deque<Entry> known = new ArrayDeque<>();
    long weight = 0;
    for (int step = 0; step < 2000; step++) {
      int action = random.nextInt(10);
      if (action < 5) {
        Entry entry = new Entry(random.nextInt(500), 1 + random.nextInt(100_000));
        fresh.add(entry);
        here.add(entry);
        known.add(entry);
        weight += entry.weight();
      } else if (action < 6) {
        Entry evicted = fresh.evict(LIMIT);
        assertThat(evicted == null).isEqualTo(here.isEmpty());
        if (evicted != null) {
          assertThat(here.remove(evicted)).isTrue();
          weight -= evicted.weight();
        }
      } else if (!known.isEmpty()) {
        Entry entry = known.remove();
        fresh.used(entry);
        if (action < 7) {
          boolean removed = here.remove(entry);
          assertThat(fresh.remove(entry)).isEqualTo(removed);
          weight -= removed ? entry.weight() : 0;
        } else if (action < 8) {
          Entry next = new Entry(entry.number, 1 + random.nextInt(100_000));
          fresh.replace(entry, next);
          weight += next.weight() - (here.remove(entry) ? entry.weight() : 0);
          here.add(next);
          known.add(next);
        } else {
          known.add(entry);
        }
      }
      assertThat(fresh.size()).isEqualTo(here.size());
      assertThat(fresh.weight()).isEqualTo(weight);
    }
    for (Entry entry = fresh.evict(LIMIT); entry != null; entry = fresh.evict(LIMIT)) {
      assertThat(here.remove(entry)).isTrue();
    }
    assertThat(here).isEmpty();
  }

  @Test
  void everyEntryLeavesOnceWhenManyThreadsUseThePolicy() throws Exception {
    Set<Entry> here = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> users = new ArrayList<>();
    for (int user = 0; user < 4; user++) {
      Random random = new Random(user);
      users.add(
          threads.submit(
              () -> {
                List<Entry> own = new ArrayList<>();
                for (int i = 0; i < 30_000; i++) {
                  Entry entry = new Entry(random.nextInt(5000), 1 + random.nextInt(50_000));
                  here.add(entry);
                  policy.add(entry);
                  own.add(entry);
                  Entry known = own.get(random.nextInt(own.size()));
                  policy.used(known);
                  Entry left = policy.remove(known) ? known : policy.evict(LIMIT);
                  if (left != null) {
                    assertThat(here.remove(left)).as("it leaves once").isTrue();
                  }
                }
              }));
    }
    for (Future<?> user : users) {
      user.get(1, TimeUnit.MINUTES);
    }
    threads.shutdown();
    assertThat(policy.size()).isEqualTo(here.size());
    assertThat(policy.weight()).isEqualTo(here.stream().mapToLong(Entry::weight).sum());
  }
}
