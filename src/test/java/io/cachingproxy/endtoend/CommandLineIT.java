package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Ports;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one sees at the terminal: what is printed where, and how it ends. */
class CommandLineIT {

  private final RawOrigin origin =
      RawOrigin.start().otherwise(Script.reply(200, "page", "Cache-Control: max-age=60"));

  @AfterEach
  void closeOrigin() {
    origin.close();
  }

  @Test
  void aStartPrintsOneShortBlockOfWhereEverythingIs() {
    try (RunningProxy proxy = RunningProxy.start(origin.url(), "--memory", "32MB")) {
      assertThat(proxy.program().out())
          .containsExactly(
              "caching-proxy " + Program.implementationVersion(),
              "  listening   http://localhost:" + proxy.port(),
              "  origin      " + origin.url(),
              "  metrics     http://localhost:" + proxy.managementPort() + "/metrics",
              "  admin       http://localhost:" + proxy.managementPort() + "/admin",
              "  memory      32 MB",
              "  events      off");
      assertThat(proxy.log()).isEmpty();
      assertThat(proxy.get("/")).isStoredMiss().hasBody("page");
      assertThat(proxy.get("/")).isHit().hasBody("page");
    }
  }

  @Test
  void theBannerNamesTheKafkaTopicAndTheAddresses() {
    String broker = "127.0.0.1:" + Ports.refusing();
    try (Program program =
        Program.start(
            "--origin=" + origin.url(),
            "--host=127.0.0.1",
            "--port=0",
            "--metrics-host=127.0.0.1",
            "--metrics-port=0",
            "--memory=100000",
            "--kafka-bootstrap-servers=" + broker,
            "--kafka-topic=traffic")) {
      await().atMost(Program.PATIENCE).until(() -> program.out().size() == 7);
      assertThat(program.out().get(1)).matches("  listening   http://127\\.0\\.0\\.1:[0-9]+");
      assertThat(program.out().get(3))
          .matches("  metrics     http://127\\.0\\.0\\.1:[0-9]+/metrics");
      assertThat(program.out().get(5)).isEqualTo("  memory      100000 bytes");
      assertThat(program.out().get(6)).isEqualTo("  events      Kafka topic traffic at " + broker);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpFitsAPageAndShowsExamples(String flag) {
    Program.Ended ended = Program.run(flag);
    assertThat(ended.status()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).hasSizeLessThanOrEqualTo(60).allMatch(line -> line.length() <= 100);
    assertThat(ended.out().get(0)).startsWith("Usage: caching-proxy");
    assertThat(ended.out()).contains("  caching-proxy --port 3000 --origin http://dummyjson.com");
  }

  @Test
  void theVersionIsTheOneThatWasBuilt() {
    Program.Ended ended = Program.run("--version");
    assertThat(ended)
        .isEqualTo(
            new Program.Ended(
                0, List.of("caching-proxy " + Program.implementationVersion()), List.of()));
  }

  @Test
  void checkConfigShowsEverySettingAndStartsNothing(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("proxy.yaml");
    Files.writeString(file, "origin: http://example.com\ndefault-ttl: 5m\n");
    Program.Ended ended =
        Program.run("--config", file.toString(), "--check-config", "--admin-token", "geheim");
    assertThat(ended.status()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out().get(0)).isEqualTo("configuration ok");
    assertThat(ended.out()).anyMatch(line -> line.matches("origin +http://example.com +.*"));
    assertThat(ended.out()).anyMatch(line -> line.matches(".*default-ttl +5m +.*proxy.yaml.*"));
    assertThat(ended.out()).noneMatch(line -> line.contains("geheim"));
  }

  @Test
  void checkConfigFailsWhereAStartWould() {
    assertMisused(Program.run("--check-config", "--origin", "ftp://example.com"), "ftp://");
  }

  @Test
  void aFlagThatIsUnknownIsNamedWithTheLikelyOne() {
    assertThat(Program.run("--prot", "3000"))
        .isEqualTo(
            new Program.Ended(
                2, List.of(), List.of("caching-proxy: unknown flag --prot; did you mean --port?")));
  }

  @Test
  void aMissingOriginIsToldWithAnExample() {
    assertMisused(Program.run("--port", "0"), "--origin http://");
  }

  @Test
  void aValueThatCannotBeIsNamedWithWhatWasExpected() {
    assertMisused(Program.run("--origin", "http://a", "--memory", "lots"), "--memory");
  }

  @Test
  void moreMemoryThanTheJvmGivesIsToldInOneLine() {
    try (Program program =
        Program.start(List.of("-Xmx64m"), "--origin", origin.url(), "--port", "0")) {
      assertMisused(program.awaitEnd(), "--memory");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port", "--metrics-port"})
  void aPortInUseIsOneLineAndEndsTheProgram(String flag) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      String other = flag.equals("--port") ? "--metrics-port" : "--port";
      Program.Ended ended =
          Program.run("--origin=" + origin.url(), flag + "=" + taken.getLocalPort(), other + "=0");
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err())
          .singleElement()
          .asString()
          .startsWith("caching-proxy: ")
          .contains(":" + taken.getLocalPort(), "in use");
    }
  }

  private static void assertMisused(Program.Ended ended, String named) {
    assertThat(ended.status()).as(ended.toString()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .singleElement()
        .asString()
        .startsWith("caching-proxy: ")
        .contains(named);
  }
}
