package io.cachingproxy.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.StoredResponse;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Protects a whole response that is stored just when it has been looked for in vain, and a part of
 * it is about to be stored.
 */
final class OvertakenPartTest {

  private static final int LENGTH = 10;

  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
  private final List<String> notStored = new ArrayList<>();
  private Runnable afterLookUp = () -> {};

  private final CacheListener listener =
      new CacheListener() {
        @Override
        public void notStored(String reason) {
          notStored.add(reason);
        }
      };

  private final HttpCache cache =
      new HttpCache(
          overtaken(), CachePolicy.defaults(), CollapseLimits.defaults(), listener, clock);

  /** The store, in which something happens after each time that parts were looked for. */
  private ResponseStore overtaken() {
    return (ResponseStore)
        Proxy.newProxyInstance(
            ResponseStore.class.getClassLoader(),
            new Class<?>[] {ResponseStore.class},
            (proxy, method, arguments) -> {
              Object found = method.invoke(store, arguments);
              if (method.getName().equals("findPartial")) {
                Runnable task = afterLookUp;
                afterLookUp = () -> {};
                task.run();
              }
              return found;
            });
  }

  private static RequestHead get(Fields fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/page"));
    return new RequestHead("GET", target, fields);
  }

  private Plan plan(Fields fields) {
    return cache.plan(get(fields)).toCompletableFuture().join();
  }

  private void putWhole(Plan.AskOrigin plan, String etag) {
    ResponseHead head =
        new ResponseHead(200, Fields.of("Cache-Control", "max-age=60", "ETag", etag));
    StoredHead parsed =
        StoredHead.of(
            get(Fields.empty()), head, clock.instant(), clock.instant(), CachePolicy.defaults());
    BodyWriter body = requireNonNull(store.newBody(LENGTH));
    assertThat(body.append(ByteBuffer.allocate(LENGTH))).isTrue();
    store.put(new StoredResponse(plan.key(), parsed, body.complete(), plan.stamp()));
  }

  /** A part of two bytes arrives; a whole response is stored while it finds its place. */
  private void overtakePart(String partEtag, String wholeEtag) {
    Plan.AskOrigin plan = (Plan.AskOrigin) plan(Fields.of("Range", "bytes=0-1"));
    ResponseHead head =
        new ResponseHead(
            206,
            Fields.of(
                "Cache-Control", "max-age=60", "ETag", partEtag, "Content-Range", "bytes 0-1/10"));
    Reception.Relay relay = (Reception.Relay) cache.receive(plan, head, clock.instant());
    afterLookUp = () -> putWhole(plan, wholeEtag);
    requireNonNull(relay.storing()).append(ByteBuffer.allocate(2), true);
  }

  /** RFC 9111 §3.4: what combines with it, and what is weakly the same, adds nothing to it. */
  @ParameterizedTest
  @CsvSource({"\"a\", \"a\"", "W/\"a\", W/\"a\""})
  void aPartDoesNotDisplaceAWholeThatCameInBetween(String partEtag, String wholeEtag) {
    overtakePart(partEtag, wholeEtag);
    Plan plan = plan(Fields.empty());
    assertThat(plan).isInstanceOf(Plan.Answer.class);
    plan.discard();
    assertThat(notStored).containsExactly("partial");
    assertNothingIsLeft();
  }

  @Test
  void aPartOfAnotherRepresentationStillDoes() {
    overtakePart("\"b\"", "\"a\"");
    assertThat(plan(Fields.of("Range", "bytes=0-1"))).isInstanceOf(Plan.Answer.class);
    assertThat(store.usage().responses()).isEqualTo(1);
    assertThat(notStored).isEmpty();
  }

  private void assertNothingIsLeft() {
    assertThat(store.inFlightBytes()).isZero();
    store.clear();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }
}
