package io.cachingproxy.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.Redaction;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is let through to the origin, and what is counted and said of it. */
class OriginGateTest {

  private final AtomicLong nanoTime = new AtomicLong();

  private OriginGate gate(int connections, int queue, int failures) {
    return new OriginGate(
        new OriginGate.Limits(connections, queue, failures), Redaction.none(), nanoTime::get);
  }

  private void fail(OriginGate gate, OriginFailure kind, int page) {
    TargetUri target = new TargetUri("http", "origin", "/" + page, null);
    RequestHead request = new RequestHead("GET", target, Fields.empty());
    fail(gate, kind, request);
  }

  private void fail(OriginGate gate, OriginFailure kind, RequestHead request) {
    gate.failed(kind, request, new IOException("no"), nanoTime.incrementAndGet(), false);
  }

  @Test
  void asManyAsMayWaitAreLetInAndTheNextIsRefusedUntilOneLeaves() {
    OriginGate gate = gate(2, 1, 0);
    assertThat(gate.enter()).isNull();
    assertThat(gate.enter()).isNull();
    assertThat(gate.waiting()).isZero();
    assertThat(gate.enter()).isNull();
    assertThat(gate.atOrigin()).isEqualTo(2);
    assertThat(gate.waiting()).isEqualTo(1);
    assertThat(gate.enter()).isEqualTo(OriginFailure.BUSY);
    assertThat(gate.refusedBusy()).isEqualTo(1);
    gate.leave();
    assertThat(gate.enter()).isNull();
  }

  @Test
  void whoIsTurnedAwayTakesNoPlace() {
    OriginGate gate = gate(1, 0, 1);
    fail(gate, OriginFailure.REFUSED, 1);
    for (int i = 0; i < 5; i++) {
      assertThat(gate.enter()).isEqualTo(OriginFailure.UNAVAILABLE);
    }
    assertThat(gate.refusedDown()).isEqualTo(5);
    assertThat(gate.atOrigin()).isZero();
    gate.answered();
    assertThat(gate.enter()).isNull();
  }

  @Test
  void nonsenseAndTheClientsOwnFaultsSayNothingOfTheOrigin() {
    OriginGate gate = gate(1, 0, 1);
    fail(gate, OriginFailure.INVALID, 1);
    fail(gate, OriginFailure.REQUEST_INCOMPLETE, 2);
    fail(gate, OriginFailure.REQUEST_TIMEOUT, 3);
    fail(gate, OriginFailure.BUSY, 4);
    fail(gate, OriginFailure.UNAVAILABLE, 5);
    assertThat(gate.isDown()).isFalse();
    assertThat(gate.timesDown()).isZero();
  }

  @Test
  void whatClientsAskIsNoProofButASilenceToTheProxysOwnQuestionIs() {
    OriginGate gate = gate(1, 0, 2);
    AtomicLong pings = new AtomicLong();
    gate.pingWith(pings::incrementAndGet);
    fail(gate, OriginFailure.TIMEOUT, 1);
    assertThat(pings).hasValue(0);
    fail(gate, OriginFailure.CLOSED, 2);
    assertThat(pings).hasValue(1);
    assertThat(gate.isDown()).isFalse();
    gate.unanswered();
    assertThat(gate.isDown()).isTrue();
    assertThat(gate.timesDown()).isEqualTo(1);

    nanoTime.addAndGet(CircuitBreaker.PROBE_INTERVAL.toNanos());
    assertThat(gate.enter()).as("a client's request, as a probe").isNull();
    assertThat(pings).as("which may hang however healthy the origin is").hasValue(2);
    assertThat(gate.enterToPing()).as("though the one connection is in use").isTrue();
    assertThat(gate.enterToPing()).as("one at a time").isFalse();
    gate.answered();
    gate.unasked();
    assertThat(gate.enterToPing()).isTrue();
    gate.leave();
    assertThat(gate.isDown()).isFalse();
  }

  @Test
  @Tag("embedded-only")
  void theLogTellsNoSecretOfTheQuery() {
    Redaction redaction = Redaction.of(List.of("token"));
    OriginGate gate = new OriginGate(new OriginGate.Limits(10, 0, 5), redaction, nanoTime::get);
    try (LogCapture log = new LogCapture()) {
      TargetUri target = new TargetUri("http", "origin", "/0", "token=s3cret&a=1");
      fail(gate, OriginFailure.REFUSED, new RequestHead("GET", target, Fields.empty()));
      assertThat(log.messages())
          .singleElement()
          .asString()
          .startsWith("GET http://origin/0?token=REDACTED&a=1: the origin refused");
    }
  }

  @Test
  @Tag("embedded-only")
  void theLogTellsOfDownAndUpOnceAndOfFailuresNowAndThen() {
    OriginGate gate = gate(10, 0, 5);
    try (LogCapture log = new LogCapture()) {
      for (int i = 0; i < 40; i++) {
        fail(gate, OriginFailure.REFUSED, i);
      }
      assertThat(log.messages())
          .satisfiesExactly(
              line -> assertThat(line).contains("GET http://origin/0: the origin refused"),
              line -> assertThat(line).contains("5 requests in a row failed"));
      nanoTime.addAndGet(Duration.ofSeconds(11).toNanos());
      gate.answered();
      gate.answered();
      fail(gate, OriginFailure.REFUSED, 41);
      assertThat(log.messages().subList(2, log.messages().size()))
          .satisfiesExactly(
              line -> assertThat(line).contains("answers again, after 11000 ms"),
              line -> assertThat(line).contains("GET http://origin/41", "39 more like it"));
      assertThat(log.stackTraces()).isEmpty();
    }
  }

  @Test
  void nothingThatAClientCanCauseIsAProofAgainstTheOrigin() {
    Set<OriginFailure> ofNoRequest =
        EnumSet.of(
            OriginFailure.UNKNOWN_HOST,
            OriginFailure.REFUSED,
            OriginFailure.UNROUTABLE,
            OriginFailure.CONNECT_TIMEOUT,
            OriginFailure.CERTIFICATE,
            OriginFailure.TLS);
    Set<OriginFailure> ofSomeRequests = EnumSet.of(OriginFailure.TIMEOUT, OriginFailure.CLOSED);
    for (OriginFailure each : OriginFailure.values()) {
      assertThat(OriginGate.troubleOf(each))
          .as(each.name())
          .isEqualTo(
              ofNoRequest.contains(each)
                  ? CircuitBreaker.Trouble.UNREACHABLE
                  : ofSomeRequests.contains(each) ? CircuitBreaker.Trouble.SILENT : null);
    }
  }
}
