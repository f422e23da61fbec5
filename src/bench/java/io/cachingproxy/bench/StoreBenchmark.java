package io.cachingproxy.bench;

import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.memory.MemoryStore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Storing 1 KB: in the place of what has the same key, and where something has to leave for it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StoreBenchmark {

  private static final int MEMORY = 32 << 20;

  private final MemoryStore store = new MemoryStore(MEMORY, MEMORY / 4, (cause, bytes) -> {});
  private final StoredHead head =
      Samples.stored(Samples.browserRequest("/", "en"), Samples.response("", ""));
  private final CacheKey same = new CacheKey("http://origin.example/same");
  private long next;

  /** Full from the first measurement on. */
  @Setup
  public void fill() {
    for (int i = 0; i < MEMORY / 1024; i++) {
      putAndEvict();
    }
  }

  @TearDown
  public void close() {
    store.clear();
    store.close();
  }

  @Benchmark
  public void putInPlace() {
    store.put(Samples.stored(store, same, head, 1024));
  }

  @Benchmark
  public void putAndEvict() {
    CacheKey key = new CacheKey("http://origin.example/products/" + next++);
    store.put(Samples.stored(store, key, head, 1024));
  }
}
