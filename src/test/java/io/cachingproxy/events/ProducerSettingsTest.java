package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        .withMessageContaining("/no/such.jks")
        .withMessageNotContaining("s3cret")
        .withMessageNotContaining("\n");
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
