package io.cachingproxy.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A deadline must be looked at until it is cancelled, and an idle proxy must not tick for ever. */
class DeadlinesTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final Deque<Runnable> scheduled = new ArrayDeque<>();
  private final List<Duration> delays = new ArrayList<>();
  private final Deadlines deadlines = of(Duration.ofSeconds(2));

  private Deadlines of(Duration length) {
    return new Deadlines(
        length,
        (task, delay) -> {
          scheduled.add(task);
          delays.add(delay);
        },
        now::get);
  }

  private void tick() {
    assertThat(scheduled).as("one task for all").hasSize(1);
    scheduled.remove().run();
  }

  @Test
  void whatIsSetIsLookedAtUntilItIsCancelled() {
    List<Long> looks = new ArrayList<>();
    Deadlines.Deadline deadline = looks::add;
    assertThat(scheduled).isEmpty();
    deadlines.set(deadline);
    deadlines.set(nowNanos -> {});
    tick();
    now.addAndGet(1000);
    tick();
    assertThat(looks).containsExactly(Long.MAX_VALUE - 10, Long.MIN_VALUE + 989);
    deadlines.cancel(deadline);
    tick();
    assertThat(looks).hasSize(2);
  }

  @Test
  void withoutDeadlinesNothingIsScheduled() {
    Deadlines.Deadline deadline = nowNanos -> {};
    deadlines.set(deadline);
    deadlines.cancel(deadline);
    tick();
    assertThat(scheduled).isEmpty();
    deadlines.set(deadline);
    assertThat(scheduled).hasSize(1);
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersWaiting() {
    List<Long> looks = new ArrayList<>();
    deadlines.set(
        nowNanos -> {
          throw new IllegalStateException("as in a bug");
        });
    deadlines.set(looks::add);
    tick();
    tick();
    assertThat(looks).hasSize(2);
  }

  @Test
  void theyAreATwentiethLateAtMostAndLookedAtInReason() {
    deadlines.set(nowNanos -> {});
    of(Duration.ofMinutes(1)).set(nowNanos -> {});
    of(Duration.ofMillis(20)).set(nowNanos -> {});
    assertThat(delays)
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMillis(5));
  }
}
