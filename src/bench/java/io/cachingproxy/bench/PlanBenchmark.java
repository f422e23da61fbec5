package io.cachingproxy.bench;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.memory.MemoryStore;
import java.time.Clock;
import java.time.ZoneOffset;
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

/** Plans of the whole cache: a hit, a miss that others may wait for, and one that waits for it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlanBenchmark {

  private final ResponseStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
  private final HttpCache cache =
      new HttpCache(
          store,
          Samples.POLICY,
          CollapseLimits.defaults(),
          new CacheListener() {},
          Clock.fixed(Samples.NOW, ZoneOffset.UTC));
  private final RequestHead known = Samples.browserRequest("/known", "en");
  private final RequestHead unknown = Samples.browserRequest("/unknown", "en");

  @Setup
  public void store() {
    CacheKey key = new CacheKey(known.target().key());
    store.put(Samples.stored(store, key, Samples.stored(known, Samples.response("", "")), 1024));
  }

  @TearDown
  public void close() {
    store.clear();
    store.close();
  }

  private Plan plan(RequestHead request) {
    return cache.plan(request).toCompletableFuture().join();
  }

  @Benchmark
  public Plan hit() {
    Plan plan = plan(known);
    plan.discard();
    return plan;
  }

  @Benchmark
  public Plan miss() {
    Plan plan = plan(unknown);
    plan.discard();
    return plan;
  }

  /** The time of both, and of the end of the wait. */
  @Benchmark
  public Plan missAndOneThatWaits() {
    Plan lead = plan(unknown);
    Plan wait = plan(unknown);
    wait.discard();
    lead.discard();
    return wait;
  }
}
