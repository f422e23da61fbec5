package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * An API as dummyjson.com is one: validators, a Vary, answers compressed or not, and no word about
 * how long they stay fresh.
 */
class JsonApiIT {

  private static final byte[] PRODUCTS =
      ("{\"products\":[" + "{\"title\":\"Mascara\"},".repeat(500) + "{}]}")
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] COMPRESSED = gzip(PRODUCTS);

  @Test
  void theSecondRequestIsAHitForEachVariantWithItsOwnBytesAndAge() throws Exception {
    try (RawOrigin origin = RawOrigin.start().on("/products", JsonApiIT::products);
        RunningProxy proxy = RunningProxy.start(origin.url())) {
      assertThat(proxy.get("/products?limit=10&skip=10", "Accept-Encoding: gzip, br"))
          .isStoredMiss()
          .hasHeaderLines("Content-Encoding", "gzip")
          .hasBody(COMPRESSED);
      assertThat(proxy.get("/products?limit=10&skip=10"))
          .isStoredMiss()
          .hasCacheStatus("fwd=vary-miss")
          .hasNoHeader("Content-Encoding")
          .hasBody(PRODUCTS);

      Response compressed = proxy.get("/products?limit=10&skip=10", "Accept-Encoding: gzip, br");
      assertThat(compressed)
          .isHit()
          .hasBody(COMPRESSED)
          .hasHeaderLines("ETag", "W/\"gzip\"")
          .hasHeaderLines("Content-Encoding", "gzip")
          .hasHeaderLines("Content-Type", "application/json; charset=utf-8")
          .hasHeaderLines("Vary", "Accept-Encoding")
          .hasHeaderLines("X-Powered-By", "Express");
      assertThat(gunzip(compressed.body())).isEqualTo(PRODUCTS);
      assertThat(proxy.get("/products?limit=10&skip=10"))
          .isHit()
          .hasBody(PRODUCTS)
          .hasHeaderLines("ETag", "W/\"identity\"")
          .hasNoHeader("Content-Encoding");
      assertThat(origin.requests()).hasSize(2);

      assertThat(proxy.get("/products?limit=10&skip=20"))
          .as("another query is another resource")
          .isStoredMiss();
      assertThat(
              proxy.get(
                  "/products?limit=10&skip=10",
                  "Accept-Encoding: gzip, br",
                  "If-None-Match: W/\"gzip\""))
          .hasStatus(304)
          .hasHeaderLines("X-Cache", "HIT");
    }
  }

  @Test
  void theAgeGrowsWithTheSecondsAndTheTtlShrinks() throws Exception {
    try (RawOrigin origin = RawOrigin.start().on("/products", JsonApiIT::products);
        RunningProxy proxy = RunningProxy.start(origin.url(), "--default-ttl", "1h")) {
      assertThat(proxy.get("/products")).isStoredMiss();
      long stored = System.nanoTime();
      await().pollInterval(Duration.ofMillis(100)).until(() -> age(proxy.get("/products")) >= 2);
      // Ages are whole seconds, and the origin's Date is rounded down: it may be a second older.
      assertThat(Duration.ofNanos(System.nanoTime() - stored))
          .isGreaterThan(Duration.ofMillis(900));
      assertThat(proxy.get("/products")).isHit().hasAgeFrom(2);
      assertThat(origin.requests()).hasSize(1);
    }
  }

  private static long age(Response response) {
    return Long.parseLong(String.valueOf(response.header("Age")));
  }

  private static void products(OriginExchange exchange) throws IOException {
    boolean gzip = exchange.request().headers().lists("Accept-Encoding", "gzip");
    String[] common = {
      "X-Powered-By: Express",
      "Access-Control-Allow-Origin: *",
      "Content-Type: application/json; charset=utf-8",
      "Vary: Accept-Encoding",
      gzip ? "ETag: W/\"gzip\"" : "ETag: W/\"identity\"",
      gzip ? "Content-Encoding: gzip" : "X-Content-Encoding: none"
    };
    exchange.respond(200, gzip ? COMPRESSED : PRODUCTS, common);
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  private static byte[] gunzip(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }
}
