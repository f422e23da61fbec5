package io.cachingproxy.bench;

import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.Selection;
import io.cachingproxy.rfc9111.StoredHead;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/** Selection among the variants of a key, of which the last one matches; 0 is one without Vary. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class VaryBenchmark {

  @Param({"0", "1", "8", "64"})
  private int variants;

  private final List<StoredHead> stored = new ArrayList<>();
  private RequestHead request = Samples.browserRequest("/", "en");

  @Setup
  public void store() {
    if (variants == 0) {
      stored.add(Samples.stored(request, Samples.response("", "")));
    }
    for (int i = 0; i < variants; i++) {
      request = Samples.browserRequest("/", "en;q=0." + (100 + i));
      stored.add(
          Samples.stored(request, Samples.response("Vary", "Accept-Language, Accept-Encoding")));
    }
  }

  @Benchmark
  public int select() {
    return Selection.select(stored, request);
  }
}
