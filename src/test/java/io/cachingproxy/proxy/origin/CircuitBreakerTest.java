package io.cachingproxy.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.proxy.origin.CircuitBreaker.Trouble;
import io.cachingproxy.proxy.origin.CircuitBreaker.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When the origin counts as down, and how soon it doesn't any more. */
class CircuitBreakerTest {

  private static final long START = Long.MAX_VALUE - 1_000; // nanoTime may overflow at any moment
  private static final long PROBE = CircuitBreaker.PROBE_INTERVAL.toNanos();

  private long now = START;
  private int targets;
  private final CircuitBreaker breaker = new CircuitBreaker(3, now);

  /** Whether that opens it, where the question that is asked in doubt has no answer either. */
  private boolean fail(Trouble trouble) {
    now++;
    return hasOpened(breaker, breaker.failed(trouble, "target " + targets++, now, now), now);
  }

  private static boolean hasOpened(CircuitBreaker breaker, Verdict verdict, long now) {
    return verdict == Verdict.OPENED || (verdict == Verdict.DOUBTED && breaker.unanswered(now));
  }

  private void open(Trouble trouble) {
    for (int i = 0; i < 3; i++) {
      boolean unused = fail(trouble);
    }
    assertThat(breaker.isOpen()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void failuresInARowOpenItOnce(Trouble trouble) {
    assertThat(fail(trouble)).isFalse();
    assertThat(fail(trouble)).isFalse();
    assertThat(breaker.admits(now)).isTrue();
    assertThat(fail(trouble)).as("the third opens it").isTrue();
    assertThat(fail(trouble)).as("it is open already").isFalse();
    assertThat(breaker.admits(now)).isFalse();
  }

  @Test
  void anAnswerBetweenStartsTheCountAnew() {
    for (int i = 0; i < 10; i++) {
      assertThat(fail(Trouble.UNREACHABLE)).isFalse();
      assertThat(fail(Trouble.SILENT)).isFalse();
      assertThat(breaker.answered(++now)).isFalse();
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void requestsThatHungWhileOthersWereAnsweredDoNotCount() {
    long sentAt = ++now;
    now += Duration.ofMinutes(1).toNanos();
    assertThat(breaker.answered(now)).isFalse();
    for (int i = 0; i < 100; i++) {
      assertThat(breaker.failed(Trouble.SILENT, "target " + i, sentAt, ++now))
          .isEqualTo(Verdict.NONE);
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void oneTargetThatHangsDoesNotOpenItAlone() {
    for (int i = 0; i < 100; i++) {
      assertThat(breaker.failed(Trouble.SILENT, "/hangs", now, ++now)).isEqualTo(Verdict.NONE);
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void requestsThatAClientHasChosenOnlyRaiseADoubt() {
    int doubts = 0;
    for (int i = 0; i < 100; i++) {
      Verdict verdict = breaker.failed(Trouble.SILENT, "target " + i, now, ++now);
      assertThat(verdict).isNotEqualTo(Verdict.OPENED);
      doubts += verdict == Verdict.DOUBTED ? 1 : 0;
    }
    assertThat(doubts).as("one question at a time").isEqualTo(1);
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.answered(++now)).as("it has never been open").isFalse();
    assertThat(breaker.unanswered(++now)).as("nobody doubts any more").isFalse();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void oneLostConnectionAfterManySilentRequestsIsNoProof() {
    assertThat(breaker.failed(Trouble.SILENT, 1, now, ++now)).isEqualTo(Verdict.NONE);
    assertThat(breaker.failed(Trouble.SILENT, 2, now, ++now)).isEqualTo(Verdict.NONE);
    assertThat(breaker.failed(Trouble.UNREACHABLE, 3, now, ++now)).isEqualTo(Verdict.DOUBTED);
  }

  @Test
  void aQuestionThatCouldNotBeAskedIsAskedAtTheNextFailure() {
    for (int i = 0; i < 2; i++) {
      assertThat(breaker.failed(Trouble.SILENT, i, now, ++now)).isEqualTo(Verdict.NONE);
    }
    for (int i = 2; i < 5; i++) {
      assertThat(breaker.failed(Trouble.SILENT, i, now, ++now)).isEqualTo(Verdict.DOUBTED);
      breaker.unasked();
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void oneTargetWithoutConnectionIsEnough() {
    Verdict verdict = Verdict.NONE;
    for (int i = 0; i < 3; i++) {
      verdict = breaker.failed(Trouble.UNREACHABLE, "/page", now, ++now);
    }
    assertThat(verdict).isEqualTo(Verdict.OPENED);
  }

  @Test
  void whileItIsOpenOneRequestInEachIntervalGoesThrough() {
    open(Trouble.SILENT);
    for (int i = 0; i < 5; i++) {
      assertThat(breaker.admits(now + PROBE - 1)).isFalse();
      now += PROBE;
      assertThat(breaker.admits(now)).as("the probe").isTrue();
      assertThat(breaker.admits(now)).as("whoever comes with it").isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void anAnswerClosesIt(Trouble trouble) {
    open(trouble);
    assertThat(breaker.answered(++now)).isTrue();
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.admits(now)).isTrue();
    assertThat(breaker.answered(++now)).as("it is closed already").isFalse();
    assertThat(fail(trouble)).as("the count starts anew").isFalse();
  }

  @Test
  void aConnectionClosesItOnlyIfThereWasNone() {
    open(Trouble.SILENT);
    assertThat(breaker.connected()).isFalse();
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.answered(++now)).isTrue();
    open(Trouble.UNREACHABLE);
    assertThat(breaker.connected()).isTrue();
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aFailedProbeLeavesItOpen() {
    open(Trouble.UNREACHABLE);
    now += PROBE;
    assertThat(breaker.admits(now)).isTrue();
    assertThat(fail(Trouble.UNREACHABLE)).isFalse();
    assertThat(breaker.admits(now)).isFalse();
  }

  @Test
  void switchedOffItNeverOpens() {
    CircuitBreaker off = new CircuitBreaker(0, now);
    for (int i = 0; i < 100; i++) {
      assertThat(off.failed(Trouble.UNREACHABLE, i, now, ++now)).isEqualTo(Verdict.NONE);
      assertThat(off.admits(now)).isTrue();
    }
  }

  /** What may happen: an answer, a failure of either kind, or some time passing. */
  enum Event {
    ANSWER,
    UNREACHABLE,
    SILENT,
    TIME
  }

  @Provide
  Arbitrary<List<Event>> events() {
    return Arbitraries.of(Event.class).list().ofMaxSize(60);
  }

  @Property
  void itIsOpenOnlyAfterThatManyFailuresWithNoAnswerBetweenAndAlwaysProbesInTime(
      @ForAll("events") List<Event> events) {
    CircuitBreaker tried = new CircuitBreaker(4, 0);
    long time = 0;
    int inARow = 0;
    for (Event event : events) {
      time++;
      switch (event) {
        case ANSWER -> {
          boolean closed = tried.answered(time);
          assertThat(closed).isEqualTo(inARow >= 4);
          inARow = 0;
        }
        case TIME -> {
          time += PROBE;
          assertThat(tried.admits(time)).as("at the latest after an interval").isTrue();
        }
        default -> {
          inARow++;
          Trouble trouble = event == Event.SILENT ? Trouble.SILENT : Trouble.UNREACHABLE;
          boolean opened = hasOpened(tried, tried.failed(trouble, time, time, time), time);
          assertThat(opened).isEqualTo(inARow == 4);
        }
      }
      assertThat(tried.isOpen()).isEqualTo(inARow >= 4);
    }
  }

  @Test
  void ofManyAtOnceOneIsTheProbeAndOneOpensIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 200; round++) {
        CircuitBreaker shared = new CircuitBreaker(10, 0);
        long openings =
            count(threads, i -> hasOpened(shared, shared.failed(Trouble.SILENT, i, 1, 1), 1));
        assertThat(openings).isEqualTo(1);
        assertThat(count(threads, i -> shared.admits(1 + PROBE))).isEqualTo(1);
        assertThat(count(threads, i -> shared.answered(2 + PROBE))).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Step {
    boolean take(int index);
  }

  private static long count(ExecutorService threads, Step step) throws Exception {
    List<Future<Boolean>> taken = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int index = i;
      taken.add(threads.submit(() -> step.take(index)));
    }
    long count = 0;
    for (Future<Boolean> each : taken) {
      count += each.get() ? 1 : 0;
    }
    return count;
  }
}
