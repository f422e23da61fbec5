package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.events.KafkaBroker;
import io.cachingproxy.testing.BodyStream;
import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.TruncatedMessageException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stop is orderly: what has begun is finished, and the exit code says success. */
class ShutdownIT {

  private final Gate gate = new Gate();
  private final RawOrigin origin = RawOrigin.start();

  @AfterEach
  void letGo() {
    gate.open();
    origin.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalEndsAnIdleProxyWithSuccessAndWithoutAWord(String signal) {
    try (RunningProxy proxy = RunningProxy.start(origin.url())) {
      proxy.program().signal(signal);
      Program.Ended ended = proxy.program().awaitEnd();
      assertThat(ended.status()).isZero();
      assertThat(ended.err()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aResponseInFlightIsFinishedWhileNoConnectionIsTakenAnyMore(String signal) throws Exception {
    origin.on(
        "/slow",
        exchange -> {
          exchange.head(200, "Content-Length: 10", "Cache-Control: max-age=60");
          exchange.write("first");
          gate.await();
          exchange.write("later");
        });
    try (RunningProxy proxy = RunningProxy.start(origin.url());
        RawClient client = proxy.client()) {
      client.sendRequest("GET", "/slow");
      await().until(() -> origin.requests("/slow").size() == 1);

      proxy.program().signal(signal);
      await()
          .atMost(Program.PATIENCE)
          .untilAsserted(() -> assertThat(refusesConnections(proxy)).isTrue());
      assertThat(proxy.program().isAlive()).isTrue();
      gate.open();

      assertThat(client.read("GET")).isMiss().hasBody("firstlater");
      Program.Ended ended = proxy.program().awaitEnd();
      assertThat(ended.status()).isZero();
      assertThat(ended.err()).isEmpty();
    }
  }

  @Test
  void aRequestWhoseAnswerHasNotBegunIsFinishedToo() throws Exception {
    origin.on(
        "/slow",
        exchange -> {
          gate.await();
          exchange.respond(200, "late but whole");
        });
    try (RunningProxy proxy = RunningProxy.start(origin.url());
        RawClient client = proxy.client()) {
      client.sendRequest("GET", "/slow");
      await().until(() -> origin.requests("/slow").size() == 1);

      proxy.program().signal("TERM");
      await()
          .atMost(Program.PATIENCE)
          .untilAsserted(() -> assertThat(refusesConnections(proxy)).isTrue());
      gate.open();

      assertThat(client.read("GET"))
          .isMiss()
          .hasBody("late but whole")
          .hasHeaderLines("Connection", "close");
      assertThat(proxy.program().awaitEnd().status()).isZero();
    }
  }

  @Test
  void whatNeverEndsIsCutOffWhenTheTimeIsOver() throws Exception {
    origin.on(
        "/endless",
        exchange -> {
          exchange.head(200, "Content-Length: 10");
          exchange.write("first");
          exchange.awaitClosedByPeer();
        });
    try (RunningProxy proxy = RunningProxy.start(origin.url(), "--shutdown-timeout", "500ms");
        RawClient client = proxy.client()) {
      client.sendRequest("GET", "/endless");
      BodyStream body = client.body("GET", client.readHead());
      proxy.program().signal("TERM");

      assertThatThrownBy(body::readAllBytes).isInstanceOf(TruncatedMessageException.class);
      Program.Ended ended = proxy.program().awaitEnd();
      assertThat(ended.status()).isZero();
      assertThat(ended.err()).allMatch(line -> !line.startsWith("\tat "), "no stack trace");
    }
  }

  @Test
  void idleKeepAliveConnectionsDoNotHoldUpTheEnd() throws Exception {
    origin.otherwise(Script.reply(200, "page", "Cache-Control: max-age=60"));
    try (RunningProxy proxy = RunningProxy.start(origin.url(), "--shutdown-timeout", "10m");
        RawClient client = proxy.client()) {
      assertThat(client.get("/")).isStoredMiss();
      proxy.program().signal("TERM");
      client.awaitClose();
      assertThat(proxy.program().awaitEnd().status()).isZero();
    }
  }

  @Test
  void underLoadNoResponseIsCutAndConnectionsAreToldThatTheyEnd() throws Exception {
    origin.on("/cached", Script.reply(200, "x".repeat(100_000), "Cache-Control: max-age=60"));
    origin.on(
        "/asked-for-each-time", Script.reply(200, "y".repeat(20_000), "Cache-Control: no-store"));
    int connections = 64;
    CountDownLatch underWay = new CountDownLatch(connections);
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try (RunningProxy proxy = RunningProxy.start(origin.url())) {
      List<Future<LastRequests.End>> clients = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        String target = i % 4 == 0 ? "/asked-for-each-time" : "/cached";
        clients.add(threads.submit(new LastRequests(proxy, target, underWay)));
      }
      assertThat(underWay.await(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      proxy.program().signal("TERM");

      List<LastRequests.End> ends = new ArrayList<>();
      for (Future<LastRequests.End> client : clients) {
        ends.add(client.get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      assertThat(ends).doesNotContain(LastRequests.End.CUT).contains(LastRequests.End.ANNOUNCED);
      Program.Ended ended = proxy.program().awaitEnd();
      assertThat(ended.status()).isZero();
      assertThat(ended.err()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theEventsOfAllExchangesAreSentBeforeTheEnd() {
    origin.otherwise(Script.reply(200, "page", "Cache-Control: max-age=60"));
    int requests = 500;
    try (KafkaBroker broker = KafkaBroker.create().start();
        RunningProxy proxy =
            RunningProxy.start(
                origin.url(), "--kafka-bootstrap-servers", broker.bootstrapServers())) {
      for (int i = 0; i < requests; i++) {
        proxy.get("/");
      }
      proxy.stop();
      assertThat(broker.read("log-topic")).hasSize(requests);
    }
  }

  private static boolean refusesConnections(RunningProxy proxy) {
    try (RawClient client = proxy.client()) {
      return client.localPort() < 0;
    } catch (UncheckedIOException refused) {
      return true;
    }
  }
}
