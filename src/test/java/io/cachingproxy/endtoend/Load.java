package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;

import io.cachingproxy.testing.RawClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client that asks for the same pages over and over, on one connection, until it is told to
 * stop or gets an answer other than a whole 200.
 */
final class Load implements AutoCloseable {

  private final AtomicLong answered = new AtomicLong();
  private final CompletableFuture<Void> end;
  private volatile boolean running = true;

  private Load(RunningProxy proxy, List<String> targets) {
    end = CompletableFuture.runAsync(() -> ask(proxy, targets), task -> new Thread(task).start());
  }

  static Load of(RunningProxy proxy, String... targets) {
    return new Load(proxy, List.of(targets));
  }

  private void ask(RunningProxy proxy, List<String> targets) {
    try (RawClient client = proxy.client()) {
      while (running) {
        for (String target : targets) {
          assertThat(client.get(target)).hasStatus(200).isWhole();
          answered.incrementAndGet();
        }
      }
    } catch (IOException e) {
      throw new AssertionError("the load broke off after " + answered + " answers", e);
    }
  }

  /** How many answers came so far. */
  long answered() {
    return answered.get();
  }

  /** Ends it; throws if an answer was wrong. */
  void stop() throws Exception {
    running = false;
    end.get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    running = false;
  }
}
