package io.cachingproxy.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A gate that is opened once: scripts wait at it until the test has seen what it wanted to see.
 * Waiting ends with an {@link AssertionError} after {@link #PATIENCE}, so that nothing hangs.
 * Thread-safe.
 */
public final class Gate {

  /** How long anything in a scenario waits before it counts as hanging, on a busy machine too. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How much later than at once a busy machine may do what comes next. */
  public static final Duration DELAY = Duration.ofSeconds(20);

  private final CountDownLatch latch = new CountDownLatch(1);

  public void open() {
    latch.countDown();
  }

  public boolean isOpen() {
    return latch.getCount() == 0;
  }

  /** Waits until the gate is open. */
  public void await() {
    try {
      if (!latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody opened the gate within " + PATIENCE);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted at a gate", interrupted);
    }
  }
}
