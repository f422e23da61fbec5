package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects the start from properties that Kafka's client would refuse later, time and again. */
final class ProducerSettingsTest {

  private static final KafkaEventLog.Limits LIMITS = KafkaEventLog.Limits.standard();

  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\"";

  @BeforeEach
  void quiet() {
    KafkaBroker.quiet();
  }

  @Test
  void whatIsGivenGoesBeforeTheUsual() {
    assertThat(
            ProducerSettings.of("h:1", LIMITS, Map.of("linger.ms", "7", "ssl.protocol", "TLSv1.3")))
        .containsEntry("linger.ms", "7")
        .containsEntry("ssl.protocol", "TLSv1.3")
        .containsEntry("client.id", "caching-proxy")
        .containsEntry("bootstrap.servers", "h:1");
  }

  @Test
  void whatIsRightIsTaken() {
    assertThatCode(
            () -> {
              ProducerSettings.check(Map.of());
              ProducerSettings.check(Map.of("acks", "1", "compression.type", "gzip"));
              ProducerSettings.check(Map.of("security.protocol", "SSL"));
              ProducerSettings.check(sasl(LOGIN + " password=\"p\";"));
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "bootstrap.servers, h:1, kafka-bootstrap-servers",
    "key.serializer, x, bytes already",
    "value.serializer, x, bytes already",
    "transactional.id, x, transactions",
    "max.block.ms, 1, to stop",
    "batch.size, 1, memory",
    "buffer.memory, 1, memory",
  })
  void whatIsTheProxysOwnIsRefusedWithAReason(String name, String value, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(Map.of(name, value)))
        .withMessageContaining(name + " can't be set")
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "acks, maybe",
    "linger.ms, soon",
    "security.protocol, ROT13",
    "interceptor.classes, no.such.Class",
    "metric.reporters, java.lang.String",
    "partitioner.class, no.such.Class",
    "delivery.timeout.ms, 10",
    "compression.type, zip",
  })
  void aBrokenValueIsRefusedInOneLine(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(Map.of(name, value)))
        .withMessageContaining(name)
        .withMessageNotContaining("\n");
  }

  @Test
  void aStoreOfCertificatesThatIsNotThereIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProducerSettings.check(
                    Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.truststore.location",
                        "/no/such.jks",
                        "ssl.truststore.password",
                        "s3cret")))
        .withMessageContaining("ssl.truststore.location: no such file")
        .withMessageNotContaining("/no/such.jks")
        .withMessageNotContaining("s3cret")
        .withMessageNotContaining("\n");
  }

  /** A password in the wrong line may become a part of any value. */
  @Test
  void noValueIsShownWhateverPropertyItIsOf() {
    for (String name : ProducerSettings.names()) {
      for (String value : List.of("s3cret", "-9s3cret", "all,s3cret,s3cret", "${s3cret:s3cret}")) {
        Map<String, String> properties = new HashMap<>(sasl(LOGIN + " password=\"p\";"));
        properties.put("security.protocol", "SASL_SSL");
        properties.put(name, value);
        try {
          ProducerSettings.check(properties);
        } catch (IllegalArgumentException e) {
          assertThat(e).hasMessageContaining(name).hasNoCause();
          assertThat(e.getMessage()).doesNotContain("s3cret").hasLineCount(1);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "security.protocol | has to be one of (case insensitive) [",
        "acks | has to be one of [all, -1, 0, 1]",
        "linger.ms | has to be a whole number of [0,...]",
        "enable.idempotence | has to be true or false",
        "partitioner.class | has to be the name of a class that is there",
        "interceptor.classes | names a class that isn't there, or is no ProducerInterceptor",
      })
  void whatIsExpectedIsToldInPlaceOfTheValue(String name, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(Map.of(name, "s3cret")))
        .withMessageStartingWith(name + " " + expected)
        .withMessageNotContaining("s3cret");
  }

  @Test
  void whatDoesNotGoTogetherIsNamed() {
    Map<String, String> properties =
        Map.of("acks", "1", "enable.idempotence", "true", "client.id", "s3cret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(properties))
        .withMessage("acks: Kafka's client takes no such properties together");
  }

  @ParameterizedTest
  @CsvSource({
    "ssl.truststore.location, ssl.truststore.password, certificates",
    "ssl.keystore.location, ssl.keystore.password, key"
  })
  void aStoreThatIsNoneIsNamedWithoutItsPath(
      String location, String password, String what, @TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("s3cret.p12"), "s3cret");
    Map<String, String> properties =
        Map.of("security.protocol", "SSL", location, file.toString(), password, "s3cret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(properties))
        .withMessageStartingWith(location + ", " + password + ": with that the " + what)
        .withMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {" password=\"s3cret\"", " password=\"s3cret;", " s3cret s3cret;"})
  void aBrokenLoginIsRefusedWithoutBeingShown(String rest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(sasl(LOGIN + rest)))
        .withMessageContaining("sasl.jaas.config is no login module")
        .withMessageNotContaining("s3cret");
  }

  @Test
  void saslWithoutALoginIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProducerSettings.check(Map.of("security.protocol", "SASL_PLAINTEXT")))
        .withMessageContaining("sasl.jaas.config is missing");
  }

  private static Map<String, String> sasl(String login) {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        login);
  }
}
