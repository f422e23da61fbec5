package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.LogCapture;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An origin whose responses can be read, but say odd things. */
@ExtendWith(OnStage.class)
final class OriginOddityScenarioTest {

  private static final String CACHEABLE = "Cache-Control: max-age=60";

  /** Dropping these for the client's sake must not make the response one for everybody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: private",
        "Cache-Control: no-store",
        "Vary: *",
        "CDN-Cache-Control: no-store"
      })
  void whatForbidsStoringCountsThoughConnectionNamesIt(String field, Stage stage) throws Exception {
    String name = field.substring(0, field.indexOf(':'));
    stage.origin(
        Script.sequence(
            Script.reply(200, "for one", "Connection: " + name, field, CACHEABLE),
            Script.reply(200, "clean", CACHEABLE)));
    assertThat(stage.get()).isMiss().hasBody("for one");
    assertThat(stage.get()).isMiss().hasBody("clean");
    assertThat(stage.get()).isHit().hasBody("clean");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Vary", "Content-Length", "Date", "Age", "Content-Type", "ETag", "Set-Cookie"})
  void aNamedFieldIsDroppedAndTheAnswerStaysWhole(String name, Stage stage) throws Exception {
    stage.origin(
        Script.reply(
            200,
            "12345",
            "Connection: close, " + name,
            CACHEABLE,
            "Vary: X",
            "Age: 1",
            "Content-Type: a/b",
            "ETag: \"1\"",
            "Set-Cookie: a=b"));
    try (RawClient client = stage.client()) {
      assertThat(client.get(stage.path(), "X: 1")).isMiss().hasBody("12345");
      assertThat(client.get(stage.path(), "X: 2")).isWhole().hasBody("12345");
    }
    assertThat(stage.requests()).as("X differs, and Vary says so").hasSize(2);
  }

  /** What is packed stays packed: it costs what it is on the wire. */
  @Test
  void aGzipBombIsNeverInflated(Stage stage) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }
    byte[] bomb = packed.toByteArray();
    stage.origin(Script.reply(200, bomb, CACHEABLE, "Content-Encoding: gzip"));
    assertThat(stage.get()).isMiss().hasBody(bomb).hasHeaderLines("Content-Encoding", "gzip");
    assertThat(stage.get()).isHit().hasBody(bomb).hasHeaderLines("Content-Encoding", "gzip");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | Cache-Control: max-age=2147483648 | X: x",
        "true | Cache-Control: max-age=99999999999999999999999 | X: x",
        "true | Expires: Fri, 31 Dec 9999 23:59:59 GMT | X: x",
        "true | Date: Fri, 31 Dec 9999 23:59:59 GMT | Cache-Control: max-age=60",
        "true | Date: nonsense | Cache-Control: max-age=60",
        "true | Date: | Cache-Control: max-age=60",
        "true | Age: -1 | Cache-Control: max-age=60",
        "true | Age: x | Cache-Control: max-age=60",
        "false | Age: 2147483648 | Cache-Control: max-age=2147483647",
        "false | Age: 99999999999999999999999 | Cache-Control: max-age=2147483647",
        "false | Date: Thu, 01 Jan 1970 00:00:00 GMT | Cache-Control: max-age=60",
        "false | Date: Sun, 06 Nov 1994 08:49:37 GMT | Expires: Sun, 06 Nov 1994 08:49:38 GMT",
        "false | Expires: Fri, 31 Dec 0000 23:59:59 GMT | X: x",
        "false | Expires: Fri, 31 Dec 99999 23:59:59 GMT | X: x",
        "false | Cache-Control: max-age=-2147483648 | X: x",
        "false | Cache-Control: max-age=0x7fffffff | X: x"
      })
  void timesBeyondAllMeasureDoNoHarm(boolean isFresh, String first, String second, Stage stage)
      throws Exception {
    try (LogCapture log = new LogCapture()) {
      stage.origin(exchange -> exchange.respond(200, "x", second, first));
      Response miss = stage.get();
      assertThat(miss).isMiss().hasStatus(200).hasBody("x");
      Response again = stage.get();
      assertThat(again).hasStatus(200).hasBody("x");
      assertThat(again.header("X-Cache")).isEqualTo(isFresh ? "HIT" : "MISS");
      if (isFresh) {
        String age = requireNonNull(again.header("Age"));
        assertThat(Long.parseLong(age)).isBetween(0L, 1L << 31);
      }
      assertThat(log.stackTraces()).isEmpty();
    }
  }

  @Test
  void aHeadJustBelowTheLimitPassesAndIsStored(Stage stage) throws Exception {
    String value = "a".repeat(50_000);
    stage.origin(Script.reply(200, "x", CACHEABLE, "X-Long: " + value));
    assertThat(stage.get()).isMiss().hasHeaderLines("X-Long", value).hasBody("x");
    assertThat(stage.get()).isHit().hasHeaderLines("X-Long", value).hasBody("x");
  }

  @Test
  void aThousandFieldsPassAndAreStored(Stage stage) throws Exception {
    String[] fields = new String[1000];
    Arrays.fill(fields, "X-Many: a");
    fields[0] = CACHEABLE;
    stage.origin(Script.reply(200, "x", fields));
    assertThat(stage.get()).isMiss().hasBody("x");
    Response hit = stage.get();
    assertThat(hit).isHit().hasBody("x");
    assertThat(hit.headers().values("X-Many")).hasSize(999);
  }

  /** Each byte in a packet of its own. */
  @Test
  void aResponseThatComesByteByByteIsWhole(Stage stage) throws Exception {
    stage.origin(
        exchange ->
            byteByByte(
                exchange,
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n"
                    + "\r\n5;a=b\r\n12345\r\n3\r\nabc\r\n0\r\nX: a\r\n\r\n"));
    assertThat(stage.get()).isMiss().hasBody("12345abc");
    assertThat(stage.get()).isHit().hasBody("12345abc");
  }

  private static void byteByByte(OriginExchange exchange, String bytes) throws IOException {
    for (int i = 0; i < bytes.length(); i++) {
      exchange.write(bytes.substring(i, i + 1));
    }
  }
}
