package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.config;
import static io.cachingproxy.config.Loading.inContainer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protects the order of places: flag or servlet parameter, environment, file, default. */
class PrecedenceTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("proxy.yaml");
  }

  /** The memory is 1 MB in the flag, 2 MB in the environment, 3 MB in the file, wherever given. */
  @ParameterizedTest
  @CsvSource({
    "true,  true,  true,  1",
    "true,  true,  false, 1",
    "true,  false, true,  1",
    "true,  false, false, 1",
    "false, true,  true,  2",
    "false, true,  false, 2",
    "false, false, true,  3",
    "false, false, false, 256",
  })
  void theStrongestPlaceThatNamesASettingWins(
      boolean inFlag, boolean inEnvironment, boolean inFile, long megabytes) throws Exception {
    Map<String, String> environment = environment(inEnvironment);
    writeFile(inFile);

    List<String> args = new ArrayList<>(List.of("--config", file.toString()));
    Map<String, String> parameters = new HashMap<>(Map.of("config", file.toString()));
    if (inFlag) {
      args.addAll(List.of("--memory", "1MB"));
      parameters.put("memory", "1MB");
    }

    assertThat(config(environment, args.toArray(new String[0])).cache().memory())
        .isEqualTo(megabytes << 20);
    assertThat(inContainer(parameters, environment).cache().memory()).isEqualTo(megabytes << 20);
  }

  @Test
  void aSettingIsTakenFromEachPlaceThatAloneNamesIt() throws Exception {
    writeFile(true);
    ProxyConfig config =
        config(
            Map.of("CACHING_PROXY_CONFIG", file.toString(), "CACHING_PROXY_DEFAULT_TTL", "7s"),
            "--port",
            "4000");
    assertThat(config.listener().port()).isEqualTo(4000);
    assertThat(config.cache().guesses().defaultTtl()).hasSeconds(7);
    assertThat(config.cache().memory()).isEqualTo(3 << 20);
  }

  @Test
  void theFlagForTheFileBeatsTheEnvironment() throws Exception {
    writeFile(true);
    assertThat(
            config(Map.of("CACHING_PROXY_CONFIG", "/nowhere"), "--config", file.toString())
                .cache()
                .memory())
        .isEqualTo(3 << 20);
  }

  @Test
  void aSwitchThatIsOnInTheFileCanBeTurnedOffByAFlag() throws Exception {
    Files.writeString(file, "origin: http://a\npreserve-host: true\n");
    assertThat(config("--config", file.toString()).origin().preserveHost()).isTrue();
    assertThat(config("--config", file.toString(), "--preserve-host=false").origin().preserveHost())
        .isFalse();
  }

  @Test
  void everySettingHasTheSameNameInEveryPlace() {
    assertThat(Settings.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.name()).matches("[a-z]+(-[a-z]+)*");
              assertThat(setting.places()).contains(Setting.Place.FLAG, Setting.Place.ENVIRONMENT);
            });
    assertThat(Environment.variable("max-object-size")).isEqualTo("CACHING_PROXY_MAX_OBJECT_SIZE");
  }

  private static Map<String, String> environment(boolean withMemory) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/bin");
    environment.put("CACHING_PROXY_ORIGIN", "http://a");
    if (withMemory) {
      environment.put("CACHING_PROXY_MEMORY", "2MB");
    }
    return environment;
  }

  private void writeFile(boolean withMemory) throws IOException {
    Files.writeString(file, "origin: http://b\n" + (withMemory ? "memory: 3MB\n" : ""));
  }
}
