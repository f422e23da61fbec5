package io.cachingproxy.proxy.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The order of interim responses, and their bound. */
final class PendingInterimsTest {

  private final List<Integer> sent = new ArrayList<>();
  private final List<CompletableFuture<Void>> onTheWay = new ArrayList<>();
  private final PendingInterims interims =
      new PendingInterims(
          (status, fields) -> {
            sent.add(status);
            CompletableFuture<Void> write = new CompletableFuture<>();
            onTheWay.add(write);
            return write;
          });

  private void send(int status) {
    interims.send(status, Fields.empty(), () -> {});
  }

  private void finish(int write) {
    onTheWay.get(write).complete(null);
  }

  @Test
  void oneIsSentWhenTheOneBeforeItIs() {
    send(102);
    send(103);
    assertThat(sent).containsExactly(102);
    finish(0);
    assertThat(sent).containsExactly(102, 103);
  }

  @Test
  void theFinalResponseWaitsForAllOfThem() {
    send(102);
    send(103);
    interims.thenRun(() -> sent.add(200));
    finish(0);
    assertThat(sent).containsExactly(102, 103);
    finish(1);
    assertThat(sent).containsExactly(102, 103, 200);
  }

  @Test
  void theFinalResponseWaitsForNothingThatIsNotThere() {
    interims.thenRun(() -> sent.add(200));
    assertThat(sent).containsExactly(200);
  }

  @Test
  void oneThatFailsHoldsNothingUp() {
    AtomicInteger done = new AtomicInteger();
    interims.send(103, Fields.empty(), done::incrementAndGet);
    interims.thenRun(() -> sent.add(200));
    onTheWay.get(0).completeExceptionally(new IllegalStateException());
    assertThat(sent).containsExactly(103, 200);
    assertThat(done).hasValue(1);
  }

  @Test
  void aClientThatTakesNoneMakesNoMoreThanAFewWait() {
    AtomicInteger dropped = new AtomicInteger();
    for (int i = 0; i < 10_000; i++) {
      interims.send(103, Fields.empty(), dropped::incrementAndGet);
    }
    assertThat(dropped.get()).isBetween(9_900, 9_999);
  }

  @Test
  void aContinueIsNeverDropped() {
    for (int i = 0; i < 100; i++) {
      send(103);
    }
    send(100);
    for (int i = 0; i < onTheWay.size(); i++) {
      finish(i);
    }
    assertThat(sent).hasSizeLessThan(100).endsWith(100);
  }

  @Test
  void anOriginThatGoesOnToSayContinueFillsNoMemory() {
    AtomicInteger dropped = new AtomicInteger();
    for (int i = 0; i < 10_000; i++) {
      interims.send(100, Fields.empty(), dropped::incrementAndGet);
    }
    assertThat(dropped.get()).isBetween(9_900, 9_999);
  }

  @Test
  void noneFollowsTheFinalResponse() {
    AtomicInteger dropped = new AtomicInteger();
    interims.thenRun(() -> sent.add(200));
    interims.send(100, Fields.empty(), dropped::incrementAndGet);
    assertThat(sent).containsExactly(200);
    assertThat(dropped).hasValue(1);
  }

  @Test
  void oneThatCannotEvenBeBegunHoldsNothingUp() {
    AtomicInteger done = new AtomicInteger();
    PendingInterims broken =
        new PendingInterims(
            (status, fields) -> {
              throw new IllegalStateException("a write is pending");
            });
    broken.send(103, Fields.empty(), done::incrementAndGet);
    broken.thenRun(() -> sent.add(200));
    assertThat(sent).containsExactly(200);
    assertThat(done).hasValue(1);
  }
}
