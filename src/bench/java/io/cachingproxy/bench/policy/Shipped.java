package io.cachingproxy.bench.policy;

import io.cachingproxy.store.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/** The policy of the memory store itself. */
final class Shipped implements Simulated {

  private static final class Entry extends EvictionPolicy.Entry {
    private final int number;

    Entry(int number, long weight) {
      super(number, weight);
      this.number = number;
    }
  }

  private final long memory;
  private final @Nullable Entry[] entries;
  private final EvictionPolicy<Entry> policy = new EvictionPolicy<>();
  private long held;

  Shipped(long memory, int count) {
    this.memory = memory;
    this.entries = new Entry[count];
  }

  @Override
  public boolean request(int number, long weight) {
    Entry entry = entries[number];
    if (entry != null) {
      policy.used(entry);
      return true;
    }
    if (weight > memory) {
      return false;
    }
    while (held + weight > memory) {
      Entry evicted = policy.evict(memory);
      if (evicted == null) {
        throw new IllegalStateException("nothing is left to evict");
      }
      held -= evicted.weight();
      entries[evicted.number] = null;
    }
    Entry added = new Entry(number, weight);
    entries[number] = added;
    held += weight;
    policy.add(added);
    return false;
  }
}
