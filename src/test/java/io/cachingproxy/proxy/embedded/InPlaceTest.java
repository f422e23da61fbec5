package io.cachingproxy.proxy.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.Test;

/** Goes on with one connection after the other on the thread that has ended an exchange. */
class InPlaceTest {

  /** A connection that can't go on. */
  private static final class Broken extends AbstractConnection implements Runnable {

    private final Runnable before;

    Broken(Runnable before) {
      super(new ByteArrayEndPoint(), Runnable::run);
      this.before = before;
    }

    @Override
    public void onFillable() {}

    @Override
    public void run() {
      before.run();
      throw new AssertionError("bug");
    }
  }

  @Test
  void aConnectionThatThrowsIsClosedAndTheNextOnesGoOn() {
    List<String> done = new ArrayList<>();
    Runnable next = () -> done.add("next");
    Broken broken =
        new Broken(() -> ClientConnections.InPlace.of(next, Runnable::run).execute(next));
    try (LogCapture log = new LogCapture()) {
      ClientConnections.InPlace.of(broken, Runnable::run).execute(broken);
      assertThat(log.messages()).hasSize(1);
    }
    assertThat(done).containsExactly("next");
    assertThat(broken.getEndPoint().isOpen()).isFalse();
    ClientConnections.InPlace.of(next, Runnable::run).execute(next);
    assertThat(done).as("the thread is as before").containsExactly("next", "next");
  }
}
