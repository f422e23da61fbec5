package io.cachingproxy.bench;

import io.cachingproxy.http.CacheStatus;
import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import io.cachingproxy.rfc9111.StoredHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.util.BufferUtil;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The head of an answer from the store: its fields, and their way into bytes by Jetty. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadBenchmark {

  private final StoredHead stored =
      Samples.stored(Samples.browserRequest("/", "en"), Samples.response("", ""));
  private final HttpGenerator generator = new HttpGenerator();
  private final ByteBuffer header = BufferUtil.allocateDirect(8192);

  @Benchmark
  public String cacheStatus() {
    return new CacheStatus(
            "caching-proxy",
            true,
            null,
            0,
            OptionalLong.of(stored.ttl(Samples.NOW)),
            false,
            false,
            null,
            null)
        .print();
  }

  /** The fields of a hit: as they are stored. */
  @Benchmark
  public ByteBuffer storedLines() {
    header.clear();
    stored.fields().writeTo(header);
    return header;
  }

  /** The head of an answer with fields of its own: a 206, a 304. */
  @Benchmark
  public ByteBuffer head() throws IOException {
    Fields.Builder answer = stored.fields().without("Age").toBuilder();
    answer.add("Age", Long.toString(stored.age(Samples.NOW)));
    answer.add("Via", "1.1 caching-proxy");
    answer.add("X-Cache", "HIT");
    answer.add("Cache-Status", cacheStatus());
    HttpFields.Mutable fields = HttpFields.build();
    for (Field line : answer.build()) {
      fields.add(line.name(), line.value());
    }
    generator.reset();
    BufferUtil.clear(header);
    generator.generateResponse(
        new MetaData.Response(200, null, HttpVersion.HTTP_1_1, fields, 1024),
        true,
        header,
        null,
        null,
        true);
    return header;
  }
}
