package io.cachingproxy.rfc9111;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects which request fields are known to change no answer. */
final class HarmlessFieldsTest {

  private static final Fields NOTHING = Fields.of("Content-Type", "text/plain");

  private static boolean harmless(String... request) {
    return HarmlessFields.known().cover(Fields.of(request), NOTHING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accept",
        "ACCEPT-ENCODING",
        "User-Agent",
        "Sec-Fetch-Anything",
        "sec-ch-ua",
        "Sec-CH-UA-Platform",
        "X-B3-TraceId",
        "If-None-Match",
        "Range",
        "Via",
        "Cookie"
      })
  void aNameCountsInAnyCase(String name) {
    assertThat(harmless(name, "a")).isTrue();
    assertThat(harmless(name, "a", "X-Odd", "a")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Api-Key",
        "X-Auth-Token",
        "X-Requested-With",
        "Acceptance",
        "Sec-Fetch",
        "Sec-Purpose",
        "Sec-WebSocket-Key",
        "User_Agent",
        "X-B",
        ""
      })
  void everythingElseIsUnusual(String name) {
    assertThat(harmless(name, "a")).isFalse();
  }

  @Test
  void anOriginIsHarmlessWhereTheAnswerSaysForWhomItIs() {
    HarmlessFields known = HarmlessFields.known();
    Fields request = Fields.of("Origin", "http://a.example");
    String allowed = "Access-Control-Allow-Origin";
    assertThat(known.cover(request)).as("before the answer is known").isTrue();
    assertThat(known.cover(request, NOTHING)).isFalse();
    assertThat(known.cover(request, Fields.of(allowed, "http://a.example"))).isFalse();
    assertThat(known.cover(request, Fields.of(allowed, "*", allowed, "null"))).isFalse();
    assertThat(known.cover(request, Fields.of(allowed, " *"))).isTrue();
    assertThat(known.cover(request, Fields.of("Vary", "Accept, ORIGIN"))).isTrue();
    assertThat(HarmlessFields.knownAnd(List.of("origin")).cover(request, NOTHING)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "site.example, http://site.example, true",
    "site.example, https://site.example, true",
    "site.example:8080, http://site.example:8080, true",
    "site.example:8080, http://site.example, false",
    "site.example, http://site.example/, false",
    "site.example, http://site.example.evil, false",
    "site.example, http://other.example, false",
    "site.example, null, false",
    "site.example, http://, false"
  })
  void aSiteThatAsksItselfIsAsPlainAsOneThatSaysNothing(
      String host, String origin, boolean harmless) {
    assertThat(harmless("Host", host, "Origin", origin)).isEqualTo(harmless);
    assertThat(harmless("Host", host, "Origin", origin, "Origin", origin)).isFalse();
    assertThat(harmless("Origin", origin)).isFalse();
  }

  @Test
  void theOperatorAddsNames() {
    HarmlessFields more = HarmlessFields.knownAnd(List.of("X-Tenant"));
    assertThat(more.cover(Fields.of("x-tenant", "a", "Accept", "a"))).isTrue();
    assertThat(more.cover(Fields.of("x-tenants", "a"))).isFalse();
  }
}
