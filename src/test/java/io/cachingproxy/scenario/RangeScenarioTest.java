package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of a response that is stored whole (RFC 9110 §14). */
@ExtendWith(OnStage.class)
final class RangeScenarioTest {

  private static final String DIGITS = "0123456789";
  private static final String FRESH = "Cache-Control: max-age=60";
  private static final String V1 = "ETag: \"v1\"";
  private static final String MODIFIED = "Tue, 03 Feb 2026 10:00:00 GMT";

  private static void store(Stage stage, String... fields) throws Exception {
    stage.origin(Script.reply(200, DIGITS, fields));
    assertThat(stage.get()).isMiss().hasBody(DIGITS);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-4, 01234, bytes 0-4/10",
    "bytes=5-, 56789, bytes 5-9/10",
    "bytes=-3, 789, bytes 7-9/10",
    "bytes=0-0, 0, bytes 0-0/10",
    "bytes=8-99, 89, bytes 8-9/10",
    "bytes=-99, 0123456789, bytes 0-9/10",
    "'bytes=20-30,2-3', 23, bytes 2-3/10",
    "'bytes=2-4,3-6', 23456, bytes 2-6/10",
  })
  void oneRangeIsServedFromTheStore(String range, String content, String contentRange, Stage stage)
      throws Exception {
    store(stage, FRESH, V1, "Last-Modified: " + MODIFIED, "Vary: Accept", "X-Kept: 1");

    Response part = stage.get("Range: " + range);

    assertThat(part)
        .hasStatus(206)
        .isHit()
        .hasBody(content)
        .hasHeaderLines("Content-Range", contentRange)
        .hasHeaderLines("Content-Length", Integer.toString(content.length()))
        .hasHeaderLines("ETag", "\"v1\"")
        .hasHeaderLines("Last-Modified", MODIFIED)
        .hasHeaderLines("Cache-Control", "max-age=60")
        .hasHeaderLines("Vary", "Accept")
        .hasHeaderLines("X-Kept", "1");
    assertThat(part.headers().values("Date")).hasSize(1);
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void severalRangesAreServedAsSeveralParts(Stage stage) throws Exception {
    store(stage, FRESH, V1, "Content-Type: text/plain");

    Response answer = stage.get("Range: bytes=-2,0-1,4-4");

    assertThat(answer).hasStatus(206).isHit().hasNoHeader("Content-Range");
    assertThat(partsOf(answer))
        .containsExactly(
            "text/plain|bytes 8-9/10|89",
            "text/plain|bytes 0-1/10|01",
            "text/plain|bytes 4-4/10|4");
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void theBoundaryIsAnotherOneEachTime(Stage stage) throws Exception {
    store(stage, FRESH);
    String first = stage.get("Range: bytes=0-0,4-4").header("Content-Type");
    assertThat(stage.get("Range: bytes=0-0,4-4").header("Content-Type")).isNotEqualTo(first);
  }

  /** The parts of a multipart response, each as {@code type|range|content}. */
  private static List<String> partsOf(Response answer) {
    Matcher type =
        Pattern.compile("multipart/byteranges; boundary=([-0-9a-zA-Z]{1,70})")
            .matcher(String.valueOf(answer.header("Content-Type")));
    assertThat(type.matches()).as("Content-Type of %s", answer).isTrue();
    String dashed = "--" + type.group(1);
    String text = "\r\n" + answer.text();
    assertThat(text).endsWith("\r\n" + dashed + "--\r\n");
    List<String> parts = new ArrayList<>();
    String[] pieces = text.split(Pattern.quote("\r\n" + dashed), -1);
    for (int i = 1; i < pieces.length - 1; i++) {
      Matcher part =
          Pattern.compile(
                  "\r\n(?:Content-Type: (.*)\r\n)?Content-Range: (.*)\r\n\r\n(.*)", Pattern.DOTALL)
              .matcher(pieces[i]);
      assertThat(part.matches()).as("part %s", pieces[i]).isTrue();
      parts.add(part.group(1) + "|" + part.group(2) + "|" + part.group(3));
    }
    return parts;
  }

  @Test
  void rangesOfALargeBodyAreExact(Stage stage) throws Exception {
    byte[] large = new byte[3_000_000];
    new Random(7).nextBytes(large);
    stage.origin(Script.reply(200, large, FRESH));
    assertThat(stage.get()).isMiss().hasBody(large);
    try (RawClient client = stage.client()) {
      for (int first : new int[] {0, 1, 65_535, 1_048_577, 2_999_990}) {
        Response part = client.get(stage.path(), "Range: bytes=" + first + "-" + (first + 500_000));
        int end = Math.min(large.length, first + 500_001);
        assertThat(part).hasStatus(206).isHit();
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(large, first, end));
      }
      assertThat(client.get(stage.path())).hasStatus(200).isHit().hasBody(large);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-11,12-", "bytes=-0"})
  void aRangeBehindTheEndIsRefusedWithTheLength(String range, Stage stage) throws Exception {
    store(stage, FRESH, V1);
    assertThat(stage.get("Range: " + range))
        .hasStatus(416)
        .isHit()
        .hasBody("")
        .hasHeaderLines("Content-Range", "bytes */10")
        .hasHeaderLines("Content-Length", "0")
        .hasHeaderLines("Cache-Control", "no-store");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "items=0-4",
        "bytes=4-0",
        "bytes=a-b",
        "bytes=",
        "bytes 0-4",
        "bytes=0-,0-,0-,0-,0-"
      })
  void aRangeThatIsNotUnderstoodOrOnlyAnEffortIsIgnored(String range, Stage stage)
      throws Exception {
    store(stage, FRESH);
    assertThat(stage.get("Range: " + range))
        .hasStatus(200)
        .isHit()
        .hasBody(DIGITS)
        .hasNoHeader("Content-Range");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"v1\"|206",
        "\"v2\"|200",
        "W/\"v1\"|200",
        MODIFIED + "|206",
        "Tue, 03 Feb 2026 10:00:01 GMT|200",
        "garbage|200"
      })
  void ifRangeDecidesBetweenThePartAndTheWhole(String validator, int status, Stage stage)
      throws Exception {
    store(stage, FRESH, V1, "Last-Modified: " + MODIFIED);
    assertThat(stage.get("Range: bytes=0-1", "If-Range: " + validator))
        .hasStatus(status)
        .isHit()
        .hasBody(status == 206 ? "01" : DIGITS);
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void aPreconditionComesBeforeTheRange(Stage stage) throws Exception {
    store(stage, FRESH, V1);
    assertThat(stage.get("Range: bytes=0-1", "If-None-Match: \"v1\"")).hasStatus(304).isHit();
    assertThat(stage.get("Range: bytes=0-1", "If-None-Match: \"v2\""))
        .hasStatus(206)
        .isHit()
        .hasBody("01");
  }

  @Test
  void headHasNoRanges(Stage stage) throws Exception {
    store(stage, FRESH);
    assertThat(stage.exchange("HEAD", "Range: bytes=0-1"))
        .hasStatus(200)
        .isHit()
        .hasHeaderLines("Content-Length", "10")
        .hasNoHeader("Content-Range");
  }

  @Test
  void anErrorHasNoRanges(Stage stage) throws Exception {
    stage.origin(Script.reply(404, "nothing here", FRESH));
    assertThat(stage.get()).hasStatus(404).isMiss();
    assertThat(stage.get("Range: bytes=0-1")).hasStatus(404).isHit().hasBody("nothing here");
  }

  @Test
  void anEmptyBodyHasNoRanges(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "", FRESH));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Range: bytes=0-"))
        .hasStatus(416)
        .isHit()
        .hasHeaderLines("Content-Range", "bytes */0");
    assertThat(stage.get("Range: bytes=-5")).hasStatus(200).isHit().hasBody("");
  }

  @Test
  void aConfirmedResponseIsServedInPartsToo(Stage stage) throws Exception {
    stage.origin(Script.conditional("\"v1\"", DIGITS, "Cache-Control: max-age=0"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Range: bytes=2-3"))
        .isRevalidatedHit()
        .hasStatus(206)
        .hasBody("23")
        .hasHeaderLines("Content-Range", "bytes 2-3/10");
    assertThat(stage.lastRequest().headers().has("Range")).isFalse();
  }

  @Test
  void aStaleResponseIsServedInPartsToo(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, DIGITS, "Cache-Control: max-age=0, stale-if-error=60"),
            Script.reply(503, "down")));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get("Range: bytes=2-3"))
        .hasStatus(206)
        .hasBody("23")
        .hasHeaderLines("X-Cache", "HIT");
  }

  @Test
  void aPartOnAKeptConnectionLeavesItInOrder(Stage stage) throws Exception {
    store(stage, FRESH);
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path(), "Range: bytes=1-2,4-5,7-8");
      client.sendRequest("GET", stage.path(), "Range: bytes=1-2");
      client.sendRequest("GET", stage.path(), "Range: bytes=99-");
      client.sendRequest("GET", stage.path());
      assertThat(partsOf(client.read("GET"))).hasSize(3);
      assertThat(client.read("GET").body()).isEqualTo("12".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.read("GET")).hasStatus(416);
      assertThat(client.read("GET")).hasStatus(200).hasBody(DIGITS);
    }
  }
}
