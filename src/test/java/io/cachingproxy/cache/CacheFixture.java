package io.cachingproxy.cache;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.collapse.ArrivingBody;
import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.cache.collapse.WaitOutcome;
import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A cache whose clients and whose origin are the test: all that happens does so on its thread, in
 * the order that it says. Names and values of fields are given alternating.
 */
final class CacheFixture {

  final ManualClock clock = new ManualClock();
  final MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});

  /** What came of the waits that are over, in order. */
  final List<WaitOutcome> waits = new ArrayList<>();

  /** Why responses were not stored, in order. */
  final List<String> notStored = new ArrayList<>();

  final HttpCache cache;

  private Deque<Runnable> afterFinds = new ArrayDeque<>();

  CacheFixture() {
    this(CollapseLimits.defaults());
  }

  CacheFixture(CollapseLimits limits) {
    CacheListener listener =
        new CacheListener() {
          @Override
          public void waited(WaitOutcome outcome) {
            waits.add(outcome);
          }

          @Override
          public void notStored(String reason) {
            notStored.add(reason);
          }
        };
    cache = new HttpCache(overtaken(), CachePolicy.defaults(), limits, listener, clock);
  }

  /** What purges the response of {@code /page} that is of the group {@code g}. */
  enum Purge {
    EVERYTHING,
    ITS_KEY,
    ITS_GROUP;

    void of(CacheFixture house) {
      switch (this) {
        case EVERYTHING -> house.cache.clear();
        case ITS_KEY -> house.receive(house.plan("DELETE", "/page"), 204);
        case ITS_GROUP ->
            house.receive(house.plan("DELETE", "/other"), 204, "Cache-Group-Invalidation", "\"g\"");
      }
    }
  }

  /** The store, in which something may happen each time just after whole responses were found. */
  private ResponseStore overtaken() {
    return (ResponseStore)
        Proxy.newProxyInstance(
            ResponseStore.class.getClassLoader(),
            new Class<?>[] {ResponseStore.class},
            (proxy, method, arguments) -> {
              Object found;
              try {
                found = method.invoke(store, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getTargetException();
              }
              Runnable task = method.getName().equals("find") ? afterFinds.poll() : null;
              if (task != null) {
                Deque<Runnable> further = afterFinds;
                afterFinds = new ArrayDeque<>();
                task.run();
                afterFinds = further;
              }
              return found;
            });
  }

  /** What happens after the next look-up for which nothing is to happen yet. */
  void afterNextFind(Runnable task) {
    afterFinds.add(task);
  }

  static RequestHead request(String method, String path, String... fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin" + path));
    return new RequestHead(method, target, Fields.of(fields));
  }

  Plan plan(String method, String path, String... fields) {
    CompletableFuture<Plan> plan = cache.plan(request(method, path, fields)).toCompletableFuture();
    assertThat(plan.isDone()).as("there is a plan").isTrue();
    return plan.join();
  }

  Plan get(String... fields) {
    return plan("GET", "/page", fields);
  }

  /** A GET of {@code /page} that goes to the origin. */
  Plan.AskOrigin asks(String... fields) {
    return is(Plan.AskOrigin.class, get(fields));
  }

  /** A GET of {@code /page} that goes to the origin, for others as well. */
  Plan.AskOrigin leads(String... fields) {
    Plan.AskOrigin plan = asks(fields);
    assertThat(plan.shared().isShared()).as("others may wait for it").isTrue();
    return plan;
  }

  /** A GET of {@code /page} that waits for another. */
  Plan.Wait waits(String... fields) {
    return is(Plan.Wait.class, get(fields));
  }

  /** A GET of {@code /page} that gets what is arriving for another. */
  Plan.Follow follows(String... fields) {
    return is(Plan.Follow.class, next(waits(fields)));
  }

  static <P extends Plan> P is(Class<P> kind, Plan plan) {
    assertThat(plan).isInstanceOf(kind);
    return kind.cast(plan);
  }

  static boolean isOver(Plan.Wait wait) {
    return wait.waiting().outcome().toCompletableFuture().isDone();
  }

  /** What comes after a wait that is over. */
  static Plan next(Plan.Wait wait) {
    assertThat(isOver(wait)).as("the wait is over").isTrue();
    return wait.waiting().outcome().toCompletableFuture().join();
  }

  /** A plan that asks the origin, and that nobody waits for. */
  static void assertGoesAlone(Plan plan) {
    assertThat(is(Plan.AskOrigin.class, plan).shared().isShared()).as("for others").isFalse();
    plan.discard();
  }

  Reception receive(Plan plan, int status, String... fields) {
    ResponseHead head = new ResponseHead(status, Fields.of(fields));
    return cache.receive(is(Plan.AskOrigin.class, plan), head, clock.instant());
  }

  /** The head of an answer that goes into the store. */
  ArrivingResponse begin(Plan plan, String... fields) {
    Reception reception = receive(plan, 200, fields);
    assertThat(reception).isInstanceOf(Reception.Relay.class);
    return requireNonNull(((Reception.Relay) reception).storing(), "it is to be stored");
  }

  /** A whole answer that goes into the store. */
  void deliver(Plan plan, String content, String... fields) {
    append(begin(plan, fields), content, true);
  }

  static void append(ArrivingResponse storing, String piece, boolean last) {
    assertThat(storing.append(ByteBuffer.wrap(piece.getBytes(US_ASCII)), last)).isTrue();
  }

  /** The answer to a GET of {@code /page} is stored, which was not. */
  void storePage(String content, String... fields) {
    deliver(asks(), content, fields);
  }

  /** A part of {@code /page}, as a GET for that range would get it, is stored. */
  void receivePart(String part, int first, int length) {
    String range = first + "-" + (first + part.length() - 1);
    Reception reception =
        receive(
            asks("Range", "bytes=" + range),
            206,
            "Cache-Control",
            "max-age=60",
            "ETag",
            "\"1\"",
            "Content-Range",
            "bytes " + range + "/" + length);
    append(requireNonNull(((Reception.Relay) reception).storing(), "it is stored"), part, true);
  }

  /** Something else is stored. */
  void storeAnother() {
    deliver(plan("GET", "/another"), "another", "Cache-Control", "max-age=60");
  }

  /** A page with the content {@code old} that has been stale for one second. */
  void storeStale(String... more) {
    String[] fields = Arrays.copyOf(more, more.length + 4);
    fields[more.length] = "ETag";
    fields[more.length + 1] = "\"1\"";
    fields[more.length + 2] = "Cache-Groups";
    fields[more.length + 3] = "\"g\"";
    storePage("old", fields);
    clock.advance(Duration.ofSeconds(61));
  }

  /** The content that a plan answers with from the store; the plan is carried out by that. */
  static String content(Plan plan) {
    return content(is(Plan.Answer.class, plan).response());
  }

  /** The content of something held, which is released. */
  static String content(Stored held) {
    StringBuilder all = new StringBuilder();
    if (held.completeLength() > 0) {
      held.buffers(ByteRange.all(held.completeLength()))
          .forEach(piece -> all.append(US_ASCII.decode(piece)));
    }
    held.release();
    return all.toString();
  }

  /** All content there is of what is being followed, which is not given up. */
  static String soFar(Plan plan) {
    ArrivingBody.Reader reader = is(Plan.Follow.class, plan).content();
    StringBuilder all = new StringBuilder();
    try {
      ArrivingBody.Piece piece = reader.read(() -> {});
      while (piece != null) {
        all.append(US_ASCII.decode(piece.content()));
        piece = piece.last() ? null : reader.read(() -> {});
      }
    } catch (IOException brokenOff) {
      all.append("[broken off]");
    }
    return all.toString();
  }

  /** The rest of what is being followed. */
  static String rest(Plan plan) {
    String rest = soFar(plan);
    plan.discard();
    return rest;
  }

  /** Whoever got something has given it back. */
  void assertNothingIsLeft() {
    assertThat(cache.waiting()).as("those who wait").isZero();
    assertThat(store.inFlightBytes()).as("bytes in flight").isZero();
    store.clear();
    assertThat(store.inFlightBytes()).as("bytes that somebody holds").isZero();
    store.close();
    assertThat(store.committedBytes()).as("bytes of memory").isZero();
  }
}
