package io.cachingproxy.conformance;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Plays one case: sends its requests, answers them at the origin, checks what must be seen. */
final class CasePlayer {

  private static final Reply UNEXPECTED =
      new Reply(200, Reply.Manner.WHOLE, "unexpected", "Cache-Control: no-store");

  private final ProxyUnderTest proxy;
  private final RawOrigin origin;
  private final String root;
  private final Clock clock;
  private final Times times;
  private final List<String> contents = new ArrayList<>();
  private @Nullable Step playing;
  private int answered;

  private CasePlayer(ProxyUnderTest proxy, RawOrigin origin, String root, Clock clock) {
    this.proxy = proxy;
    this.origin = origin;
    this.root = root;
    this.clock = clock;
    Instant start = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    this.times = new Times(start, root, origin.authority());
  }

  /** Plays it on the shared stage, on the system's clock. */
  static void play(Case each, Stage stage) throws IOException {
    List<String> settings = new ArrayList<>();
    each.settings()
        .forEach(
            (name, value) -> {
              settings.add(name);
              settings.add(value);
            });
    ProxyUnderTest proxy = stage.proxy(settings.toArray(new String[0]));
    new CasePlayer(proxy, stage.sharedOrigin(), stage.path(""), Clock.systemUTC()).play(each);
  }

  /** Plays it on a proxy and an origin with a clock of their own. */
  static void play(Case each, ProxyUnderTest proxy, RawOrigin origin, ManualClock clock)
      throws IOException {
    new CasePlayer(proxy, origin, "/" + each.id() + "/", clock).play(each);
  }

  private void play(Case each) throws IOException {
    origin.on(root, this::answer);
    int number = 0;
    for (Step step : each.steps()) {
      number++;
      if (step.secondsLater > 0 && clock instanceof ManualClock manual) {
        manual.advance(Duration.ofSeconds(step.secondsLater));
      }
      int before = origin.requests(root).size();
      begin(step);
      Response response = send(step);
      List<ReceivedRequest> asked = askedSince(before, step.backgroundRequests);
      Seen seen = new Seen(step.method, response, asked, contentsSoFar(), times);
      for (Consumer<Seen> check : step.checks) {
        try {
          check.accept(seen);
        } catch (AssertionError failed) {
          throw new AssertionError(
              "%s: step %d (%s): %s%nthe client got:%n%s%nthe origin was asked:%n%s"
                  .formatted(each.id(), number, step.method, failed.getMessage(), response, asked),
              failed);
        }
      }
    }
  }

  /** What happens in the background is awaited, so that the next step finds it done. */
  private List<ReceivedRequest> askedSince(int before, int background) {
    if (background > 0) {
      Awaitility.await()
          .atMost(Gate.PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> origin.requests(root).size() >= before + background);
    }
    List<ReceivedRequest> all = origin.requests(root);
    return all.subList(before, all.size());
  }

  private Response send(Step step) throws IOException {
    try (RawClient client = proxy.client()) {
      String target = root + step.resource;
      String[] lines = times.in(step.lines);
      if (step.content.isEmpty()) {
        client.sendRequest(step.method, target, lines);
      } else {
        client.sendRequest(
            step.method, target, step.content.getBytes(StandardCharsets.ISO_8859_1), lines);
      }
      Response response = client.read(step.method);
      Assertions.assertThat(response.headers().values("X-Cache")).hasSize(1);
      return response;
    }
  }

  private synchronized void begin(Step step) {
    playing = step;
    answered = 0;
  }

  private synchronized List<String> contentsSoFar() {
    return List.copyOf(contents);
  }

  private void answer(OriginExchange exchange) throws IOException {
    Reply reply;
    int number;
    long seconds;
    synchronized (this) {
      List<Reply> replies = playing == null ? List.of() : playing.replies;
      // Past the last one: what failed once may fail again, when the proxy retries.
      reply = replies.isEmpty() ? UNEXPECTED : replies.get(Math.min(answered, replies.size() - 1));
      answered++;
      seconds = playing == null ? 0 : playing.originSeconds;
      number = contents.size() + 1;
      boolean empty = exchange.request().method().equals("HEAD") || !reply.hasContent();
      contents.add(!empty ? reply.content(number) : "");
    }
    if (seconds > 0 && clock instanceof ManualClock manual) {
      manual.advance(Duration.ofSeconds(seconds));
    }
    reply.play(exchange, number, times);
  }
}
