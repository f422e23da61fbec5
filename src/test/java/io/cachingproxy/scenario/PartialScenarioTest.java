package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.BodyStream;
import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that are stored in parts (RFC 9111 §3.3, §3.4). */
@ExtendWith(OnStage.class)
final class PartialScenarioTest {

  private static final String DIGITS = "0123456789";
  private static final String FRESH = "Cache-Control: max-age=60";
  private static final String STALE = "Cache-Control: max-age=0";
  private static final String V1 = "\"v1\"";
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

  /** An origin that knows single ranges, If-Range and If-None-Match. */
  private static Script ranged(String content, String etag, String... fields) {
    return ranged(content.getBytes(StandardCharsets.ISO_8859_1), etag, fields);
  }

  private static Script ranged(byte[] content, String etag, String... fields) {
    return exchange -> answerRanged(exchange, content, etag, fields);
  }

  private static void answerRanged(
      OriginExchange exchange, byte[] content, String etag, String... fields) throws IOException {
    ReceivedRequest request = exchange.request();
    String[] lines = Arrays.copyOf(fields, fields.length + 2);
    lines[fields.length] = "ETag: " + etag;
    lines[fields.length + 1] = "Content-Type: text/plain";
    if (request.headers().lists("If-None-Match", etag)) {
      exchange.respond(304, "", lines);
      return;
    }
    Matcher range = RANGE.matcher(String.valueOf(request.header("Range")));
    String ifRange = request.header("If-Range");
    if (!range.matches() || (ifRange != null && !ifRange.equals(etag))) {
      exchange.respond(200, content, lines);
      return;
    }
    boolean suffix = range.group(1).isEmpty();
    int first =
        suffix
            ? Math.max(0, content.length - Integer.parseInt(range.group(2)))
            : Integer.parseInt(range.group(1));
    int last =
        suffix || range.group(2).isEmpty()
            ? content.length - 1
            : Math.min(content.length - 1, Integer.parseInt(range.group(2)));
    if (first > last) {
      exchange.respond(416, "", "Content-Range: bytes */" + content.length);
      return;
    }
    lines = Arrays.copyOf(lines, lines.length + 1);
    lines[lines.length - 1] = "Content-Range: bytes " + first + "-" + last + "/" + content.length;
    exchange.respond(206, Arrays.copyOfRange(content, first, last + 1), lines);
  }

  private static Script never() {
    return exchange -> {
      throw new AssertionError("it is stored: " + exchange.request().head());
    };
  }

  @Test
  void aPartAnswersRequestsForWhatItHolds(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), never()));
    assertThat(stage.get("Range: bytes=2-7"))
        .hasStatus(206)
        .isStoredMiss()
        .hasBody("234567")
        .hasHeaderLines("Content-Range", "bytes 2-7/10");

    assertThat(stage.get("Range: bytes=2-7")).hasStatus(206).isHit().hasBody("234567");
    assertThat(stage.get("Range: bytes=3-4"))
        .hasStatus(206)
        .isHit()
        .hasBody("34")
        .hasHeaderLines("Content-Range", "bytes 3-4/10")
        .hasHeaderLines("Content-Length", "2")
        .hasHeaderLines("Content-Type", "text/plain")
        .hasHeaderLines("ETag", V1);
    assertThat(stage.get("Range: bytes=2-2,6-7").text())
        .contains("Content-Range: bytes 2-2/10\r\n\r\n2\r\n")
        .contains("Content-Range: bytes 6-7/10\r\n\r\n67\r\n");
    assertThat(stage.requests()).hasSize(1);
  }

  @Test
  void aPartIsNeverTakenForTheWhole(Stage stage) throws Exception {
    // Without a validator, there is no way to ask for the rest of this very representation.
    stage.origin(
        exchange -> {
          if (exchange.request().headers().has("Range")) {
            exchange.respond(206, "01234", FRESH, "Content-Range: bytes 0-4/10");
          } else {
            exchange.respond(200, DIGITS, FRESH);
          }
        });
    assertThat(stage.get("Range: bytes=0-4")).hasStatus(206).isMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS);
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
    assertThat(stage.get("Range: bytes=5-6")).hasStatus(206).isHit().hasBody("56");
  }

  @Test
  void oneByteDoesNotDriveOutTheWhole(Stage stage) throws Exception {
    // Without a validator nothing shows that it is of the same representation, or of another.
    stage.origin(
        exchange -> {
          if (exchange.request().headers().has("Range")) {
            exchange.respond(206, "0", FRESH, "Content-Range: bytes 0-0/10");
          } else {
            exchange.respond(200, DIGITS, FRESH);
          }
        });
    assertThat(stage.get()).hasStatus(200).isMiss();
    assertThat(stage.get("Range: bytes=0-0", "Cache-Control: no-cache"))
        .hasStatus(206)
        .isMiss()
        .hasBody("0");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
  }

  @Test
  void aHeadIsNotAnsweredFromAPart(Stage stage) throws Exception {
    stage.origin(ranged(DIGITS, V1, FRESH));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.exchange("HEAD")).hasStatus(200).isMiss();
  }

  @Test
  void theWholeIsCompletedWithWhatIsMissing(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), ranged(DIGITS, V1, FRESH), never()));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();

    assertThat(stage.get())
        .hasStatus(200)
        .isStoredMiss()
        .hasCacheStatus("fwd=partial")
        .hasBody(DIGITS)
        .hasHeaderLines("Content-Length", "10")
        .hasNoHeader("Content-Range");
    assertThat(stage.lastRequest().header("Range")).isEqualTo("bytes=5-");
    assertThat(stage.lastRequest().header("If-Range")).isEqualTo(V1);
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
    assertThat(stage.exchange("HEAD")).hasStatus(200).isHit();
  }

  @Test
  void aHoleIsFilledFromBothSides(Stage stage) throws Exception {
    stage.origin(ranged(DIGITS, V1, FRESH));
    assertThat(stage.get("Range: bytes=0-2")).isMiss();
    assertThat(stage.get("Range: bytes=7-")).isMiss();

    assertThat(stage.get("Range: bytes=1-8"))
        .hasStatus(206)
        .isStoredMiss()
        .hasBody("12345678")
        .hasHeaderLines("Content-Range", "bytes 1-8/10")
        .hasHeaderLines("Content-Length", "8");
    assertThat(stage.lastRequest().header("Range")).isEqualTo("bytes=3-6");
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
  }

  @Test
  void partsWithTheSameValidatorBecomeTheWhole(Stage stage) throws Exception {
    stage.origin(ranged(DIGITS, V1, FRESH));
    assertThat(stage.get("Range: bytes=5-")).isStoredMiss();
    assertThat(stage.get("Range: bytes=0-4")).isStoredMiss();
    assertThat(stage.get())
        .hasStatus(200)
        .isHit()
        .hasBody(DIGITS)
        .hasHeaderLines("Content-Length", "10")
        .hasNoHeader("Content-Range");
    assertThat(stage.requests()).hasSize(2);
  }

  @Test
  void aPartThatIsAllThereIsTheWhole(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), never()));
    assertThat(stage.get("Range: bytes=0-")).hasStatus(206).isStoredMiss();
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"v2\"", "W/\"v1\""})
  void partsOfAnotherRepresentationAreNotJoined(String etag, Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, etag.startsWith("W/") ? etag : V1, FRESH),
            ranged("abcdefghij", etag, FRESH),
            ranged("abcdefghij", etag, FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss().hasBody("01234");
    assertThat(stage.get("Range: bytes=5-9")).isMiss().hasBody("fghij");
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("abcdefghij");
  }

  @Test
  void partsOfAnotherLengthAreNotJoined(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), ranged(DIGITS + "more", V1, FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get("Range: bytes=5-9")).isMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS + "more");
  }

  @Test
  void aRepresentationThatHasChangedReplacesTheParts(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), ranged("abcdefghij", "\"v2\"", FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("abcdefghij");
    assertThat(stage.get("Range: bytes=0-4")).hasStatus(206).isHit().hasBody("abcde");
  }

  @Test
  void aPartThatWasNotAskedForIsNotJoined(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, FRESH),
            Script.reply(206, "678", FRESH, "ETag: " + V1, "Content-Range: bytes 6-8/10"),
            ranged(DIGITS, V1, FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS);
    assertThat(stage.requests()).hasSize(3);
    assertThat(stage.lastRequest().headers().has("Range")).isFalse();
  }

  @Test
  void anOriginThatCantSatisfyOurRangeIsAskedForTheClients(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, FRESH),
            Script.reply(416, "", "Content-Range: bytes */5"),
            ranged("abcde", "\"v2\"", FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("abcde");
  }

  @Test
  void anErrorInPlaceOfWhatIsMissingGoesToTheClient(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, FRESH), Script.reply(503, "down"), ranged(DIGITS, V1, FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get()).hasStatus(503).isMiss().hasBody("down");
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS);
    assertThat(stage.lastRequest().header("Range")).isEqualTo("bytes=5-");
  }

  @Test
  void aMissingPartThatBreaksOffBreaksTheAnswer(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, FRESH),
            exchange -> {
              exchange.head(
                  206, FRESH, "ETag: " + V1, "Content-Range: bytes 5-9/10", "Content-Length: 5");
              exchange.write("567");
              exchange.reset();
            },
            ranged(DIGITS, V1, FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      Response broken = client.readUnlessClosed("GET");
      assertThat(broken).isTruncated();
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS);
    assertThat(stage.get()).isHit().hasBody(DIGITS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"567", "56789x", "567 89x", "56789 x"})
  void aMissingPartOfAnotherLengthBreaksTheAnswer(String sent, Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, FRESH),
            exchange -> {
              exchange.chunkedHead(206, FRESH, "ETag: " + V1, "Content-Range: bytes 5-9/10");
              for (String chunk : sent.split(" ")) {
                exchange.chunk(chunk);
              }
              exchange.lastChunk();
            },
            ranged(DIGITS, V1, FRESH)));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      Response broken = client.readUnlessClosed("GET");
      if (broken != null && broken.status() != 502) {
        assertThat(broken).isTruncated();
      }
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS);
    assertThat(stage.get()).isHit().hasBody(DIGITS);
  }

  @Test
  void whatIsMissingStreamsBehindWhatIsStored(Stage stage) throws Exception {
    Gate seen = stage.gate();
    Gate ended = stage.gate();
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, FRESH),
            exchange -> {
              exchange.chunkedHead(206, FRESH, "ETag: " + V1, "Content-Range: bytes 5-9/10");
              exchange.chunk("56");
              seen.await();
              exchange.chunk("789");
              ended.await();
              exchange.lastChunk();
            },
            never()));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      BodyStream body = client.body("GET", client.readHead());
      assertThat(new String(body.exactly(7), StandardCharsets.US_ASCII)).isEqualTo("0123456");
      seen.open();
      assertThat(new String(body.exactly(2), StandardCharsets.US_ASCII)).isEqualTo("78");
      // Nobody can know yet whether that was all: the last byte waits.
      ended.open();
      assertThat(new String(body.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("9");
    }
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
  }

  @Test
  void aStalePartIsConfirmedAndServed(Stage stage) throws Exception {
    stage.origin(ranged(DIGITS, V1, STALE));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get("Range: bytes=1-2"))
        .isRevalidatedHit()
        .hasStatus(206)
        .hasBody("12")
        .hasHeaderLines("Content-Range", "bytes 1-2/10");
    assertThat(stage.lastRequest().header("If-None-Match")).isEqualTo(V1);
    assertThat(stage.lastRequest().header("Range")).isEqualTo("bytes=1-2");
  }

  @Test
  void aStalePartThatHasChangedIsReplacedByAPart(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(ranged(DIGITS, V1, STALE), ranged("abcdefghij", "\"v2\"", FRESH), never()));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get("Range: bytes=1-2")).hasStatus(206).isMiss().hasBody("bc");
    assertThat(stage.get("Range: bytes=1-2")).hasStatus(206).isHit().hasBody("bc");
  }

  @Test
  void aStalePartStandsInForAnOriginThatFails(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, "Cache-Control: max-age=0, stale-if-error=60"),
            Script.reply(503, "down")));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get("Range: bytes=1-2"))
        .hasStatus(206)
        .hasBody("12")
        .hasHeaderLines("X-Cache", "HIT");
    assertThat(stage.get()).as("the whole is not there").hasStatus(503).isMiss();
  }

  @Test
  void joiningFreshensWhatIsStored(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            ranged(DIGITS, V1, STALE, "X-Count: 1", "X-Kept: 1"),
            ranged(DIGITS, V1, FRESH, "X-Count: 2"),
            never()));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasHeaderLines("X-Count", "2");
    assertThat(stage.get())
        .isHit()
        .hasBody(DIGITS)
        .hasHeaderLines("X-Count", "2")
        .hasHeaderLines("X-Kept", "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control: no-store",
        "Cache-Control: private",
        "Content-Range: bytes 0-4/*",
        "Content-Range: bytes 0-4/4",
        "Content-Range: bytes 0-5/10",
        "Vary: *"
      })
  void aPartThatMayNotBeStoredIsNot(String field, Stage stage) throws Exception {
    String[] fields =
        field.startsWith("Content-Range")
            ? new String[] {FRESH, field}
            : field.startsWith("Vary")
                ? new String[] {FRESH, field, "Content-Range: bytes 0-4/10"}
                : new String[] {field, "Content-Range: bytes 0-4/10"};
    stage.origin(Script.reply(206, "01234", fields));
    assertThat(stage.get("Range: bytes=0-4")).hasStatus(206).isUnstoredMiss();
    assertThat(stage.get("Range: bytes=0-4")).hasStatus(206).isMiss();
  }

  @Test
  void severalPartsInOneResponseAreNotStored(Stage stage) throws Exception {
    stage.origin(
        Script.reply(
            206, "--x\r\n\r\n--x--\r\n", FRESH, "Content-Type: multipart/byteranges; boundary=x"));
    assertThat(stage.get("Range: bytes=0-1,4-5")).hasStatus(206).isUnstoredMiss();
    assertThat(stage.get("Range: bytes=0-1")).hasStatus(206).isMiss();
  }

  @Test
  void aPartThatNobodyAskedForIsNotStored(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(206, "01234", FRESH, "Content-Range: bytes 0-4/10"),
            Script.reply(200, DIGITS, FRESH)));
    assertThat(stage.get()).hasStatus(206).isUnstoredMiss();
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(DIGITS);
  }

  @Test
  void aPartThatLacksFieldsBecauseOfIfRangeIsNotStoredAlone(Stage stage) throws Exception {
    stage.origin(ranged(DIGITS, V1, FRESH));
    assertThat(stage.get("Range: bytes=0-4", "If-Range: " + V1)).hasStatus(206).isUnstoredMiss();
    assertThat(stage.get("Range: bytes=0-4")).hasStatus(206).isStoredMiss();
    assertThat(stage.get("Range: bytes=5-", "If-Range: " + V1)).hasStatus(206).isStoredMiss();
    assertThat(stage.get()).hasStatus(200).isHit().hasBody(DIGITS);
  }

  @Test
  void eachVariantHasItsOwnParts(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          boolean german = exchange.request().headers().lists("Accept-Language", "de");
          answerRanged(
              exchange,
              (german ? "abcdefghij" : DIGITS).getBytes(StandardCharsets.UTF_8),
              german ? "\"de\"" : "\"en\"",
              FRESH,
              "Vary: Accept-Language");
        });
    assertThat(stage.get("Range: bytes=0-4", "Accept-Language: de")).isMiss().hasBody("abcde");
    assertThat(stage.get("Range: bytes=0-4", "Accept-Language: en")).isMiss().hasBody("01234");
    assertThat(stage.get("Accept-Language: en")).isMiss().hasBody(DIGITS);
    assertThat(stage.get("Range: bytes=0-4", "Accept-Language: de")).isHit().hasBody("abcde");
    assertThat(stage.get("Range: bytes=0-4", "Accept-Language: en")).isHit().hasBody("01234");
  }

  @Test
  void anUnsafeRequestInvalidatesPartsToo(Stage stage) throws Exception {
    stage.origin(
        exchange -> {
          if (exchange.request().method().equals("GET")) {
            answerRanged(exchange, DIGITS.getBytes(StandardCharsets.UTF_8), V1, FRESH);
          } else {
            exchange.respond(204, "");
          }
        });
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.exchange("DELETE")).hasStatus(204);
    assertThat(stage.get("Range: bytes=0-4")).hasStatus(206).isMiss();
  }

  @Test
  void onlyIfCachedGetsThePartThatIsThereAndNothingElse(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), never()));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get("Range: bytes=0-1", "Cache-Control: only-if-cached"))
        .hasStatus(206)
        .isHit()
        .hasBody("01");
    assertThat(stage.get("Cache-Control: only-if-cached")).hasStatus(504);
    assertThat(stage.get("Range: bytes=3-7", "Cache-Control: only-if-cached")).hasStatus(504);
  }

  @Test
  void aPreconditionIsJudgedByThePartThatAnswers(Stage stage) throws Exception {
    stage.origin(Script.sequence(ranged(DIGITS, V1, FRESH), never()));
    assertThat(stage.get("Range: bytes=0-4")).isMiss();
    assertThat(stage.get("Range: bytes=0-1", "If-None-Match: " + V1)).hasStatus(304).isHit();
  }

  @Test
  void anyRangesInAnyOrderAreWhatTheOriginHas(Stage stage) throws Exception {
    byte[] content = new byte[50_000];
    Random random = new Random(11);
    random.nextBytes(content);
    stage.origin("fresh", ranged(content, V1, FRESH));
    stage.origin("stale", ranged(content, V1, STALE));
    for (String name : new String[] {"fresh", "stale"}) {
      try (RawClient client = stage.client()) {
        for (int i = 0; i < 60; i++) {
          int first = random.nextInt(content.length);
          int last = Math.min(content.length - 1, first + random.nextInt(5000));
          Response part = client.get(stage.path(name), "Range: bytes=" + first + "-" + last);
          assertThat(part)
              .hasStatus(206)
              .hasHeaderLines("Content-Range", "bytes " + first + "-" + last + "/50000")
              .hasBody(Arrays.copyOfRange(content, first, last + 1));
        }
        assertThat(client.get(stage.path(name))).hasStatus(200).hasBody(content);
      }
    }
  }
}
