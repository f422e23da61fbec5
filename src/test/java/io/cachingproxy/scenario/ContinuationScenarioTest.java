package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A response that breaks off is continued where the origin and its validator allow it. */
@ExtendWith(OnStage.class)
final class ContinuationScenarioTest {

  private static final String WHOLE = "0123456789".repeat(2000);
  private static final int CUT = 12_345;
  private static final String FRESH = "Cache-Control: max-age=60";

  private static Script cutAt(int count, boolean chunked, String... headerLines) {
    return exchange -> {
      if (chunked) {
        exchange.chunkedHead(200, headerLines);
        exchange.chunk(WHOLE.substring(0, count));
      } else {
        String[] lines = java.util.Arrays.copyOf(headerLines, headerLines.length + 1);
        lines[headerLines.length] = "Content-Length: " + WHOLE.length();
        exchange.head(200, lines);
        exchange.write(WHOLE.substring(0, count));
      }
      exchange.reset();
    };
  }

  /** Whatever the client gets, it can't take it for the response. */
  private static void assertCut(Stage stage) throws IOException {
    Response response = stage.get();
    assertThat(response.isTruncated() || response.status() == 502).isTrue();
  }

  private static void rest(OriginExchange exchange, int from, String etag) throws IOException {
    exchange.respond(
        206,
        WHOLE.substring(from),
        "ETag: " + etag,
        FRESH,
        "Content-Range: bytes %d-%d/%d".formatted(from, WHOLE.length() - 1, WHOLE.length()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nobodyNoticesACutThatIsMended(boolean chunked, Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            cutAt(CUT, chunked, FRESH, "ETag: \"v1\""), exchange -> rest(exchange, CUT, "\"v1\"")));
    ProxyUnderTest proxy = stage.proxy();
    assertThat(proxy.get(stage.path())).hasBody(WHOLE);
    assertThat(proxy.get(stage.path())).hasBody(WHOLE);
    assertThat(proxy.get(stage.path()).header("X-Cache")).isEqualTo("HIT");
    assertThat(stage.requests()).hasSize(2);
    ReceivedRequest resumed = stage.lastRequest();
    assertThat(resumed.header("Range")).isEqualTo("bytes=" + CUT + "-");
    assertThat(resumed.header("If-Range")).isEqualTo("\"v1\"");
  }

  @Test
  void aSecondCutIsMendedToo(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            cutAt(100, false, FRESH, "ETag: \"v1\""),
            exchange -> {
              exchange.head(
                  206,
                  "ETag: \"v1\"",
                  "Content-Range: bytes 100-%d/%d".formatted(WHOLE.length() - 1, WHOLE.length()),
                  "Content-Length: " + (WHOLE.length() - 100));
              exchange.write(WHOLE.substring(100, 300));
              exchange.reset();
            },
            exchange -> rest(exchange, 300, "\"v1\"")));
    assertThat(stage.get()).hasBody(WHOLE);
    assertThat(stage.requests()).hasSize(3);
  }

  @Test
  void withoutAStrongValidatorItStaysCut(Stage stage) throws Exception {
    stage.origin(cutAt(CUT, false, FRESH, "ETag: W/\"v1\""));
    assertCut(stage);
    assertThat(stage.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "whole", "wrong-range", "not-modified", "longer"})
  void anotherRepresentationIsNeverPutBehindTheFirst(String what, Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            cutAt(CUT, false, FRESH, "ETag: \"v1\""),
            exchange -> {
              switch (what) {
                case "other" -> rest(exchange, CUT, "\"v2\"");
                case "whole" -> exchange.respond(200, WHOLE, FRESH, "ETag: \"v1\"");
                case "wrong-range" -> rest(exchange, CUT - 1, "\"v1\"");
                case "not-modified" -> exchange.head(304, "ETag: \"v1\"");
                default ->
                    exchange.respond(
                        206,
                        WHOLE.substring(CUT) + "!",
                        "ETag: \"v1\"",
                        "Content-Range: bytes %d-%d/%d"
                            .formatted(CUT, WHOLE.length(), WHOLE.length() + 1));
              }
            }));
    assertCut(stage);
    assertThat(stage.requests()).hasSize(2);
    stage.origin(Script.reply(200, "next", FRESH));
    assertThat(stage.get()).hasBody("next");
  }

  @Test
  void anOriginThatKeepsCuttingIsNotAskedForEver(Stage stage) throws Exception {
    stage.origin(cutAt(CUT, false, FRESH, "ETag: \"v1\""));
    assertCut(stage);
    assertThat(stage.requests()).hasSizeLessThan(6);
  }
}
