package io.cachingproxy.store.memory;

import io.cachingproxy.store.ResponseStore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what it hears of responses that leave. */
final class Removals implements ResponseStore.RemovalListener {

  private final AtomicLongArray counts = new AtomicLongArray(ResponseStore.Removal.values().length);
  private final AtomicLong bytes = new AtomicLong();

  @Override
  public void removed(ResponseStore.Removal cause, long removed) {
    counts.incrementAndGet(cause.ordinal());
    bytes.addAndGet(removed);
  }

  long of(ResponseStore.Removal cause) {
    return counts.get(cause.ordinal());
  }

  long all() {
    long sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  long bytes() {
    return bytes.get();
  }
}
