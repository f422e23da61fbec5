package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.Exchange;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.Redaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An event's fields, and that hostile input can't break it. */
class ExchangeJsonTest {

  private static final ExchangeJson JSON = new ExchangeJson(Redaction.of(List.of("token")));

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void aHitHasExactlyTheseFields() {
    assertThat(parse(Exchanges.hit("/products")))
        .containsExactly(
            entry("timestamp", "2026-05-04T03:02:01.007Z"),
            entry("http.request.method", "GET"),
            entry("url.full", "http://proxy.example:3000/products?q=1"),
            entry("url.scheme", "http"),
            entry("url.path", "/products"),
            entry("url.query", "q=1"),
            entry("server.address", "proxy.example"),
            entry("server.port", 3000),
            entry("network.protocol.version", "1.1"),
            entry("client.address", "192.0.2.7"),
            entry("user_agent.original", "curl/8.0"),
            entry("http.response.status_code", 200),
            entry("http.response.body.size", 1234),
            entry("http.server.request.duration", 0.001234),
            entry("cache.key", "http://origin.example/products?q=1"),
            entry("cache.result", "HIT"),
            entry("cache.source", "hit"),
            entry("cache.ttl", 100),
            entry("cache.age", 20),
            entry("cache.stored", false));
  }

  @Test
  void aMissTellsOfTheOrigin() {
    CacheOutcome miss =
        new CacheOutcome(
            CacheOutcome.Source.MISS,
            ForwardReason.URI_MISS,
            404,
            true,
            OptionalLong.empty(),
            OptionalLong.empty(),
            "no-store",
            false);
    Exchange exchange =
        exchange("PURGE", "example.org", "/", null, null, "http://o/", 404, miss, false);

    assertThat(parse(exchange))
        .containsEntry("http.request.method", "_OTHER")
        .containsEntry("http.request.method_original", "PURGE")
        .containsEntry("cache.result", "MISS")
        .containsEntry("cache.source", "miss")
        .containsEntry("cache.forward_reason", "uri-miss")
        .containsEntry("cache.detail", "no-store")
        .containsEntry("cache.stored", true)
        .containsEntry("origin.status_code", 404)
        .containsEntry("origin.duration", 0.25)
        .doesNotContainKeys(
            "url.query",
            "server.port",
            "user_agent.original",
            "cache.ttl",
            "cache.age",
            "error.type");
  }

  @ParameterizedTest
  @CsvSource({"0, true, incomplete", "200, true, incomplete", "502, false, 502", "499, false, "})
  void anErrorHasAType(int status, boolean failed, @Nullable String type) {
    Map<String, Object> event =
        parse(exchange("GET", "h", "/", null, null, "http://o/", status, null, failed));
    assertThat(event.get("error.type")).isEqualTo(type);
    assertThat(event.containsKey("http.response.status_code")).isEqualTo(status != 0);
    assertThat(event).doesNotContainKeys("cache.result", "cache.source", "cache.stored");
  }

  @ParameterizedTest
  @CsvSource({
    "user:secret@host:80, host, 80",
    "user@sec@ret@[::1]:8080, ::1, 8080",
    "[::1], ::1, ",
    "host:, host, ",
    "host:99999999999, host, ",
    "'', , ",
  })
  void theServerIsTakenFromTheAuthorityWithoutItsUserinfo(
      String authority, @Nullable String address, @Nullable Integer port) {
    Exchange exchange =
        exchange("GET", authority, "/a@b", "c@d", null, "http://u:secret@o/a@b", 200, null, false);
    Map<String, Object> event = parse(exchange);
    assertThat(event.get("server.address")).isEqualTo(address);
    assertThat(event.get("server.port")).isEqualTo(port);
    assertThat(event).containsEntry("cache.key", "http://o/a@b").containsEntry("url.path", "/a@b");
    assertThat(event.get("url.full")).asString().endsWith("/a@b?c@d").doesNotContain("sec");
    assertThat(new String(JSON.event(exchange).key(), StandardCharsets.UTF_8))
        .isEqualTo("http://o/a@b");
  }

  @Test
  void noSecretOfTheQueryIsTold() {
    String query = "a=1&token=s3cret&b=2";
    Exchange exchange =
        exchange(
            "GET", "h", "/p", query, null, "http://o/p?" + query + " http://h", 200, null, false);
    Map<String, Object> event = parse(exchange);
    assertThat(event)
        .containsEntry("url.query", "a=1&token=REDACTED&b=2")
        .containsEntry("cache.key", "http://o/p?a=1&token=REDACTED&b=2 http://h");
    assertThat(event.get("url.full")).asString().endsWith("/p?a=1&token=REDACTED&b=2");
    assertThat(new String(JSON.event(exchange).value(), StandardCharsets.UTF_8))
        .doesNotContain("s3cret");
    assertThat(new String(JSON.event(exchange).key(), StandardCharsets.UTF_8))
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0.000000", "PT0.000001S, 0.000001", "PT1H0.5S, 3600.500000"})
  void durationsAreSecondsInPlainDecimals(Duration duration, String expected) {
    Exchange plain = Exchanges.hit("/");
    Exchange exchange =
        new Exchange(
            plain.start(),
            "GET",
            "http",
            "h",
            "/",
            null,
            "1.1",
            "::1",
            null,
            "http://o/",
            200,
            null,
            0,
            duration,
            null,
            false);
    assertThat(new String(JSON.event(exchange).value(), StandardCharsets.UTF_8))
        .contains("\"http.server.request.duration\":" + expected + ",");
  }

  @Test
  void whatIsTooLongIsCutAndSaysSo() {
    for (String unit : new String[] {"a", "\"", "\u0001", "\u00ff", "\ud83d\ude00", "\ud800"}) {
      String huge = unit.repeat(200_000);
      Exchange exchange =
          exchange(huge, huge, "/" + huge, huge, huge, huge, 200, outcome(huge), false);
      byte[] value = JSON.event(exchange).value();
      Map<String, Object> event = parse(value);

      assertThat(value.length).isLessThan(ExchangeJson.MAX_BYTES);
      assertThat(JSON.event(exchange).key().length)
          .isLessThanOrEqualTo(ExchangeJson.MAX_URL_PART_BYTES);
      for (String name :
          new String[] {
            "url.full", "url.path", "url.query", "user_agent.original", "cache.key", "cache.detail"
          }) {
        assertThat(event.get(name)).asString().endsWith("\u2026");
      }
    }
  }

  /** A value, a name and an encoding are cut in the middle, before and behind what is hidden. */
  @Test
  void noSecretIsToldByACut() {
    for (int most : new int[] {ExchangeJson.MAX_URL_PART_BYTES, ExchangeJson.MAX_URL_BYTES}) {
      for (int i = 0; i < 60; i++) {
        String start = "token=" + "s3cret".repeat(3000) + "&b=" + "b".repeat(most - i);
        String query = start + "&%74o%6ben=s3cret&user%5Btoken%5D=s3cret" + "&c=d".repeat(3000);
        String uri = "http://u:s3cret@h/p?";
        ExchangeJson.Event event =
            JSON.event(exchange("GET", "h", "/p", query, null, uri + query, 200, null, false));
        String redacted = Redaction.of(List.of("token")).query(query);
        assertThat(parse(event.value()))
            .containsEntry("url.full", JsonText.of("http://h/p?" + redacted, 16 * 1024))
            .containsEntry("url.query", JsonText.of(redacted, 10 * 1024))
            .containsEntry("cache.key", JsonText.of("http://h/p?" + redacted, 10 * 1024));
        assertThat(new String(event.value(), StandardCharsets.UTF_8)).doesNotContain("s3c");
        assertThat(new String(event.key(), StandardCharsets.UTF_8)).doesNotContain("s3c");
      }
    }
  }

  /** One thread writes all events. What is allocated says how often a query is gone through. */
  @Test
  void anEventOfManyParametersCostsNoMoreThanItsLength() {
    String query = "a=&".repeat(10_000);
    Exchange exchange =
        exchange("GET", "h", "/p", query, null, "http://h/p?" + query, 200, null, false);
    JSON.event(exchange);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    JSON.event(exchange);
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
  }

  @Test
  void onlyLoneSurrogatesAreReplaced() {
    String agent = "a\ud83d\ude00b\ud83dc\u0000\"\\\r\n\u00e9";
    Exchange exchange = exchange("GET", "h", "/", null, agent, "k", 200, null, false);
    assertThat(parse(exchange))
        .containsEntry("user_agent.original", "a\ud83d\ude00b\ufffdc\u0000\"\\\r\n\u00e9");
  }

  /** Whatever the bytes: JSON that parses, in strict UTF-8, with what was sent in it. */
  @Property
  void anEventAlwaysParsesBack(
      @ForAll @StringLength(max = 300) String path,
      @ForAll @StringLength(max = 300) String agent,
      @ForAll @StringLength(max = 40) String method,
      @ForAll int status,
      @ForAll long bytes) {
    Exchange exchange =
        new Exchange(
            Instant.ofEpochMilli(bytes >> 16),
            method,
            "http",
            path,
            path,
            agent,
            agent,
            agent,
            agent,
            path,
            status,
            outcome(agent),
            bytes,
            Duration.ofNanos(bytes),
            Duration.ofSeconds(bytes),
            false);
    Map<String, Object> event = parse(exchange);
    assertThat(event.get("url.path")).isEqualTo(asUtf8Can(path));
    assertThat(event.get("user_agent.original")).isEqualTo(asUtf8Can(agent));
    assertThat(event.get("http.response.body.size")).asString().isEqualTo(String.valueOf(bytes));
  }

  private static String asUtf8Can(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static CacheOutcome outcome(String detail) {
    return new CacheOutcome(
        CacheOutcome.Source.PROXY,
        null,
        0,
        false,
        OptionalLong.of(-5),
        OptionalLong.empty(),
        detail,
        false);
  }

  private static Exchange exchange(
      String method,
      String authority,
      String path,
      @Nullable String query,
      @Nullable String agent,
      String key,
      int status,
      @Nullable CacheOutcome outcome,
      boolean failed) {
    return new Exchange(
        Instant.EPOCH,
        method,
        "http",
        authority,
        path,
        query,
        "1.1",
        "::1",
        agent,
        key,
        status,
        outcome,
        0,
        Duration.ofMillis(300),
        Duration.ofMillis(250),
        failed);
  }

  private static Map<String, Object> parse(Exchange exchange) {
    return parse(JSON.event(exchange).value());
  }

  private static Map<String, Object> parse(byte[] value) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      return MAPPER.readValue(value, new TypeReference<Map<String, Object>>() {});
    } catch (CharacterCodingException e) {
      throw new AssertionError("not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
