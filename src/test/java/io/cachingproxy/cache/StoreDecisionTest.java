package io.cachingproxy.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Protects the reason that is given where a response can't be stored for its size. */
class StoreDecisionTest {

  private static final int LARGEST = 1 << 19;

  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(1 << 20, LARGEST, (cause, bytes) -> {});
  private final List<String> reasons = new ArrayList<>();
  private final HttpCache cache =
      new HttpCache(
          store,
          CachePolicy.defaults(),
          CollapseLimits.defaults(),
          new CacheListener() {
            @Override
            public void notStored(String reason) {
              reasons.add(reason);
            }
          },
          clock);
  private final List<BodyWriter> arriving = new ArrayList<>();

  /** What arrives may take half of the memory, and does. */
  @BeforeEach
  void fill() {
    BodyWriter first = requireNonNull(store.newBody(LARGEST));
    BodyWriter second = requireNonNull(store.newBody(LARGEST - 10_000));
    arriving.addAll(List.of(first, second));
  }

  @AfterEach
  void empty() {
    arriving.forEach(BodyWriter::abort);
    assertThat(store.inFlightBytes()).isZero();
    store.close();
  }

  private Reception.Relay receive(int status, Fields request, Fields response) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/page"));
    Plan plan = cache.plan(new RequestHead("GET", target, request)).toCompletableFuture().join();
    Fields fresh = response.with("Cache-Control", "max-age=60");
    return (Reception.Relay)
        cache.receive((Plan.AskOrigin) plan, new ResponseHead(status, fresh), clock.instant());
  }

  private void assertNotStored(Reception.Relay relay, String reason) {
    assertThat(relay.storing()).isNull();
    assertThat(relay.outcome().detail()).isEqualTo(reason);
    assertThat(reasons).containsExactly(reason);
  }

  @Test
  void whatThereIsNoRoomForNowIsNotCalledTooLarge() {
    assertNotStored(receive(200, Fields.empty(), Fields.of("Content-Length", "100000")), "no-room");
  }

  @Test
  void whatIsLargerThanAllThatIsStoredIsTooLarge() {
    assertNotStored(
        receive(200, Fields.empty(), Fields.of("Content-Length", "600000")), "too-large");
  }

  @Test
  void aPartIsTooLargeIfTheWholeIs() {
    Fields range = Fields.of("Range", "bytes=0-99999");
    assertNotStored(
        receive(206, range, Fields.of("Content-Range", "bytes 0-99999/100000")), "no-room");
    reasons.clear();
    assertNotStored(
        receive(206, range, Fields.of("Content-Range", "bytes 0-99999/600000")), "too-large");
  }

  @Test
  void contentOfUnknownLengthCanTurnOutToBeEither() {
    ArrivingResponse noRoom =
        requireNonNull(receive(200, Fields.empty(), Fields.empty()).storing());
    assertThat(noRoom.append(ByteBuffer.allocate(100_000), false)).isFalse();
    noRoom.abort(new IOException("no room"));
    assertThat(reasons).containsExactly("no-room");
    reasons.clear();
    ArrivingResponse tooLarge =
        requireNonNull(receive(200, Fields.empty(), Fields.empty()).storing());
    assertThat(tooLarge.append(ByteBuffer.allocate(600_000), false)).isFalse();
    tooLarge.abort(new IOException("too large"));
    assertThat(reasons).containsExactly("too-large");
  }
}
