package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.config;
import static io.cachingproxy.config.Loading.error;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects how the file is read, and that whatever is wrong in it is told with its line. */
class ConfigFileTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("proxy.yaml");
  }

  @Test
  void valuesAreTakenAsTheyAreWritten() throws Exception {
    Files.writeString(
        file,
        """
        # what stands here
        origin: "http://a/x"   # quoted
        port: 08
        default-ttl: 0
        memory: 64KB
        admin-token: null
        preserve-host: true
        targeted-cache-control: >-
          A,
          B
        """);
    ProxyConfig config = config("--config", file.toString());
    assertThat(config.origin().url()).hasToString("http://a/x");
    assertThat(config.listener().port()).isEqualTo(8);
    assertThat(config.cache().guesses().defaultTtl()).isZero();
    assertThat(config.management().adminToken()).isEqualTo("null");
    assertThat(config.origin().preserveHost()).isTrue();
    assertThat(config.cache().targetedCacheControl()).containsExactly("A", "B");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing\n", "{}", "---\nmemory: 1MB\n...\n"})
  void aFileMaySayLittleOrNothing(String content) throws Exception {
    Files.writeString(file, content);
    assertThat(config("--config", file.toString(), "--origin", "http://a").listener().port())
        .isEqualTo(3000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prot: 1 | ' line 1: unknown key prot; did you mean port?'
          origin: http://a;max_object_size: 1 | ' line 2: unknown key max_object_size; did you mean max-object-size?'
          config: x | ' line 1: unknown key config'
          clear-cache: true | ' line 1: unknown key clear-cache'
          #;port: x | ' line 2, key port: found "x", expected a port number from 0 to 65535'
          port: | ' line 1, key port: found nothing, expected a port number from 0 to 65535'
          port: 1;port: 1 | ' line 2, key port: given twice'
          port: [1] | ' line 1, key port: found more than a plain value, expected a port number from 0 to 65535'
          port:;  number: 1 | ' line 1, key port: found more than a plain value, expected a port number from 0 to 65535'
          host: &a x;metrics-host: *a | ' line 2, key metrics-host: found more than a plain value, expected a host name or an IP address'
          ? [port];: 1 | ' line 1: expected the name of a setting'
          ---;... | ' line 2: expected lines of the form "name: value"'
          - port: 1 | ' line 1: expected lines of the form "name: value"'
          port | ' line 1: expected lines of the form "name: value"'
          port: 1;---;port: 1 | ' line 2: expected one document, found another'
          port: 1;  host: a | ' line 2: not valid YAML: mapping values are not allowed here'
          host: "a | ' line 2: not valid YAML: found unexpected end of stream'
          origin: http://a;admin-token: s3 cret | ' line 2, key admin-token: found something else (not shown), expected visible ASCII characters without spaces'
          """)
  void aWrongLineIsToldWithItsNumber(String lines, String message) throws Exception {
    Files.writeString(file, lines.replace(';', '\n') + "\n");
    assertThat(error("--config", file.toString())).isEqualTo("file " + file + message);
  }

  @Test
  void nestingAsDeepAsTheFileIsRefusedLikeAnyOther() throws Exception {
    Files.writeString(file, "port: " + "[".repeat(500_000));
    assertThat(error("--config", file.toString())).contains("found more than a plain value");
  }

  @Test
  void aFileThatIsNotTextIsRefused() throws Exception {
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(error("--config", file.toString()))
        .isEqualTo("flag --config: cannot read \"" + file + "\": it is not UTF-8 text");
  }

  @Test
  void controlCharactersAreRefusedInOneLine() throws Exception {
    Files.writeString(file, "host: \u0001\n");
    assertThat(error("--config", file.toString()))
        .isEqualTo("file " + file + ": not valid YAML: special characters are not allowed");
  }

  @Test
  void aFileWithoutEndIsNotReadToItsEnd() throws Exception {
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThat(error("--config", file.toString()))
        .isEqualTo("flag --config: cannot read \"" + file + "\": it is larger than 1MB");
  }

  @Test
  void aNameThatNoFileCanHaveIsNotThere() {
    assertThat(error("--config", "a\0b"))
        .isEqualTo("flag --config: cannot read \"a\\u0000b\": no such file");
  }
}
