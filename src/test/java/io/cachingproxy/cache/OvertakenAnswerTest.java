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
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Protects what was purged from answers to unsafe requests that were under way meanwhile. */
class OvertakenAnswerTest {

  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
  private final HttpCache cache =
      new HttpCache(
          store, CachePolicy.defaults(), CollapseLimits.defaults(), new CacheListener() {}, clock);

  private static TargetUri target(String path) {
    return requireNonNull(TargetUri.parse("http://origin" + path));
  }

  private Plan plan(String method, String path) {
    RequestHead request = new RequestHead(method, target(path), Fields.empty());
    return cache.plan(request).toCompletableFuture().join();
  }

  private void answer(Plan plan, Fields fields) {
    Reception.Relay relay =
        (Reception.Relay)
            cache.receive((Plan.AskOrigin) plan, new ResponseHead(200, fields), clock.instant());
    ArrivingResponse storing = relay.storing();
    if (storing != null) {
      storing.append(ByteBuffer.wrap(new byte[] {1}), true);
    }
  }

  private Fields storable() {
    return Fields.of(
        "Cache-Control", "max-age=60",
        "Content-Location", "/page",
        "Content-Length", "1",
        "Cache-Groups", "\"g\"");
  }

  @Test
  void anAnswerToPostIsStoredThoughItInvalidatesItsOwnUri() {
    answer(plan("POST", "/page"), storable());
    assertThat(plan("GET", "/page")).isInstanceOf(Plan.Answer.class);
  }

  @Test
  void anAnswerToPostIsNotStoredIfItsGroupWasPurgedOnItsWay() {
    Plan post = plan("POST", "/page");
    answer(plan("DELETE", "/other"), Fields.of("Cache-Group-Invalidation", "\"g\""));
    answer(post, storable());
    assertThat(plan("GET", "/page")).isInstanceOf(Plan.AskOrigin.class);
  }

  @Test
  void aConfirmationWhoseGroupWasPurgedOnItsWayDoesNotMakeTheUriPersonal() {
    Fields stored = storable().with("ETag", "\"1\"");
    answer(plan("GET", "/page"), stored);
    clock.advance(Duration.ofSeconds(61));
    Plan revalidation = plan("GET", "/page");
    answer(plan("DELETE", "/other"), Fields.of("Cache-Group-Invalidation", "\"g\""));
    Reception reception =
        cache.receive(
            (Plan.AskOrigin) revalidation,
            new ResponseHead(304, Fields.of("ETag", "\"1\"", "Cache-Control", "max-age=60")),
            clock.instant());
    assertThat(reception).as("for its own client").isInstanceOf(Reception.Answer.class);

    assertThat(plan("GET", "/page")).as("the next one asks").isInstanceOf(Plan.AskOrigin.class);
    assertThat(plan("GET", "/page"))
        .as("a request that comes meanwhile waits for that one")
        .isInstanceOf(Plan.Wait.class);
  }
}
