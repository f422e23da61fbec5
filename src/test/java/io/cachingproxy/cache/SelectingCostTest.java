package io.cachingproxy.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Protects the selector thread from requests whose long selecting fields are compared with many
 * variants: what they mean is made out once. What is allocated says how often.
 */
class SelectingCostTest {

  private static final int VARIANTS = 64;

  /** 28 KB in few enough members to be sorted. */
  private static final String LONG =
      IntStream.range(0, 100)
          .mapToObj(i -> "x" + i + "y".repeat(270))
          .collect(Collectors.joining(" , "));

  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(1 << 24, 1 << 18, (cause, bytes) -> {});
  private final HttpCache cache =
      new HttpCache(
          store, CachePolicy.defaults(), CollapseLimits.defaults(), new CacheListener() {}, clock);

  private static RequestHead get(String... fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/page"));
    return new RequestHead("GET", target, Fields.of(fields));
  }

  private Plan.AskOrigin ask(RequestHead request) {
    return (Plan.AskOrigin) cache.plan(request).toCompletableFuture().join();
  }

  private ResponseHead response(int status) {
    return new ResponseHead(
        status,
        Fields.of(
            "Cache-Control", "max-age=60",
            "ETag", "\"same\"",
            "Vary", "Accept-Encoding",
            "Content-Length", status == 304 ? "0" : "1"));
  }

  private void store(RequestHead request) {
    Reception.Relay relay =
        (Reception.Relay) cache.receive(ask(request), response(200), clock.instant());
    requireNonNull(relay.storing()).append(ByteBuffer.wrap(new byte[] {1}), true);
  }

  private void storeVariants() {
    store(get("Accept-Encoding", LONG));
    for (int i = 1; i < VARIANTS; i++) {
      store(get("Accept-Encoding", "x" + i));
    }
    assertThat(store.usage().responses()).isEqualTo(VARIANTS);
  }

  private void validate(RequestHead request) {
    Plan.AskOrigin plan = ask(request);
    assertThat(plan.candidates()).hasSize(VARIANTS);
    Reception.Answer answer =
        (Reception.Answer) cache.receive(plan, response(304), clock.instant());
    answer.held().take().release();
  }

  private void failsToValidate(RequestHead request) {
    Plan.AskOrigin plan = ask(request);
    assertThat(plan.candidates()).hasSize(VARIANTS);
    // It may not have the stored response: it says no-cache.
    assertThat(cache.originFailed(plan, SomeFailure.ORIGIN)).isNull();
  }

  @Test
  void aLongFieldIsNotMadeOutForEachVariant() {
    storeVariants();
    // The same as what is stored, but spelled otherwise: so it has to be made out.
    String spelled = LONG.replace(" , ", ",");
    validate(get("Accept-Encoding", "x1", "Cache-Control", "no-cache"));
    long plain = allocated(get("Accept-Encoding", "x1", "Cache-Control", "no-cache"));
    long once =
        allocatedBy(
            () -> get("Accept-Encoding", spelled).requested().normalized("accept-encoding"));
    long all = allocated(get("Accept-Encoding", spelled, "Cache-Control", "no-cache"));
    assertThat(all).isLessThan(plain + 4 * once);
    store.close();
  }

  private long allocated(RequestHead request) {
    return allocatedBy(
        () -> {
          validate(request);
          failsToValidate(request);
        });
  }

  private static long allocatedBy(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
