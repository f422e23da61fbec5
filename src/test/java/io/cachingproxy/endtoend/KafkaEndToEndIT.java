package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cachingproxy.events.KafkaBroker;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The event log as its readers find it on a real broker. */
class KafkaEndToEndIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KafkaBroker broker = KafkaBroker.create();
  private static final RawOrigin origin =
      RawOrigin.start()
          .on("/page", Script.reply(200, "0123456789", "Cache-Control: max-age=60"))
          .on("/again", Script.conditional("\"v1\"", "checked", "Cache-Control: no-cache"))
          .on("/private", Script.reply(200, "mine", "Cache-Control: private", "Set-Cookie: s=oven"))
          .on("/post", Script.reply(201, "made"))
          .on("/reset", exchange -> exchange.reset());

  @BeforeAll
  static void startBroker() {
    broker.start();
  }

  @AfterAll
  static void stopAll() {
    broker.close();
    origin.stop();
  }

  @Test
  void everyExchangeBecomesOneEventThatTellsWhatHappened() throws Exception {
    Instant start = Instant.now();
    try (RunningProxy proxy = start("exchanges");
        RawClient client = proxy.client()) {
      assertThat(client.get("/page?q=1|2", "User-Agent: miss/1.0")).isStoredMiss();
      assertThat(client.get("/page?q=1|2", "User-Agent: hit")).isHit();
      assertThat(client.exchange("HEAD", "/page?q=1|2", "User-Agent: head")).isHit();
      assertThat(client.get("/again")).isStoredMiss();
      assertThat(client.get("/again", "User-Agent: revalidated")).isRevalidatedHit();
      assertThat(
              client.get(
                  "/private",
                  "User-Agent: private",
                  "Cookie: s=milk",
                  "Authorization: Bearer honey"))
          .isUnstoredMiss();
      client.sendRequest("POST", "/post", new byte[] {1, 2, 3}, "User-Agent: post");
      assertThat(client.read("POST")).isMiss().hasStatus(201);
      assertThat(client.get("/reset", "User-Agent: failed")).hasStatus(502);
      assertThat(client.exchange("BREW", "/page", "User-Agent: odd")).isMiss();
      proxy.stop();

      List<ConsumerRecord<String, String>> records = broker.read("exchanges");
      assertThat(records).hasSize(9);

      JsonNode miss = event(records, "miss/1.0");
      assertThat(text(miss, "http.request.method")).isEqualTo("GET");
      assertThat(text(miss, "url.full"))
          .isEqualTo("http://127.0.0.1:" + proxy.port() + "/page?q=1|2");
      assertThat(text(miss, "url.path")).isEqualTo("/page");
      assertThat(text(miss, "url.query")).isEqualTo("q=1|2");
      assertThat(text(miss, "http.response.status_code")).isEqualTo("200");
      assertThat(text(miss, "http.response.body.size")).isEqualTo("10");
      assertThat(text(miss, "cache.result")).isEqualTo("MISS");
      assertThat(text(miss, "cache.forward_reason")).isEqualTo("uri-miss");
      assertThat(text(miss, "cache.stored")).isEqualTo("true");
      assertThat(text(miss, "client.address")).isEqualTo("127.0.0.1");
      assertThat(text(miss, "network.protocol.version")).isEqualTo("1.1");
      assertThat(miss.path("origin.duration").asDouble()).isPositive();
      assertThat(miss.path("http.server.request.duration").asDouble())
          .isGreaterThanOrEqualTo(miss.path("origin.duration").asDouble());
      assertThat(Instant.parse(text(miss, "timestamp")))
          .isBetween(start.minusMillis(1), Instant.now());

      JsonNode hit = event(records, "hit");
      assertThat(text(hit, "cache.result")).isEqualTo("HIT");
      assertThat(text(hit, "cache.source")).isEqualTo("hit");
      assertThat(hit.path("cache.age").asLong(-1)).isBetween(0L, 60L);
      assertThat(hit.path("cache.ttl").asLong(-1)).isBetween(0L, 60L);
      assertThat(hit.has("origin.duration")).isFalse();

      JsonNode head = event(records, "head");
      assertThat(text(head, "http.request.method")).isEqualTo("HEAD");
      assertThat(text(head, "cache.result")).isEqualTo("HIT");
      assertThat(text(head, "http.response.body.size")).isEqualTo("0");

      JsonNode revalidated = event(records, "revalidated");
      assertThat(text(revalidated, "cache.source")).isEqualTo("revalidated");
      assertThat(text(revalidated, "cache.forward_reason")).isEqualTo("stale");
      assertThat(text(revalidated, "origin.status_code")).isEqualTo("304");
      assertThat(text(revalidated, "http.response.status_code")).isEqualTo("200");

      JsonNode unstored = event(records, "private");
      assertThat(text(unstored, "cache.stored")).isEqualTo("false");
      assertThat(text(unstored, "cache.detail")).isNotEmpty();

      JsonNode post = event(records, "post");
      assertThat(text(post, "http.request.method")).isEqualTo("POST");
      assertThat(text(post, "cache.forward_reason")).isEqualTo("method");

      JsonNode failed = event(records, "failed");
      assertThat(text(failed, "http.response.status_code")).isEqualTo("502");
      assertThat(text(failed, "cache.source")).isEqualTo("proxy");
      assertThat(text(failed, "error.type")).isEqualTo("502");

      JsonNode odd = event(records, "odd");
      assertThat(text(odd, "http.request.method")).isEqualTo("_OTHER");
      assertThat(text(odd, "http.request.method_original")).isEqualTo("BREW");

      assertThat(records)
          .allSatisfy(
              record -> {
                assertThat(record.key()).isEqualTo(text(json(record), "cache.key"));
                assertThat(record.value() + record.key())
                    .doesNotContain("milk", "honey", "oven")
                    .doesNotContainIgnoringCase("cookie", "authorization");
              });
      assertThat(records.stream().map(ConsumerRecord::key).distinct())
          .as("one key for one cached resource, whatever the method")
          .hasSize(6);
    }
  }

  /**
   * The load never pauses; every exchange is sent, waiting or lost, and the log tells of each
   * change once.
   */
  @Test
  void aBrokerThatGoesAndComesBackUnderLoadCostsNoRequest() throws Exception {
    try (KafkaBroker restarted = KafkaBroker.create().start();
        RunningProxy proxy =
            RunningProxy.start(
                origin.url(), "--kafka-bootstrap-servers", restarted.bootstrapServers());
        Load load = Load.of(proxy, "/page")) {
      await().atMost(PATIENCE).until(() -> sent(proxy) > 100);

      restarted.stop();
      long beforeStop = load.answered();
      await()
          .atMost(PATIENCE)
          .until(() -> proxy.log().stream().anyMatch(line -> line.contains("no answer")));
      assertThat(load.answered()).isGreaterThan(beforeStop + 100);

      double sentBefore = sent(proxy);
      restarted.start();
      await().atMost(PATIENCE).until(() -> sent(proxy) > sentBefore + 100);
      load.stop();

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(proxy.metric("proxy_events_waiting")).isZero();
                assertThat(sent(proxy) + proxy.metric("proxy_events_lost_total"))
                    .isEqualTo(load.answered())
                    .isEqualTo(proxy.metric("proxy_requests_total\\{.*}"));
              });
      assertThat(proxy.log()).as("connected, gone, back").hasSize(3);
      assertThat(restarted.read("log-topic")).hasSizeGreaterThanOrEqualTo((int) sent(proxy));
    }
  }

  @Test
  void withoutTheFlagThereIsNoKafkaClient() {
    try (RunningProxy proxy =
        RunningProxy.start(List.of("-Xlog:class+load:stderr"), origin.url())) {
      assertThat(proxy.get("/page")).isStoredMiss();
      proxy.stop();
      assertThat(proxy.log()).hasSizeGreaterThan(500).noneMatch(l -> l.contains("apache.kafka"));
    }
  }

  private static RunningProxy start(String topic) {
    return RunningProxy.start(
        origin.url(),
        "--kafka-bootstrap-servers",
        broker.bootstrapServers(),
        "--kafka-topic",
        topic);
  }

  private static double sent(RunningProxy proxy) {
    return proxy.metric("proxy_events_sent_total");
  }

  private static JsonNode json(ConsumerRecord<String, String> event) {
    try {
      return JSON.readTree(event.value().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode event(List<ConsumerRecord<String, String>> records, String userAgent) {
    return records.stream()
        .map(KafkaEndToEndIT::json)
        .filter(event -> text(event, "user_agent.original").equals(userAgent))
        .reduce(
            (one, other) -> {
              throw new AssertionError("more than one event of " + userAgent);
            })
        .orElseThrow(() -> new AssertionError("no event of " + userAgent));
  }

  private static String text(JsonNode event, String name) {
    return event.path(name).asText();
  }
}
