package io.cachingproxy.bench;

import io.cachingproxy.http.TargetUri;
import io.cachingproxy.store.CacheKey;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Key building: from a request target to the key of the store, its hash code included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyBenchmark {

  private final TargetUri plain = Samples.target("/products/category/smartphones?limit=10&skip=20");
  private final TargetUri encoded = Samples.target("/search?q=caf%c3%a9%20%7eau%20lait&page=2");

  @Benchmark
  public int ofPlainTarget() {
    return new CacheKey(plain.key()).hashCode();
  }

  @Benchmark
  public int ofEncodedTarget() {
    return new CacheKey(encoded.key()).hashCode();
  }
}
