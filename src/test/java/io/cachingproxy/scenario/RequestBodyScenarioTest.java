package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.HeaderLines;
import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.ResponseStart;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import io.cachingproxy.testing.TruncatedMessageException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Request bodies of any size are streamed, never gathered first. */
@ExtendWith(OnStage.class)
final class RequestBodyScenarioTest {

  private static final int MIB = 1 << 20;
  private static final int UPLOAD = 64 * MIB;

  /** Opens the gate at the first MiB, then counts and sums up the rest. */
  private static Script summingUp(Gate firstSeen) {
    return exchange -> {
      CRC32 sum = new CRC32();
      byte[] buffer = exchange.body().exactly(MIB);
      long count = 0;
      firstSeen.open();
      for (int read = MIB; read >= 0; read = exchange.body().read(buffer)) {
        sum.update(buffer, 0, read);
        count += read;
      }
      exchange.respond(200, count + " " + sum.getValue());
    };
  }

  private static String summary(byte[] piece, int pieces) {
    CRC32 sum = new CRC32();
    for (int i = 0; i < pieces; i++) {
      sum.update(piece);
    }
    return (long) piece.length * pieces + " " + sum.getValue();
  }

  private static byte[] piece() {
    byte[] piece = new byte[MIB];
    new Random(7).nextBytes(piece);
    return piece;
  }

  @Test
  void aBodyWithALengthIsStreamed(Stage stage) throws Exception {
    Gate firstSeen = stage.gate();
    stage.origin(summingUp(firstSeen));
    byte[] piece = piece();
    try (RawClient client = stage.client()) {
      client.sendRequest("PUT", stage.path(), "Content-Length: " + UPLOAD);
      client.send(piece).send(Arrays.copyOf(piece, 1));
      firstSeen.await();
      client.send(Arrays.copyOfRange(piece, 1, MIB));
      for (int i = 2; i < UPLOAD / MIB; i++) {
        client.send(piece);
      }
      assertThat(client.read("PUT")).hasStatus(200).hasBody(summary(piece, UPLOAD / MIB));
    }
    assertThat(stage.lastRequest().headers().values("Content-Length"))
        .containsExactly(String.valueOf(UPLOAD));
  }

  @Test
  void aChunkedBodyIsStreamed(Stage stage) throws Exception {
    Gate firstSeen = stage.gate();
    stage.origin(summingUp(firstSeen));
    byte[] piece = piece();
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), "Transfer-Encoding: chunked");
      for (int i = 0; i < UPLOAD / MIB; i++) {
        if (i == 2) {
          firstSeen.await();
        }
        client.send("100000\r\n").send(piece).send("\r\n");
      }
      client.send("0\r\n\r\n");
      assertThat(client.read("POST")).hasStatus(200).hasBody(summary(piece, UPLOAD / MIB));
    }
  }

  @Test
  void smallPiecesArePassedOnAsTheyCome(Stage stage) throws Exception {
    Gate seen = stage.gate();
    stage.origin(
        exchange -> {
          byte[] first = exchange.body().exactly(1);
          seen.open();
          byte[] rest = exchange.readBody();
          exchange.respond(200, first.length + "+" + rest.length);
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), "Transfer-Encoding: chunked");
      client.send("1\r\na\r\n");
      seen.await();
      client.send("2\r\nbc\r\n0\r\n\r\n");
      assertThat(client.read("POST")).hasBody("1+2");
    }
  }

  @Test
  void bytesAndFieldsOfABodyComeThrough(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, exchange.readBody()));
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), all, "Content-Type: x/y", "Content-Encoding: gzip");
      assertThat(client.read("POST")).isMiss().hasBody(all);
    }
    HeaderLines received = stage.lastRequest().headers();
    assertThat(received.values("Content-Type")).containsExactly("x/y");
    assertThat(received.values("Content-Encoding")).containsExactly("gzip");
    assertThat(received.values("Content-Length")).containsExactly("256");
  }

  @Test
  void anEmptyBodyStaysEmpty(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "got " + exchange.readBody().length));
    assertThat(stage.proxy().send("POST", stage.path(), "")).hasBody("got 0");
    assertThat(stage.lastRequest().headers().values("Content-Length")).containsExactly("0");
  }

  @Test
  void anUploadThatBreaksOffNeverLooksCompleteToTheOrigin(Stage stage) throws Exception {
    Gate started = stage.gate();
    AtomicReference<String> outcome = new AtomicReference<>("");
    stage.origin(
        exchange -> {
          byte[] first = exchange.body().exactly(3);
          started.open();
          try {
            byte[] rest = exchange.readBody();
            outcome.set("complete with " + (first.length + rest.length) + " bytes");
            exchange.respond(200, "");
          } catch (TruncatedMessageException broken) {
            outcome.set("broken");
          }
        });
    for (String framing : List.of("Content-Length: 100", "Transfer-Encoding: chunked")) {
      outcome.set("");
      try (RawClient client = stage.client()) {
        client.sendRequest("POST", stage.path(), framing);
        client.send(framing.startsWith("T") ? "3\r\nabc\r\n" : "abc");
        started.await();
        client.reset();
      }
      await().atMost(Gate.PATIENCE).untilAsserted(() -> assertThat(outcome.get()).isNotEmpty());
      assertThat(outcome.get()).as(framing).isEqualTo("broken");
    }
  }

  @Test
  void aClientThatWaitsForPermissionGetsTheOrigins(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.interim(100);
          exchange.respond(200, "got " + exchange.readBody().length);
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), "Content-Length: 3", "Expect: 100-continue");
      ResponseStart interim = client.readInterimOrHead();
      assertThat(interim.status()).isEqualTo(100);
      client.send("abc");
      assertThat(client.read("POST")).hasStatus(200).hasBody("got 3");
    }
  }

  @Test
  void aClientThatWaitsForPermissionGetsTheOriginsRefusal(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          exchange.respond(413, "too large", "Connection: close");
          exchange.close();
        });
    try (RawClient client = stage.client()) {
      client.sendRequest("POST", stage.path(), "Content-Length: 3", "Expect: 100-continue");
      Response refusal = client.read("POST");
      assertThat(refusal).hasStatus(413).hasBody("too large");
      assertThat(refusal.interims()).isEmpty();
    }
  }

  @Test
  void aGetWithABodyIsForwardedAndNeverAnsweredFromTheStore(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            exchange.respond(
                200, "got " + exchange.readBody().length, "Cache-Control: max-age=60"));
    assertThat(stage.get()).isMiss().hasBody("got 0");
    assertThat(stage.proxy().send("GET", stage.path(), "query")).isMiss().hasBody("got 5");
    assertThat(stage.get()).isHit().hasBody("got 0");
  }

  @Test
  void aClientOfHttp10MayPost(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "got " + exchange.readBody().length));
    try (RawClient client = stage.client()) {
      client.send("POST " + stage.path() + " HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.read("POST")).hasStatus(200).hasBody("got 3");
      client.awaitClose();
    }
  }

  @Test
  void contentThatIsNoneIsTheClientsFault(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "got " + exchange.readBody().length));
    try (RawClient client = stage.client();
        LogCapture log = new LogCapture()) {
      client.sendRequest("POST", stage.path(), "Transfer-Encoding: chunked");
      client.send("zz\r\n");
      assertThat(client.read("POST")).hasStatus(400);
      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  @Tag("embedded-only")
  void contentThatDoesNotComeIsTheClientsFault(Stage stage) throws Exception {
    stage.origin(exchange -> exchange.respond(200, "got " + exchange.readBody().length));
    try (RawClient client = stage.proxy("idle-timeout", "500ms").client()) {
      client.sendRequest("POST", stage.path(), "Content-Length: 10");
      client.send("abc");
      assertThat(client.read("POST")).hasStatus(408);
    }
  }
}
