package io.cachingproxy.events;

import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/**
 * A client of Kafka whose making hangs as resolving a name does: until released, and deaf to
 * interrupts.
 */
final class HangingClient implements Supplier<Producer<byte[], byte[]>> {
  private final CountDownLatch called = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  void awaitCall() throws InterruptedException {
    called.await();
  }

  void release() {
    released.countDown();
  }

  @Override
  public Producer<byte[], byte[]> get() {
    called.countDown();
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return MockClient.producer(true);
  }
}
