package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.POLICY;
import static io.cachingproxy.rfc9111.Heads.after;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cachingproxy.http.RequestHead;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What runs on every hit parses nothing and allocates nothing. */
class HitPathTest {

  private static final int HITS = 10_000;

  @Test
  void decidingOnAHitAllocatesNothing() {
    RequestHead request =
        get("Host", "h", "Accept", "*/*", "User-Agent", "x", "Accept-Encoding", "gzip");
    List<StoredHead> variants =
        List.of(
            stored(
                request,
                ok("Cache-Control", "max-age=60", "Vary", "Accept-Encoding", "ETag", "\"a\"")));
    Instant now = after(10);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    hits(request, variants, now);
    long before = threads.getCurrentThreadAllocatedBytes();
    long usable = hits(request, variants, now);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(usable).isEqualTo(HITS);
    // The smallest object takes 16 bytes: less than that for each hit is none for each hit.
    assertThat(allocated).isLessThan(16L * HITS);
  }

  private static long hits(RequestHead request, List<StoredHead> variants, Instant now) {
    long usable = 0;
    for (int i = 0; i < HITS; i++) {
      StoredHead head = Selection.select(variants, Function.identity(), request);
      if (head != null
          && Eligibility.of(request) == Eligibility.ELIGIBLE
          && Reuse.of(request, head, now, POLICY) == Reuse.FRESH
          && Preconditions.of(request, head) == Preconditions.PROCEED
          && head.age(now) + head.ttl(now) == 60) {
        usable++;
      }
    }
    return usable;
  }
}
