package io.cachingproxy.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static scala.jdk.javaapi.CollectionConverters.asJava;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.Seq;

/** The compose file fits itself, the files beside it, and what a broker accepts. */
class ComposeFileTest {

  @SuppressWarnings("NullAway.Init") // by parse()
  private static JsonNode compose;

  @BeforeAll
  static void parse() throws IOException {
    compose = DockerFiles.yaml("compose.yaml");
  }

  private static JsonNode service(String name) {
    return compose.path("services").path(name);
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  @Test
  void itHasTheProxyItsLogAndItsMetrics() {
    assertThat(compose.path("services").fieldNames())
        .toIterable()
        .contains("caching-proxy", "broker", "prometheus", "grafana");
  }

  @Test
  void theProxyIsBuiltFromTheTopLevel() {
    JsonNode build = service("caching-proxy").path("build");
    Path context = DockerFiles.DOCKER.resolve(build.path("context").asText()).normalize();

    assertThat(context).isEqualTo(DockerFiles.TOP);
    assertThat(context.resolve(build.path("dockerfile").asText())).isRegularFile();
  }

  /** Docker makes an empty folder where a mounted file is missing, and nothing says why. */
  @Test
  void everyMountedFileExists() {
    for (JsonNode service : compose.path("services")) {
      for (String mount : texts(service.path("volumes"))) {
        String source = mount.split(":", 2)[0];
        if (source.startsWith(".")) {
          assertThat(DockerFiles.DOCKER.resolve(source)).exists();
        } else {
          assertThat(compose.path("volumes").has(source)).as(source).isTrue();
        }
      }
    }
  }

  @Test
  void whoeverIsWaitedForExists() {
    for (JsonNode service : compose.path("services")) {
      JsonNode others = service.path("depends_on");
      List<String> names = new ArrayList<>(others.isArray() ? texts(others) : List.of());
      others.fieldNames().forEachRemaining(names::add);
      assertThat(names).allSatisfy(name -> assertThat(service(name).isObject()).isTrue());
    }
  }

  @Test
  void whoNeedsAHealthyServiceNamesOneThatCanBeThat() {
    JsonNode others = service("caching-proxy").path("depends_on");

    assertThat(others.path("broker").path("condition").asText()).isEqualTo("service_healthy");
    assertThat(service("broker").has("healthcheck")).isTrue();
  }

  /**
   * {@code docker logs broker}, {@code docker exec … broker}, not {@code caching-proxy-broker-1}.
   */
  @ParameterizedTest
  @ValueSource(strings = {"broker", "prometheus"})
  void aContainerThatIsNamedInCommandsHasTheNameOfItsService(String name) {
    assertThat(service(name).path("container_name").asText()).isEqualTo(name);
  }

  /** {@code docker compose up -d broker} starts no more than that. */
  @ParameterizedTest
  @ValueSource(strings = {"broker", "prometheus"})
  void whatIsStartedAloneNeedsNobody(String name) {
    assertThat(service(name).isObject()).isTrue();
    assertThat(service(name).has("depends_on")).isFalse();
  }

  @Test
  void thePortsOnTheHostAreFreeOfEachOtherAndOnlyTheProxyIsOpenToAll() {
    Set<String> onHost = new HashSet<>();
    List<String> open = new ArrayList<>();
    for (JsonNode service : compose.path("services")) {
      for (String mapping : texts(service.path("ports"))) {
        String[] parts = mapping.split(":", -1);
        assertThat(onHost.add(parts[parts.length - 2])).as("%s is taken", mapping).isTrue();
        if (!mapping.startsWith("127.0.0.1:")) {
          open.add(mapping);
        }
      }
    }

    assertThat(open).containsExactly("3000:3000");
    assertThat(onHost).contains("3000", "8000", "9092");
  }

  @Test
  void theProxysPortsAreThePublishedOnesAndTheImagesOwn() throws IOException {
    JsonNode environment = service("caching-proxy").path("environment");
    String port = environment.path("CACHING_PROXY_PORT").asText();
    String metricsPort = environment.path("CACHING_PROXY_METRICS_PORT").asText();

    assertThat(texts(service("caching-proxy").path("ports")))
        .containsExactly("3000:" + port, "127.0.0.1:8000:" + metricsPort);
    assertThat(DockerFiles.text("Dockerfile")).contains("EXPOSE " + port + " " + metricsPort);
  }

  @Test
  void theProxyLogsToTheTopicThroughTheInnerListener() {
    JsonNode environment = service("caching-proxy").path("environment");

    assertThat(environment.path("CACHING_PROXY_KAFKA_BOOTSTRAP_SERVERS").asText())
        .isEqualTo("broker:29092");
    assertThat(environment.path("CACHING_PROXY_KAFKA_TOPIC").asText()).isEqualTo("log-topic");
  }

  /** {@code kafka-topics.sh --create} fails where there is the topic already. */
  @Test
  void onlyTheProxyAndItsUserMakeTheTopic() {
    for (JsonNode service : compose.path("services")) {
      assertThat(service.path("image").asText().startsWith("apache/kafka:"))
          .isEqualTo(service == service("broker"));
    }
    assertThat(service("broker").has("command") || service("broker").has("entrypoint")).isFalse();
  }

  /** Compose names no image by a tag that moves. */
  @Test
  void imagesOfOthersAreOfOneVersion() {
    for (JsonNode service : compose.path("services")) {
      if (!service.has("build")) {
        assertThat(service.path("image").asText()).matches("[\\w./-]+:v?\\d+\\.\\d+\\.\\d+");
      }
    }
  }

  /** As the image does it: KAFKA_NODE_ID is node.id. */
  @Test
  void aBrokerAcceptsItsSettings() {
    Map<String, String> settings = new HashMap<>();
    service("broker")
        .path("environment")
        .properties()
        .forEach(
            variable -> {
              if (variable.getKey().startsWith("KAFKA_")) {
                settings.put(
                    variable
                        .getKey()
                        .substring("KAFKA_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.'),
                    variable.getValue().asText());
              }
            });

    KafkaConfig config = new KafkaConfig(settings);

    assertThat(settings.keySet()).isSubsetOf(asJava(KafkaConfig.configNames()));
    assertThat(endpoints(config.effectiveAdvertisedBrokerListeners()))
        .containsExactlyInAnyOrder("INSIDE broker:29092", "HOST localhost:9092");
    assertThat(config.interBrokerListenerName().value()).isEqualTo("INSIDE");
    assertThat(config.autoCreateTopicsEnable()).isTrue();
    assertThat(config.numPartitions()).isEqualTo(3);
    String cluster = service("broker").path("environment").path("CLUSTER_ID").asText();
    assertThat(Uuid.fromString(cluster)).hasToString(cluster);
  }

  private static Set<String> endpoints(Seq<Endpoint> endpoints) {
    return asJava(endpoints).stream()
        .map(endpoint -> endpoint.listener() + " " + endpoint.host() + ":" + endpoint.port())
        .collect(Collectors.toSet());
  }

  @Test
  void theContextHoldsWhatTheImageIsBuiltFromAndNothingElse() throws IOException {
    List<String> kept =
        Files.readAllLines(DockerFiles.TOP.resolve(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();

    assertThat(kept).contains("pom.xml", "mvnw", ".mvn", "src").containsAll(copiedFromTheContext());
    assertThat(kept).doesNotContain("target", ".git");
  }

  /** What the image takes from the context by name: what isn't in there ends the build. */
  private static List<String> copiedFromTheContext() throws IOException {
    List<String> sources = new ArrayList<>();
    for (String line : DockerFiles.text("Dockerfile").lines().toList()) {
      List<String> words = List.of(line.split(" +"));
      if (words.get(0).equals("COPY") && !words.get(1).startsWith("--from")) {
        sources.addAll(words.subList(1, words.size() - 1));
      }
    }
    sources.remove(".");
    assertThat(sources).isNotEmpty();
    return sources;
  }

  /** Whoever copies a command from the comment finds the program where the image has it. */
  @Test
  void theCommentNamesTheProgramWhereItIs() throws IOException {
    assertThat(DockerFiles.text("compose.yaml"))
        .contains(" /opt/caching-proxy/caching-proxy --clear-cache");
    assertThat(DockerFiles.text("Dockerfile"))
        .contains("ENTRYPOINT [\"/opt/caching-proxy/caching-proxy\"]");
  }
}
