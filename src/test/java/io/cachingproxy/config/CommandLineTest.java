package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.command;
import static io.cachingproxy.config.Loading.config;
import static io.cachingproxy.config.Loading.error;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.config.ProxyConfig.Cache;
import io.cachingproxy.config.ProxyConfig.ClientCacheControl;
import io.cachingproxy.config.ProxyConfig.Collapsing;
import io.cachingproxy.config.ProxyConfig.Cookies;
import io.cachingproxy.config.ProxyConfig.Guesses;
import io.cachingproxy.config.ProxyConfig.Kafka;
import io.cachingproxy.config.ProxyConfig.Listener;
import io.cachingproxy.config.ProxyConfig.Management;
import io.cachingproxy.config.ProxyConfig.Origin;
import io.cachingproxy.config.ProxyConfig.OriginLoad;
import io.cachingproxy.config.ProxyConfig.Requests;
import io.cachingproxy.config.ProxyConfig.Timeouts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects what a command line means. */
class CommandLineTest {

  @Test
  void withAnOriginAloneEverythingElseHasItsDefault() throws ConfigException {
    assertThat(config("--origin", "http://dummyjson.com"))
        .isEqualTo(
            new ProxyConfig(
                new Listener(null, 3000, 32 << 10, 1 << 10),
                new Requests(List.of(), 256, Duration.ofSeconds(30), 128),
                new Origin(new HttpUrl("http", "dummyjson.com", 80, ""), false, 64 << 10),
                new Cache(
                    256L << 20,
                    64L << 20,
                    new Guesses(Duration.ofMinutes(2), 10, Duration.ofDays(1), List.of()),
                    ClientCacheControl.HONOUR,
                    Cookies.STORE,
                    List.of("CDN-Cache-Control")),
                new Collapsing(10_000, Duration.ofMinutes(2)),
                new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30)),
                new OriginLoad(1024, 4096, 10, 1024),
                new Management(null, 8000, null),
                null,
                requireNonNull(new Resolved(List.of()).find(Settings.REDACT_QUERY))));
  }

  @Test
  void everySettingHasAFlag(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("kafka.properties"), "acks = 1\n");
    String line =
        "--origin https://example.com:8443/api --port 0 --host 127.0.0.1 --preserve-host"
            + " --memory 1GB --max-object-size 1MB --default-ttl 500ms --client-cache-control ignore"
            + " --heuristic-percent 0 --heuristic-max 1h --harmless-fields X-C"
            + " --cookies bypass --targeted-cache-control A,B"
            + " --collapse-waiters 7 --collapse-wait 4s --connect-timeout 1s"
            + " --first-byte-timeout 2s --stale-wait 700ms --idle-timeout 3s --shutdown-timeout 0"
            + " --pass-header X-A,X-B --max-request-fields 99 --request-header-timeout 4s --min-upload-rate 2KB"
            + " --max-request-header-size 8KB --min-download-rate 7 --max-response-header-size 9KB"
            + " --max-origin-connections 4 --max-origin-queue 5 --breaker-failures 0 --max-tunnels 6"
            + " --metrics-port 0"
            + " --metrics-host ::1 --admin-token s3cret --kafka-bootstrap-servers a:1,b:2"
            + " --kafka-topic t --kafka-config "
            + file
            + " --redact-query x,y";
    assertThat(config(line.split(" ")))
        .isEqualTo(
            new ProxyConfig(
                new Listener("127.0.0.1", 0, 8 << 10, 7),
                new Requests(List.of("X-A", "X-B"), 99, Duration.ofSeconds(4), 2048),
                new Origin(new HttpUrl("https", "example.com", 8443, "/api"), true, 9 << 10),
                new Cache(
                    1L << 30,
                    1L << 20,
                    new Guesses(Duration.ofMillis(500), 0, Duration.ofHours(1), List.of("X-C")),
                    ClientCacheControl.IGNORE,
                    Cookies.BYPASS,
                    List.of("A", "B")),
                new Collapsing(7, Duration.ofSeconds(4)),
                new Timeouts(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(700),
                    Duration.ofSeconds(3),
                    Duration.ZERO),
                new OriginLoad(4, 5, 0, 6),
                new Management("::1", 0, "s3cret"),
                new Kafka(
                    "a:1,b:2", "t", new KafkaProperties(file.toString(), Map.of("acks", "1"))),
                List.of("x", "y")));
  }

  @Test
  void aValueMayFollowAnEqualsSign() throws ConfigException {
    assertThat(config("--origin=http://a/x=y", "--port=81").origin().url())
        .isEqualTo(new HttpUrl("http", "a", 80, "/x=y"));
  }

  @ParameterizedTest
  @CsvSource({
    "--preserve-host, true",
    "--preserve-host=true, true",
    "--preserve-host=false, false",
    "--preserve-host false, false"
  })
  void aSwitchMayStandAloneOrHaveAValue(String flags, boolean on) throws ConfigException {
    String[] args = ("--origin http://a " + flags).split(" ");
    assertThat(config(args).origin().preserveHost()).isEqualTo(on);
  }

  @ParameterizedTest
  @CsvSource({"1GB, 67108864", "256MB, 67108864", "100MB, 26214400", "64KB, 16384"})
  void theLargestObjectIsAQuarterOfTheMemoryButAtMost64MB(String memory, long largest)
      throws ConfigException {
    assertThat(config("--origin", "http://a", "--memory", memory).cache().maxObjectSize())
        .isEqualTo(largest);
  }

  @Test
  void anEmptyListOfTargetedFieldsTurnsThemOff() throws ConfigException {
    assertThat(config("--origin=http://a", "--targeted-cache-control= ").cache())
        .extracting(Cache::targetedCacheControl)
        .isEqualTo(List.of());
  }

  @Test
  void bothListenersMayTakeAnyFreePort() throws ConfigException {
    assertThat(config("--origin=http://a", "--port=0", "--metrics-port=0").listener().port())
        .isZero();
  }

  @Test
  void bothListenersMayHaveOnePortOnDifferentAddresses() throws ConfigException {
    String line = "--origin http://a --port 8000 --host 10.0.0.1 --metrics-host 127.0.0.1";
    assertThat(config(line.split(" ")).management().port()).isEqualTo(8000);
  }

  @Test
  void clearingNeedsNoOriginAndFindsTheProxyOnThisMachine() throws ConfigException {
    assertThat(command(Map.of(), "--clear-cache"))
        .isEqualTo(new Command.ClearCache(new HttpUrl("http", "127.0.0.1", 8000, ""), null));
  }

  @ParameterizedTest
  @CsvSource({
    "--metrics-port 9000, http://127.0.0.1:9000",
    "--metrics-host 10.0.0.1, http://10.0.0.1:8000",
    "--metrics-host 0.0.0.0, http://127.0.0.1:8000",
    "--metrics-host ::, http://127.0.0.1:8000",
    "--metrics-host ::1, http://[::1]:8000",
    "--metrics-host [::1], http://[::1]:8000",
    "--admin-url http://proxy:80/_caching-proxy, http://proxy/_caching-proxy",
    "--admin-url http://proxy --metrics-port 0, http://proxy",
  })
  void clearingFollowsTheMetricsAddressUnlessToldAnother(String flags, String url)
      throws ConfigException {
    var command = (Command.ClearCache) command(Map.of(), ("--clear-cache " + flags).split(" "));
    assertThat(command.adminUrl()).hasToString(url);
  }

  @Test
  void clearingTakesTheTokenAlong() throws ConfigException {
    var command =
        (Command.ClearCache)
            command(Map.of("CACHING_PROXY_ADMIN_TOKEN", "s3cret"), "--clear-cache");
    assertThat(command.adminToken()).isEqualTo("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "--help --origin nonsense", "--help --version"})
  void helpNeedsNothingElse(String line) throws ConfigException {
    assertThat(command(Map.of("CACHING_PROXY_PORT", "nonsense"), line.split(" ")))
        .isEqualTo(new Command.Help(HelpText.text()));
  }

  @Test
  void theVersionOutsideAJarIsDevelopment() throws ConfigException {
    assertThat(command(Map.of(), "--version"))
        .isEqualTo(new Command.Version("caching-proxy development\n"));
  }

  @Test
  void secretsAreNeverPrinted() throws ConfigException {
    String[] server = {"--origin", "http://a", "--admin-token", "s3cret", "--check-config"};
    assertThat(command(Map.of(), server).toString()).doesNotContain("s3cret");
    assertThat(((Command.CheckConfig) command(Map.of(), server)).report()).doesNotContain("s3cret");
    assertThat(command(Map.of(), "--clear-cache", "--admin-token", "s3cret").toString())
        .doesNotContain("s3cret");
    assertThat(error("--origin", "http://a", "--admin-token", "s3cret and more"))
        .doesNotContain("s3cret");
    assertThat(error("--admin-tokn=s3cret")).doesNotContain("s3cret");
    assertThat(error("--origin", "http://me:s3cret@a")).doesNotContain("s3cret");
    assertThat(error("http://me:s3cret@a")).doesNotContain("s3cret");
  }
}
