package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.command;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protects what is printed for people. */
class HelpAndReportTest {

  @TempDir Path directory;

  @Test
  void theHelpFitsOnePage() {
    assertThat(HelpText.text().lines()).hasSizeLessThanOrEqualTo(60);
    assertThat(HelpText.text().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
    assertThat(HelpText.text()).endsWith("\n").doesNotContain("\n\n");
  }

  @Test
  void theHelpNamesEveryFlagOnce() {
    assertThat(Settings.all())
        .allSatisfy(
            setting ->
                assertThat(HelpText.text().lines())
                    .filteredOn(line -> line.startsWith("  --" + setting.name() + " "))
                    .hasSize(1));
    assertThat(HelpText.text())
        .contains("  --check-config ", "  --clear-cache ", "  -h, --help, --version ");
  }

  @Test
  void theHelpTellsDefaultsAndExamples() {
    assertThat(HelpText.text())
        .contains(
            "\n  --port PORT                      where clients connect (default: 3000)\n",
            "\n  --preserve-host                  pass the client's Host on to the origin\n",
            "\n  caching-proxy --port 3000 --origin http://dummyjson.com\n");
  }

  @Test
  void everyDefaultIsAValueOfItsSetting() throws ConfigException {
    Resolved defaults = new Resolved(java.util.List.of());
    for (Setting<?> setting : Settings.all()) {
      assertThat(defaults.find(setting) == null).isEqualTo(setting.defaultText() == null);
    }
  }

  @Test
  void theReportTellsEverySettingAndItsSource() throws Exception {
    Path file = directory.resolve("proxy.yaml");
    Files.writeString(file, "# settings\nmemory: 128m\nkafka-bootstrap-servers: a:1 , b:2\n");
    var check =
        (Command.CheckConfig)
            command(
                Map.of("CACHING_PROXY_DEFAULT_TTL", "60s", "CACHING_PROXY_ADMIN_TOKEN", "s3cret"),
                "--check-config",
                "--origin=HTTP://Example.com:80/",
                "--config=" + file);
    assertThat(check.report().replace(file.toString(), "proxy.yaml"))
        .isEqualTo(
            """
            configuration ok
            origin                    http://example.com        flag --origin
            port                      3000                      default
            host                      (all interfaces)          default
            preserve-host             false                     default
            pass-header               (none)                    default
            memory                    128MB                     file proxy.yaml line 2, key memory
            max-object-size           32MB                      default
            default-ttl               1m                        environment CACHING_PROXY_DEFAULT_TTL
            heuristic-percent         10                        default
            heuristic-max             1d                        default
            harmless-fields           (none)                    default
            client-cache-control      honour                    default
            cookies                   store                     default
            targeted-cache-control    CDN-Cache-Control         default
            collapse-waiters          10000                     default
            collapse-wait             2m                        default
            connect-timeout           5s                        default
            first-byte-timeout        1m                        default
            stale-wait                5s                        default
            idle-timeout              1m                        default
            shutdown-timeout          30s                       default
            max-request-header-size   32KB                      default
            min-download-rate         1KB                       default
            max-request-fields        256                       default
            request-header-timeout    30s                       default
            min-upload-rate           128B                      default
            max-response-header-size  64KB                      default
            max-origin-connections    1024                      default
            max-origin-queue          4096                      default
            breaker-failures          10                        default
            max-tunnels               1024                      default
            metrics-port              8000                      default
            metrics-host              (all interfaces)          default
            admin-token               (hidden)                  environment CACHING_PROXY_ADMIN_TOKEN
            kafka-bootstrap-servers   a:1,b:2                   file proxy.yaml line 3, key kafka-bootstrap-servers
            kafka-topic               log-topic                 default
            kafka-config              (none)                    default
            redact-query              %s default
            """
                .formatted(Settings.REDACT_QUERY.defaultText()));
    assertThat(check.config().cache().memory()).isEqualTo(128 << 20);
  }
}
