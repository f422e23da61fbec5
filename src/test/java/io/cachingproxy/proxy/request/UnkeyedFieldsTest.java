package io.cachingproxy.proxy.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.proxy.request.UnkeyedFields.Treatment;
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
        "X-Middleware-Subrequest",
        "x-middleware-rewrite",
        "X-React-Router-SPA-Mode",
        "X-React-Router-Prerender-Data",
        "x-nuxt-no-ssr",
        "x-astro-path",
        "CF-Visitor",
        "CF-Connecting-IP",
        "X.Host",
        "x~forwarded!host",
        "X-Forwarded.Host",
        "Proxy|Host"
      })
  void whatOriginsTrustIsKeptFromThem(String name) {
    assertThat(fields.treatmentOf(name)).isEqualTo(Treatment.REMOVED);
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
    assertThat(fields.treatmentOf(name)).isEqualTo(Treatment.UNTOUCHED);
  }

  /** RFC 9112 §6: an origin that makes one variable of both would take them for the framing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer.Encoding",
        "Content.Length",
        "content~length",
        "TRANSFER|ENCODING",
        "Transfer_Encoding",
        "Content_Length"
      })
  void noSeparatorMakesALookAlikeOfTheFraming(String name) {
    assertThat(fields.treatmentOf(name)).isEqualTo(Treatment.REMOVED);
    assertThat(fields.treatmentOf(name.replaceAll("[^A-Za-z]", "-")))
        .isEqualTo(Treatment.UNTOUCHED);
  }

  @Test
  void theOperatorBringsAFieldBackAsItIsWritten() {
    UnkeyedFields some = new UnkeyedFields(List.of("x-original-url", "X-Tenant"));
    assertThat(some.treatmentOf("X-ORIGINAL-URL")).isEqualTo(Treatment.KEYED);
    assertThat(some.treatmentOf("X_Original_URL"))
        .as("the key would not hold it")
        .isEqualTo(Treatment.REMOVED);
    assertThat(some.treatmentOf("X-Tenant")).isEqualTo(Treatment.KEYED);
    assertThat(some.treatmentOf("X_Tenant")).isEqualTo(Treatment.REMOVED);
    assertThat(some.treatmentOf("X-Rewrite-URL")).isEqualTo(Treatment.REMOVED);
  }

  /** Without them its pages would be loaded anew at each click. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSC",
        "Next-Router-State-Tree",
        "Next-Router-Prefetch",
        "Next-Router-Segment-Prefetch",
        "Next-Url",
        "x-nextjs-data",
        "x-middleware-prefetch"
      })
  void whatTheClientSideOfAFrameworkSendsIsKeyed(String name) {
    assertThat(fields.treatmentOf(name)).isEqualTo(Treatment.KEYED);
    String mangled = name.replace('-', '_');
    assertThat(mangled.equals(name) || fields.treatmentOf(mangled) == Treatment.REMOVED).isTrue();
  }

  @Test
  void nobodyBringsBackWhatTheProxyWritesItself() {
    UnkeyedFields some = new UnkeyedFields(List.of("X-Forwarded-Host"));
    assertThat(some.treatmentOf("X-Forwarded-Host")).isEqualTo(Treatment.REMOVED);
    assertThat(UnkeyedFields.keyed(List.of("X-Forwarded-Host", "X-Tenant")))
        .contains("X-Tenant")
        .doesNotContain("X-Forwarded-Host");
  }
}
