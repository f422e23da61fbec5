package io.cachingproxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.events.KafkaBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protects the start from a file for Kafka's client with something wrong in it. */
final class KafkaConfigTest {

  @TempDir private Path directory = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void quiet() {
    KafkaBroker.quiet();
  }

  @Test
  void aFileThatIsRightIsCheckedAndNoneOfItsSecretsShown() throws IOException {
    String content =
        """
        # as Kafka's own programs take it
        security.protocol = SASL_PLAINTEXT
        sasl.mechanism = PLAIN
        sasl.jaas.config = org.apache.kafka.common.security.plain.PlainLoginModule required \\
            username="proxy" password="s3cret";
        """;
    assertThat(check(content)).isZero();
    assertThat(text(err)).isEmpty();
    assertThat(text(out))
        .contains("kafka-config")
        .contains(file().toString())
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "acsk = all | unknown property acsk; did you mean acks?",
        "nothing.like.it = 1 | unknown property nothing.like.it",
        "s3cret\";=x | unknown property that is no name (not shown)",
        "acks = maybe | acks",
        "acks = \\uXYZ | not valid",
        "acks=1\\nacks=all | acks is given twice",
        "bootstrap.servers = h:1 | it is the setting kafka-bootstrap-servers",
      })
  void whatIsWrongIsOneLineAndExitCode2(String content, String reason) throws IOException {
    assertThat(check(content.replace("\\n", "\n"))).isEqualTo(2);
    assertThat(text(err))
        .startsWith("caching-proxy: kafka-config " + file() + ": ")
        .contains(reason)
        .doesNotContain("s3cret")
        .hasLineCount(1);
    assertThat(text(out)).isEmpty();
  }

  @Test
  void aStrayBackslashShowsNoPasswordOfTheNextLine() throws IOException {
    String content =
        """
        security.protocol = SASL_SSL \\
        sasl.jaas.config = org.apache.kafka.common.security.plain.PlainLoginModule required \\
            username="proxy" password="s3cret";
        """;
    assertThat(check(content)).isEqualTo(2);
    assertThat(text(err))
        .contains("security.protocol has to be one of")
        .doesNotContain("s3cret", "proxy\"")
        .hasLineCount(1);
    assertThat(text(out)).isEmpty();
  }

  @Test
  void aStartIsRefusedLikewise() throws IOException {
    Files.writeString(file(), "acsk = all");
    assertThat(run("--kafka-bootstrap-servers", "127.0.0.1:1")).isEqualTo(2);
    assertThat(text(err)).contains("unknown property acsk");
  }

  @Test
  void aFileThatIsNotThereIsSaidSo() throws IOException {
    assertThat(run("--kafka-bootstrap-servers", "127.0.0.1:1")).isEqualTo(2);
    assertThat(text(err)).contains("flag --kafka-config: cannot read", "no such file");
  }

  @Test
  void withoutBrokersTheFileHasNoEffectAndThatIsSaid() throws IOException {
    Files.writeString(file(), "acks = all");
    assertThat(run()).isEqualTo(2);
    assertThat(text(err)).contains("no effect without kafka-bootstrap-servers");
  }

  private int check(String content) throws IOException {
    Files.writeString(file(), content);
    return run("--kafka-bootstrap-servers", "127.0.0.1:1", "--check-config");
  }

  private int run(String... more) {
    List<String> flags =
        new ArrayList<>(List.of("--origin", "http://127.0.0.1:1", "--kafka-config"));
    flags.add(file().toString());
    flags.addAll(List.of(more));
    return Main.run(
        flags.toArray(new String[0]),
        Map.of(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Path file() {
    return directory.resolve("kafka.properties");
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
