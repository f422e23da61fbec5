package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.testing.BodyStream;
import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import io.cachingproxy.testing.TruncatedMessageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A body that is cut is never stored and never looks complete. */
@ExtendWith(OnStage.class)
final class TruncationScenarioTest {

  private static final String WHOLE = "0123456789".repeat(2000);
  private static final String CACHEABLE = "Cache-Control: max-age=60";

  /** Ways in which a response can break off after part of its body. */
  enum Cut {
    LENGTH_THEN_CLOSED {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.head(200, CACHEABLE, "Content-Length: " + WHOLE.length());
        exchange.write(WHOLE.substring(0, 12_345));
        exchange.close();
      }
    },
    LENGTH_THEN_RESET {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.head(200, CACHEABLE, "Content-Length: " + WHOLE.length());
        exchange.write(WHOLE.substring(0, 12_345));
        exchange.reset();
      }
    },
    LENGTH_WITHOUT_ITS_LAST_BYTE {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.head(200, CACHEABLE, "Content-Length: " + WHOLE.length());
        exchange.write(WHOLE.substring(1));
        exchange.close();
      }
    },
    LENGTH_WITHOUT_A_BYTE {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.head(200, CACHEABLE, "Content-Length: " + WHOLE.length());
        exchange.close();
      }
    },
    WITHIN_A_CHUNK {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE.substring(0, 5000));
        exchange.write("1000\r\nless than that");
        exchange.close();
      }
    },
    BETWEEN_CHUNKS {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.close();
      }
    },
    BETWEEN_CHUNKS_BY_RESET {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.reset();
      }
    },
    BEFORE_THE_FIRST_CHUNK {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.close();
      }
    },
    WITHIN_THE_LAST_CHUNK {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.write("0");
        exchange.close();
      }
    },
    BEHIND_THE_LAST_CHUNK {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.write("0\r\n");
        exchange.close();
      }
    },
    WITHIN_THE_LAST_LINE {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.write("0\r\n\r");
        exchange.close();
      }
    },
    BEHIND_A_TRAILER_FIELD {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.write("0\r\nX-Sum: 1\r\n");
        exchange.close();
      }
    },
    BEHIND_NOTHING_BUT_THE_LAST_CHUNK {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.write("0\r\n");
        exchange.close();
      }
    },
    AT_A_CHUNK_SIZE_OF_GARBAGE {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.chunk(WHOLE);
        exchange.write("xyz\r\n0\r\n\r\n");
        exchange.close();
      }
    },
    AT_A_CHUNK_THAT_IS_TOO_LONG {
      @Override
      void play(OriginExchange exchange) throws IOException {
        exchange.chunkedHead(200, CACHEABLE);
        exchange.write("5\r\n1234567\r\n0\r\n\r\n");
        exchange.close();
      }
    };

    abstract void play(OriginExchange exchange) throws IOException;
  }

  private static Script cutOnce(Cut cut) {
    return Script.sequence(cut::play, Script.reply(200, WHOLE, CACHEABLE));
  }

  @ParameterizedTest
  @EnumSource
  void theClientSeesABrokenConnectionAndTheNextOneTheWholeAnswer(Cut cut, Stage stage)
      throws Exception {
    stage.origin(cutOnce(cut));
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      assertBroken(client);
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(WHOLE);
    assertThat(stage.get()).isHit().hasBody(WHOLE);
    assertThat(stage.requests()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "LENGTH.*")
  void aClientOfHttp10SeesThatALengthIsNotReached(Cut cut, Stage stage) throws Exception {
    askInHttp10(cut, stage);
  }

  /** Without a length and without chunks, only a reset tells a client that it got a part. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "LENGTH.*")
  @Tag("embedded-only")
  void aClientOfHttp10SeesAResetInPlaceOfAnEnd(Cut cut, Stage stage) throws Exception {
    askInHttp10(cut, stage);
  }

  private static void askInHttp10(Cut cut, Stage stage) throws IOException {
    stage.origin(cutOnce(cut));
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.0\r\nHost: x\r\n\r\n");
      assertBroken(client);
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(WHOLE);
  }

  @ParameterizedTest
  @EnumSource
  void aStaleResponseIsNotReplacedByHalfANewOne(Cut cut, Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(200, "old", "Cache-Control: max-age=0", "ETag: \"v1\""),
            cut::play,
            Script.reply(200, WHOLE, CACHEABLE)));
    assertThat(stage.get()).isMiss().hasBody("old");
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      assertBroken(client);
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(WHOLE);
  }

  @ParameterizedTest
  @EnumSource
  void aClientOfHttp10LeavesNothingHalfStored(Cut cut, Stage stage) throws Exception {
    stage.origin(cutOnce(cut));
    try (RawClient client = stage.client()) {
      client.send("GET " + stage.path() + " HTTP/1.0\r\nHost: x\r\n\r\n");
      Response broken = client.readUnlessClosed("GET");
      assertThat(broken == null || broken.body().length <= WHOLE.length()).isTrue();
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody(WHOLE);
    assertThat(stage.get()).isHit().hasBody(WHOLE);
  }

  /** A response that is cut, or an error in its place where no byte of it was on its way yet. */
  private static void assertBroken(RawClient client) throws IOException {
    Response response = client.readUnlessClosed("GET");
    if (response != null && response.status() != 502) {
      assertThat(response).isTruncated();
    }
  }

  @Test
  void bytesBehindTheEndAreNobodysAnswer(Stage stage) throws Exception {
    stage.origin(
        "long",
        exchange -> {
          exchange.head(200, CACHEABLE, "Content-Length: 5");
          exchange.write("12345HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
        });
    stage.origin("other", Script.reply(200, "the truth", CACHEABLE));

    assertThat(stage.proxy().get(stage.path("long"))).hasStatus(200).hasBody("12345");
    for (int i = 0; i < 5; i++) {
      assertThat(stage.proxy().get(stage.path("other?" + i))).isMiss().hasBody("the truth");
    }
  }

  @Test
  void twoLengthsThatDifferAreRefused(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.raw(
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n"
                    + "Content-Length: 7\r\n\r\n1234567"),
            Script.reply(200, "clean", CACHEABLE)));
    assertThat(stage.get()).hasStatus(502);
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("clean");
  }

  @Test
  void aBodyUntilTheCloseThatIsResetIsBroken(Stage stage) throws Exception {
    Gate seen = stage.gate();
    stage.origin(
        Script.sequence(
            exchange -> {
              exchange.head(200, CACHEABLE, "Connection: close");
              exchange.write("part");
              seen.await();
              exchange.reset();
            },
            Script.reply(200, "clean", CACHEABLE)));
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      BodyStream body = client.body("GET", client.readHead());
      assertThat(body.exactly(4)).asString(StandardCharsets.ISO_8859_1).isEqualTo("part");
      seen.open();
      assertThatThrownBy(body::readAllBytes).isInstanceOf(TruncatedMessageException.class);
    }
    assertThat(stage.get()).hasStatus(200).isMiss().hasBody("clean");
  }

  @Test
  void aClientThatLeavesLeavesNothingHalfStored(Stage stage) throws Exception {
    Gate left = stage.gate();
    stage.origin(
        Script.sequence(
            exchange -> {
              exchange.head(200, CACHEABLE, "Content-Length: " + WHOLE.length());
              exchange.write(WHOLE.substring(0, 100));
              left.await();
              exchange.write(WHOLE.substring(100));
            },
            Script.reply(200, WHOLE, CACHEABLE)));
    try (RawClient client = stage.client()) {
      client.sendRequest("GET", stage.path());
      assertThat(client.body("GET", client.readHead()).exactly(100)).hasSize(100);
      client.reset();
    }
    left.open();
    assertThat(stage.get()).hasStatus(200).hasBody(WHOLE);
    assertThat(stage.get()).isHit().hasBody(WHOLE);
  }
}
