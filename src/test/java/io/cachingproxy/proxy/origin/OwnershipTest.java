package io.cachingproxy.proxy.origin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.Redaction;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.request.ProxySettings;
import io.cachingproxy.proxy.request.Pseudonym;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Protects the store's memory, and whoever waits, against a step that throws: each hold is given
 * back once, and everybody gets an answer. The store's own counts tell: a hold that is given back
 * twice makes it fail when it lets go itself, one that is kept is still in use when it is closed.
 */
@Tag("embedded-only")
class OwnershipTest {

  private static final ConditionFactory SOON =
      await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));

  /** What an exchange asks of its client. */
  enum Step {
    NONE,
    HAS_LEFT,
    ORIGIN_FAILED,
    ORIGIN_TOOK,
    BEGIN,
    WRITE,
    COMPLETE,
    REFUSE,
    ANSWER
  }

  /** What the origin does after what is stored, if anything, has become stale. */
  enum Situation {
    STORED_ANEW(false, Script.reply(200, "fresh", "Cache-Control: max-age=60")),
    NOT_STORED(false, Script.reply(200, "own", "Cache-Control: no-store")),
    REFUSED(false, OriginExchange::close),
    ERROR(false, Script.reply(503, "no")),
    CONFIRMED(true, Script.reply(304, "", "ETag: \"1\"", "Cache-Control: max-age=60")),
    REPLACED(true, Script.reply(200, "fresh", "Cache-Control: max-age=60", "ETag: \"2\"")),
    KNOWN_TO_CLIENT(
        true,
        Fields.of("If-None-Match", "\"2\""),
        Script.reply(200, "fresh", "Cache-Control: max-age=60", "ETag: \"2\"")),
    STANDS_IN_FOR_ERROR(true, Script.reply(500, "no")),
    STANDS_IN_FOR_SILENCE(true, OriginExchange::close);

    private final boolean isStored;
    private final Fields request;
    private final Script answer;

    Situation(boolean isStored, Script answer) {
      this(isStored, Fields.empty(), answer);
    }

    Situation(boolean isStored, Fields request, Script answer) {
      this.isStored = isStored;
      this.request = request;
      this.answer = answer;
    }
  }

  static List<Arguments> stepsAndSituations() {
    List<Arguments> all = new ArrayList<>();
    for (Situation situation : Situation.values()) {
      for (Step step : Step.values()) {
        all.add(Arguments.of(situation, step, true));
        all.add(Arguments.of(situation, step, false));
      }
    }
    return all;
  }

  /** A client that throws once, at one step. */
  private static final class Throwing implements Recipient {

    private final Step step;
    private final Supplier<Throwable> what;
    private volatile boolean thrown;
    private volatile boolean writing;
    private final CompletableFuture<Step> ended = new CompletableFuture<>();

    Throwing(Step step, Supplier<Throwable> what) {
      this.step = step;
      this.what = what;
    }

    private void at(Step now) {
      if (now == step && !thrown) {
        thrown = true;
        Throwable bug = what.get();
        if (bug instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) bug;
      }
    }

    private void ended(Step by) {
      at(by);
      ended.complete(by);
    }

    @Override
    public void interim(int status, Fields fields, Runnable whenSent) {
      whenSent.run();
    }

    @Override
    public void originFailed(OriginFailure failure) {
      at(Step.ORIGIN_FAILED);
    }

    @Override
    public void begin(int status, Fields fields, CacheOutcome outcome) {
      at(Step.BEGIN);
    }

    @Override
    public void trailers(Supplier<Fields> trailers) {}

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      writing = true;
      at(Step.WRITE);
      callback.succeeded();
    }

    @Override
    public boolean isAnswering() {
      return writing;
    }

    @Override
    public boolean hasLeft() {
      at(Step.HAS_LEFT);
      return false;
    }

    @Override
    public void complete() {
      ended.complete(Step.COMPLETE);
      at(Step.COMPLETE);
    }

    @Override
    public void abort(Throwable failure) {
      ended.complete(Step.NONE);
    }

    @Override
    public void refuse(int status, CacheOutcome outcome, String text) {
      ended(Step.REFUSE);
    }

    @Override
    public void answer(StoredAnswer answer, CacheOutcome outcome) {
      answer.stored().release();
      ended(Step.ANSWER);
    }

    @Override
    public void originTook(Duration duration) {
      at(Step.ORIGIN_TOOK);
    }
  }

  private final ManualClock clock = new ManualClock();
  private final MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
  private final HttpCache cache =
      new HttpCache(
          store, CachePolicy.defaults(), CollapseLimits.defaults(), new CacheListener() {}, clock);
  private final OriginGate gate =
      new OriginGate(new OriginGate.Limits(10, 10, 0), Redaction.none(), System::nanoTime);
  private final RawOrigin server = RawOrigin.start(clock);
  private final HttpClient client = new HttpClient();
  private final LogCapture log = new LogCapture();
  private Runnable whenResumed = () -> {};
  private @Nullable OriginClient origin;

  @BeforeEach
  void start() throws Exception {
    client.start();
    ProxySettings settings =
        new ProxySettings(
            new ProxySettings.Origin(
                "http", "127.0.0.1", server.port(), server.authority(), "", false, 8192),
            new ProxySettings.Requests(List.of(), 8192, 100, 0),
            new ProxySettings.Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofSeconds(10)),
            Redaction.none());
    origin =
        new OriginClient(
            client,
            settings,
            Pseudonym.random(),
            gate,
            new CacheListener() {
              @Override
              public void resumed() {
                whenResumed.run();
              }
            },
            clock,
            System::nanoTime);
  }

  @AfterEach
  void stop() throws Exception {
    log.close();
    client.stop();
    server.stop();
  }

  private Plan plan() {
    return plan(Fields.empty());
  }

  private Plan plan(Fields fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://" + server.authority() + "/page"));
    return cache.plan(new RequestHead("GET", target, fields)).toCompletableFuture().join();
  }

  private io.cachingproxy.proxy.origin.OriginExchange ask(Plan plan, Recipient who) {
    return new io.cachingproxy.proxy.origin.OriginExchange(
        Inquiry.of(requireNonNull(origin), cache, (Plan.AskOrigin) plan, who, Fields.empty()));
  }

  private CompletableFuture<Plan> wait(Plan plan) {
    return ((Plan.Wait) plan).waiting().outcome().toCompletableFuture();
  }

  private void store() throws Exception {
    server.otherwise(
        Script.reply(200, "old", "Cache-Control: max-age=1, stale-if-error=600", "ETag: \"1\""));
    Throwing first = new Throwing(Step.NONE, Error::new);
    ask(plan(), first).start();
    assertThat(first.ended.get(10, TimeUnit.SECONDS)).isEqualTo(Step.COMPLETE);
    awaitEnd();
    clock.advance(Duration.ofSeconds(10));
  }

  private void awaitEnd() {
    SOON.until(() -> gate.atOrigin() == 0);
    SOON.until(() -> store.inFlightBytes() == 0);
  }

  private void assertNothingIsHeld() {
    awaitEnd();
    assertThat(cache.waiting()).isZero();
    cache.clear();
    store.close();
    SOON.untilAsserted(() -> assertThat(store.committedBytes()).isZero());
  }

  @ParameterizedTest(name = "{0}, {1} throws, an error: {2}")
  @MethodSource("stepsAndSituations")
  void whateverStepThrowsEachHoldIsGivenBackOnceAndNobodyWaitsForEver(
      Situation situation, Step step, boolean isError) throws Exception {
    if (situation.isStored) {
      store();
    }
    Gate joined = new Gate();
    server.otherwise(
        exchange -> {
          joined.await();
          situation.answer.answer(exchange);
        });
    Throwing leader =
        new Throwing(step, () -> isError ? new AssertionError(step) : new IllegalStateException());
    Plan led = plan(situation.request);
    CompletableFuture<Plan> waiting = wait(plan());
    ask(led, leader).start();
    joined.open();
    waiting.get(10, TimeUnit.SECONDS).discard();
    assertThat(leader.ended.get(10, TimeUnit.SECONDS)).isNotNull();
    assertNothingIsHeld();
  }

  @Test
  void aBugAsTheRestOfAResponseComesPutsNothingInTheWrongPlace() throws Exception {
    whenResumed =
        () -> {
          throw new IllegalStateException("bug");
        };
    server.otherwise(
        Script.sequence(
            exchange -> {
              exchange.head(200, "Cache-Control: max-age=60", "ETag: \"1\"", "Content-Length: 10");
              exchange.write("01234");
              exchange.reset();
            },
            Script.reply(206, "56789", "ETag: \"1\"", "Content-Range: bytes 5-9/10")));
    Throwing leader = new Throwing(Step.NONE, Error::new);
    ask(plan(), leader).start();
    assertThat(leader.ended.get(10, TimeUnit.SECONDS)).as("broken off").isEqualTo(Step.NONE);
    awaitEnd();
    assertThat(cache.usage().responses()).isZero();
    assertThat(server.requests("/page")).as("nothing more is asked for").hasSize(2);
    assertNothingIsHeld();
  }

  /** Its request is asked for just where a response is about to be brought into the store. */
  private static Response responseThatThrows(Error bug) {
    HttpFields fields =
        HttpFields.build().add("Cache-Control", "max-age=60").add("Content-Length", "5");
    return (Response)
        Proxy.newProxyInstance(
            OwnershipTest.class.getClassLoader(),
            new Class<?>[] {Response.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getStatus" -> 200;
                  case "getHeaders" -> fields;
                  case "getVersion" -> HttpVersion.HTTP_1_1;
                  case "abort" -> CompletableFuture.completedFuture(true);
                  default -> throw bug;
                });
  }

  @Test
  void anErrorBetweenTheArrivalAndTheFillReachesAllWhoHaveJoined() throws Exception {
    Throwing leader = new Throwing(Step.NONE, Error::new);
    Plan led = plan();
    CompletableFuture<Plan> waiting = wait(plan());
    ask(led, leader).onHeaders(responseThatThrows(new AssertionError("bug")));
    assertThat(leader.ended.get(10, TimeUnit.SECONDS)).isEqualTo(Step.REFUSE);
    Plan.Follow follow = (Plan.Follow) waiting.get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> follow.content().read(() -> {})).isInstanceOf(IOException.class);
    follow.discard();
    assertThat(plan()).as("nobody joins what has ended").isInstanceOf(Plan.AskOrigin.class);
    assertNothingIsHeld();
  }
}
