package io.cachingproxy.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Protects clients that take their time from being let go without need, and memory from others. */
class DownloadsTest {

  private final AtomicLong shortages = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final Downloads downloads = new Downloads(1000, shortages::get, nanos::get);

  private static final class Client implements Downloads.Download {
    private long taken = 50_000_000;
    private boolean waitedFor = true;
    private boolean letGo;

    @Override
    public boolean isWaitedFor() {
      return waitedFor;
    }

    @Override
    public long taken() {
      return taken;
    }

    @Override
    public void letGo() {
      letGo = true;
    }
  }

  private Client watched() {
    Client client = new Client();
    downloads.watch(client);
    return client;
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      downloads.look();
    }
  }

  @Test
  void aSlowClientGoesWhenMemoryWasShortWithinTheMinute() {
    Client slow = watched();
    shortages.incrementAndGet();
    pass(59);
    assertThat(slow.letGo).isFalse();
    slow.taken += 59_999;
    pass(1);
    assertThat(slow.letGo).isTrue();
    assertThat(downloads.slow()).isEqualTo(1);
  }

  @Test
  void aSlowClientStaysAsLongAsThereIsMemory() {
    shortages.incrementAndGet();
    Client slow = watched();
    pass(600);
    assertThat(slow.letGo).isFalse();
    shortages.incrementAndGet();
    pass(60);
    assertThat(slow.letGo).isTrue();
  }

  @Test
  void aClientThatIsFastEnoughStays() {
    Client client = watched();
    for (int i = 0; i < 10; i++) {
      shortages.incrementAndGet();
      client.taken += 60_000;
      pass(60);
    }
    assertThat(client.letGo).isFalse();
  }

  @Test
  void aClientThatHasTakenAllThereIsDoesNotAnswerForTheOrigin() {
    Client client = watched();
    for (int i = 0; i < 10; i++) {
      shortages.incrementAndGet();
      pass(50);
      client.waitedFor = false;
      pass(1);
      client.waitedFor = true;
    }
    assertThat(client.letGo).isFalse();
  }

  @Test
  void whoIsForgottenIsNotLookedAt() {
    Client client = watched();
    downloads.forget(client);
    shortages.incrementAndGet();
    pass(100);
    assertThat(client.letGo).isFalse();
  }

  @Test
  void aRateOfNoneLetsEverybodyStay() {
    Downloads off = new Downloads(0, shortages::get, nanos::get);
    Client client = new Client();
    off.watch(client);
    shortages.incrementAndGet();
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(10));
    off.look();
    assertThat(client.letGo).isFalse();
  }
}
