package io.cachingproxy.bench;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
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

/** The decision whether a stored response may answer a request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReuseBenchmark {

  private final RequestHead plain = Samples.browserRequest("/", "en");
  private final RequestHead reload =
      new RequestHead("GET", plain.target(), withMaxAge(plain.fields()));
  private final StoredHead stored = Samples.stored(plain, Samples.response("", ""));

  private static Fields withMaxAge(Fields fields) {
    return fields.with("Cache-Control", "max-age=3600");
  }

  @Benchmark
  public Reuse ofFresh() {
    return Reuse.of(plain, stored, Samples.NOW, Samples.POLICY);
  }

  @Benchmark
  public Reuse ofFreshForClientWithMaxAge() {
    return Reuse.of(reload, stored, Samples.NOW, Samples.POLICY);
  }
}
