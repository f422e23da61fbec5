package io.cachingproxy.bench;

import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.StoredResponse;
import io.cachingproxy.store.memory.MemoryStore;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Look-up of stored responses among few and many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {

  @Param({"1", "100000"})
  private int responses;

  private final MemoryStore store = new MemoryStore(512 << 20, 1 << 20, (cause, bytes) -> {});
  private CacheKey[] asked = {};
  private int next;

  @Setup
  public void fill() {
    StoredHead head = Samples.stored(Samples.browserRequest("/", "en"), Samples.response("", ""));
    for (int i = 0; i < responses; i++) {
      store.put(Samples.stored(store, key(i), head, 1024));
    }
    // A power of two of them, in random order: so is what clients ask for.
    asked = new Random(1).ints(1 << 14, 0, responses).mapToObj(this::key).toArray(CacheKey[]::new);
  }

  @TearDown
  public void close() {
    store.clear();
    store.close();
  }

  private CacheKey key(int number) {
    return new CacheKey("http://origin.example/products/" + number);
  }

  @Benchmark
  public CompletionStage<List<StoredResponse>> find() {
    return store.find(asked[next++ & asked.length - 1]);
  }
}
