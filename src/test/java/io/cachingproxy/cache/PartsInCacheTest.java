package io.cachingproxy.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.ByteRanges;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.RangeAnswer;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Protects the bytes that clients get and the memory they were in, whatever is asked for in
 * whatever order, and whatever the origin does: every hold is given back, and every answer is of
 * one version of the representation.
 */
class PartsInCacheTest {

  private static final int LENGTH = 3000;
  private static final int KEYS = 3;

  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
  private final HttpCache cache =
      new HttpCache(
          store, CachePolicy.defaults(), CollapseLimits.defaults(), new CacheListener() {}, clock);
  private final int[] versions = new int[KEYS];
  private Random random = new Random(0);

  private static byte[] content(int key, int version) {
    byte[] content = new byte[LENGTH + version / 2 % 2];
    new Random(31L * key + version).nextBytes(content);
    return content;
  }

  private static RequestHead request(int key, Fields fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/" + key));
    return new RequestHead("GET", target, fields);
  }

  private Fields randomConditions(int key) {
    Fields.Builder fields = Fields.builder();
    int first = random.nextInt(LENGTH);
    switch (random.nextInt(8)) {
      case 0, 1 -> {}
      case 2 -> fields.add("Range", "bytes=" + first + "-");
      case 3 -> fields.add("Range", "bytes=-" + first);
      case 4 -> fields.add("Range", "bytes=0-9," + (first + 20) + "-" + (first + 50));
      default -> fields.add("Range", "bytes=" + first + "-" + (first + random.nextInt(900)));
    }
    String etag = "\"" + (versions[key] - random.nextInt(2)) + "\"";
    switch (random.nextInt(12)) {
      case 0 -> fields.add("If-Range", etag);
      case 1 -> fields.add("If-None-Match", etag);
      case 2 -> fields.add("Cache-Control", "no-cache");
      case 3 -> fields.add("Cache-Control", "only-if-cached");
      default -> {}
    }
    return fields.build();
  }

  private void step() {
    int key = random.nextInt(KEYS);
    switch (random.nextInt(25)) {
      case 0 -> versions[key]++;
      case 1 -> clock.advance(Duration.ofSeconds(20));
      case 2 -> cache.clear();
      default -> {}
    }
    RequestHead request = request(key, randomConditions(key));
    carryOut(key, request, cache.plan(request).toCompletableFuture().join());
  }

  private void carryOut(int key, RequestHead request, Plan plan) {
    if (plan instanceof Plan.Answer answer) {
      check(key, request, answer.response());
      Plan.AskOrigin refresh = answer.refresh();
      if (refresh != null) {
        ask(key, refresh);
        cache.refreshEnded(refresh.key(), false);
      }
    } else if (plan instanceof Plan.Follow follow) {
      // What another step has begun goes on while this one reads.
      follow.discard();
    } else if (plan instanceof Plan.Wait wait) {
      // There is either something to read, or nobody who could bring it while this one waits.
      wait.waiting().leave();
      wait.waiting().outcome().thenAccept(next -> carryOut(key, request, next));
    } else if (plan instanceof Plan.AskOrigin ask) {
      ask(key, ask);
    }
  }

  private void ask(int key, Plan.AskOrigin plan) {
    if (random.nextInt(12) == 0) {
      Plan.Answer standIn = cache.originFailed(plan, SomeFailure.ORIGIN);
      if (standIn != null) {
        check(key, plan.request(), standIn.response());
      }
      return;
    }
    byte[] content = content(key, versions[key]);
    Fields sent = plan.replacesConditions() ? plan.conditions() : plan.request().fields();
    ResponseHead head = answer(sent, key, content.length);
    byte[] body = bodyOf(head, content);
    Reception reception = cache.receive(plan, head, clock.instant());
    if (reception instanceof Reception.Answer answer) {
      check(key, plan.request(), answer.held().take());
    } else if (reception instanceof Reception.AskAgain again) {
      ask(key, again.plan());
    } else if (reception instanceof Reception.Join join) {
      checkJoined(join, content, body);
      join.held().close();
      store(join.storing(), body);
    } else if (reception instanceof Reception.Relay relay) {
      store(relay.storing(), body);
    }
  }

  /** An origin that knows what RFC 9110 §13 and §14 say, but not several ranges. */
  private ResponseHead answer(Fields request, int key, int length) {
    String etag = "\"" + versions[key] + "\"";
    Fields fields =
        Fields.of(
            "Date",
            HttpDate.print(clock.instant()),
            "Cache-Control",
            "max-age=" + 30 * random.nextInt(2) + ", stale-while-revalidate=5",
            "ETag",
            etag,
            "Content-Type",
            "a/b");
    if (random.nextInt(20) == 0) {
      return new ResponseHead(503, Fields.of("Content-Length", "0"));
    }
    String noneMatch = request.first("If-None-Match");
    if (noneMatch != null && noneMatch.contains(etag)) {
      return new ResponseHead(304, fields);
    }
    ByteRanges ranges = ByteRanges.parse(request.first("Range"));
    String ifRange = request.first("If-Range");
    if (ranges == null
        || ranges.specs().size() > 1
        || (ifRange != null && !ifRange.equals(etag))
        || random.nextInt(10) == 0) {
      return new ResponseHead(200, fields.with("Content-Length", Integer.toString(length)));
    }
    List<ByteRange> resolved = ranges.resolve(length);
    if (resolved.isEmpty()) {
      return new ResponseHead(416, Fields.of("Content-Range", "bytes */" + length));
    }
    return new ResponseHead(
        206, fields.with("Content-Range", resolved.get(0).contentRange(length)));
  }

  private static byte[] bodyOf(ResponseHead head, byte[] content) {
    if (head.status() == 200) {
      return content;
    }
    String range = head.fields().first("Content-Range");
    if (head.status() != 206 || range == null) {
      return new byte[0];
    }
    String[] ends = range.substring(6, range.indexOf('/')).split("-");
    return Arrays.copyOfRange(content, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
  }

  /** The content arrives in two pieces, whole or not. */
  private void store(@Nullable ArrivingResponse storing, byte[] body) {
    if (storing == null) {
      return;
    }
    int half = body.length / 2;
    boolean kept = storing.append(ByteBuffer.wrap(body, 0, half), false);
    if (!kept || random.nextInt(8) == 0) {
      storing.abort(new java.io.IOException("cut"));
      return;
    }
    if (random.nextInt(10) == 0) {
      // Something else happens meanwhile.
      step();
    }
    if (!storing.append(ByteBuffer.wrap(body, half, body.length - half), true)) {
      storing.abort(new java.io.IOException("no room"));
    }
  }

  /** What a client gets of stored bytes is what they were in the version the ETag names. */
  private void check(int key, RequestHead request, Stored stored) {
    byte[] content = content(key, versionOf(stored));
    assertThat(stored.completeLength()).isEqualTo(content.length);
    RangeAnswer answer = RangeAnswer.of(request, stored.head(), content.length);
    if (answer instanceof RangeAnswer.Parts parts) {
      for (ByteRange range : parts.ranges()) {
        assertThat(bytes(stored.buffers(range)))
            .isEqualTo(Arrays.copyOfRange(content, (int) range.first(), (int) range.last() + 1));
      }
    } else if (Preconditions.of(request, stored.head()) == Preconditions.PROCEED
        && answer instanceof RangeAnswer.Whole) {
      assertThat(bytes(stored.buffers(ByteRange.all(content.length)))).isEqualTo(content);
    }
    stored.release();
  }

  private static int versionOf(Stored stored) {
    String etag = requireNonNull(stored.head().fields().first("ETag"));
    return Integer.parseInt(etag.substring(1, etag.length() - 1));
  }

  private static void checkJoined(Reception.Join join, byte[] content, byte[] body) {
    assertThat(join.length()).isEqualTo(body.length);
    ByteBuffer all = ByteBuffer.allocate(content.length);
    join.before().forEach(all::put);
    all.put(body);
    join.after().forEach(all::put);
    byte[] joined = Arrays.copyOf(all.array(), all.position());
    String range = join.fields().first("Content-Range");
    assertThat(join.status()).isEqualTo(range == null ? 200 : 206);
    assertThat(join.fields().first("Content-Length")).isEqualTo(Integer.toString(joined.length));
    assertThat(joined)
        .isEqualTo(range == null ? content : bodyOf(new ResponseHead(206, join.fields()), content));
  }

  private static byte[] bytes(List<ByteBuffer> buffers) {
    ByteBuffer all = ByteBuffer.allocate(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
    buffers.forEach(all::put);
    return all.array();
  }

  @Property(tries = 150)
  void everyAnswerIsOfOneVersionAndEveryHoldIsGivenBack(@ForAll long seed) {
    PartsInCacheTest fresh = new PartsInCacheTest();
    fresh.random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      fresh.step();
    }
    assertThat(fresh.store.inFlightBytes()).isZero();
    fresh.store.clear();
    assertThat(fresh.store.usage().bytes()).isZero();
    assertThat(fresh.store.inFlightBytes()).isZero();
    fresh.store.close();
    assertThat(fresh.store.committedBytes()).isZero();
  }
}
