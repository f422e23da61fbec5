package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Stage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client may end its side of the connection after its request, and still read (RFC 9112 §9.6).
 */
@ExtendWith(OnStage.class)
final class HalfClosedScenarioTest {

  private static final String STORED = "Cache-Control: max-age=60";
  private static final String NOT_STORED = "Cache-Control: no-store";

  @ParameterizedTest
  @ValueSource(strings = {STORED, NOT_STORED})
  void aClientThatStillReadsGetsItsWholeBodyFromASlowOrigin(String header, Stage stage)
      throws Exception {
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, header);
          exchange.chunk("piece");
          // Longer than it is waited for before it is taken to have left.
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
          exchange.chunk("piece");
          exchange.lastChunk();
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path()).halfClose();
      assertThat(client.read("GET")).isWhole().hasBody("piecepiece");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {STORED, NOT_STORED})
  void aClientThatIsGoneIsNoticedWhenTheOriginSaysMore(String header, Stage stage)
      throws Exception {
    Gate gone = stage.gate();
    Gate noticed = stage.gate();
    stage.origin(
        exchange -> {
          exchange.chunkedHead(200, header);
          exchange.chunk("piece");
          gone.await();
          await().until(() -> !exchange.isWritable("5\r\npiece\r\n"));
          noticed.open();
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      client.readHead();
    }
    gone.open();
    noticed.await();
  }

  @Test
  @Tag("embedded-only")
  void aSilentOriginIsNotWaitedForOnItsBehalf(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.awaitClosedByPeer());
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path()).halfClose();
      assertThat(client.read("GET")).hasStatus(408);
    }
  }
}
