package io.cachingproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects the list of fields that origins trust and clients may not send. */
final class UnkeyedFieldsTest {

  private final UnkeyedFields fields = new UnkeyedFields(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-Host",
        "x-forwarded-for",
        "X_FORWARDED_FOR",
        "Forwarded",
        "X-HTTP-Method-Override",
        "x_http_method-override",
        "X-Original-URL",
        "X-Rewrite-Url",
        "PROXY",
        "Front-End-Https",
        "Transfer_Encoding",
        "content_length",
        "X-Middleware-Subrequest",
        "CF-Connecting-IP",
        "X.Host",
        "x~forwarded!host",
        "X-Forwarded.Host",
        "Proxy|Host"
      })
  void whatOriginsTrustIsKeptFromThem(String name) {
    assertThat(fields.contains(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "Accept",
        "Cookie",
        "Authorization",
        "Transfer-Encoding",
        "Content-Length",
        "X-Hos",
        "X-Hosts",
        "Y-Host",
        "XaHost",
        "X0Host",
        "",
        "Forwarded-",
        "X-Requested-With",
        "Origin"
      })
  void everythingElseIsPassedOn(String name) {
    assertThat(fields.contains(name)).isFalse();
  }

  @Test
  void theOperatorBringsAFieldBackAsItIsWritten() {
    UnkeyedFields some = new UnkeyedFields(List.of("x-original-url", "X-Tenant"));
    assertThat(some.contains("X-Original-URL")).isFalse();
    assertThat(some.isPassed("X-ORIGINAL-URL")).isTrue();
    assertThat(some.contains("X_Original_URL")).as("the key would not hold it").isTrue();
    assertThat(some.contains("X-Tenant")).isFalse();
    assertThat(some.contains("X_Tenant")).isTrue();
    assertThat(some.contains("X-Rewrite-URL")).isTrue();
  }

  @Test
  void nobodyBringsBackWhatTheProxyWritesItself() {
    UnkeyedFields some = new UnkeyedFields(List.of("X-Forwarded-Host"));
    assertThat(some.contains("X-Forwarded-Host")).isTrue();
    assertThat(some.isPassed("X-Forwarded-Host")).isFalse();
  }
}
