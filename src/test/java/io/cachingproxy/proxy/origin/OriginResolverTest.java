package io.cachingproxy.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.testing.Gate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name server that hangs holds one thread, whoever asks. */
class OriginResolverTest {

  private final Scheduler scheduler = new ScheduledExecutorScheduler("test", true);
  private final AtomicInteger lookups = new AtomicInteger();
  private final Gate gate = new Gate();

  @BeforeEach
  void start() throws Exception {
    scheduler.start();
  }

  @AfterEach
  void stop() throws Exception {
    gate.open();
    scheduler.stop();
  }

  private OriginResolver resolver(Duration timeout) {
    return new OriginResolver(
        host -> {
          lookups.incrementAndGet();
          gate.await();
          if (host.equals("nowhere")) {
            throw new UnknownHostException(host);
          }
          return new InetAddress[] {InetAddress.getLoopbackAddress()};
        },
        () -> scheduler,
        timeout);
  }

  private static CompletableFuture<List<InetSocketAddress>> ask(
      OriginResolver resolver, String host) {
    Promise.Completable<List<InetSocketAddress>> promise = new Promise.Completable<>();
    resolver.resolve(host, 80, Map.of(), promise);
    return promise;
  }

  @Test
  void hundredAtOnceAreOneLookUpAndNobodyIsHeld() throws Exception {
    OriginResolver resolver = resolver(Gate.PATIENCE);
    List<CompletableFuture<List<InetSocketAddress>>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(ask(resolver, "origin"));
    }
    assertThat(asked).noneMatch(CompletableFuture::isDone);
    gate.open();
    for (CompletableFuture<List<InetSocketAddress>> each : asked) {
      assertThat(each.get(20, TimeUnit.SECONDS))
          .containsExactly(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80));
    }
    assertThat(lookups).hasValue(1);
    assertThat(ask(resolver, "origin").get(20, TimeUnit.SECONDS)).hasSize(1);
    assertThat(lookups).as("the next one asks anew").hasValue(2);
  }

  @Test
  void whoeverAsksWaitsNoLongerThanForAConnection() {
    OriginResolver resolver = resolver(Duration.ofMillis(50));
    assertThatThrownBy(() -> ask(resolver, "origin").get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
    assertThatThrownBy(() -> ask(resolver, "origin").get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
    assertThat(lookups).as("the one that hangs").hasValueLessThanOrEqualTo(1);
  }

  @Test
  void aNameWithoutAddressIsAFailureForAll() {
    OriginResolver resolver = resolver(Gate.PATIENCE);
    CompletableFuture<List<InetSocketAddress>> one = ask(resolver, "nowhere");
    CompletableFuture<List<InetSocketAddress>> other = ask(resolver, "nowhere");
    gate.open();
    assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
    assertThatThrownBy(() -> other.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
  }
}
