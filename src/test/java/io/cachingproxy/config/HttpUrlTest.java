package io.cachingproxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects what an origin may look like, and that its path goes out as it was written. */
class HttpUrlTest {

  @ParameterizedTest
  @CsvSource({
    "http://dummyjson.com, http, dummyjson.com, 80, ''",
    "http://dummyjson.com/, http, dummyjson.com, 80, ''",
    "HTTPS://Example.COM, https, example.com, 443, ''",
    "http://localhost:8080, http, localhost, 8080, ''",
    "https://example.com:80/, https, example.com, 80, ''",
    "http://10.0.0.1/api/v1/, http, 10.0.0.1, 80, /api/v1",
    "http://[::1]:3000/A%2fb, http, [::1], 3000, /A%2fb",
    "http://my_service:80, http, my_service, 80, ''",
    "http://example.com./x//y, http, example.com., 80, /x//y",
  })
  void anOriginHasASchemeAHostAPortAndAPath(
      String text, String scheme, String host, int port, String path) {
    assertThat(HttpUrl.parse(text)).isEqualTo(new HttpUrl(scheme, host, port, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dummyjson.com",
        "//example.com",
        "ftp://example.com",
        "http:/example.com",
        "http://",
        "http:///path",
        "http://:80",
        "http://example.com:",
        "http://example.com:0",
        "http://example.com:65536",
        "http://example.com:abc",
        "http://example.com?q",
        "http://example.com/?",
        "http://example.com/#f",
        "http://user@example.com",
        "http://user:secret@example.com",
        "http://exa mple.com",
        "http://a..b",
        "http://.a",
        "http://example.com/a b",
        "http://example.com/%zz",
        "http://example.com/%2",
        "http://[::1",
        "http://[1]",
        "http://[:::]",
        "http://[1.2.3.4]",
        "http://é.example",
        "http://example.com/\n",
        " http://example.com"
      })
  void anythingElseIsNoOrigin(String text) {
    assertThat(HttpUrl.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP://Example.com:80/, http://example.com, example.com",
    "https://example.com:443/a/, https://example.com/a, example.com",
    "https://example.com:80, https://example.com:80, example.com:80",
    "http://[::1]:81/a, http://[::1]:81/a, [::1]:81",
  })
  void itPrintsWithoutTheSchemesOwnPort(String text, String printed, String authority) {
    HttpUrl url = Objects.requireNonNull(HttpUrl.parse(text));
    assertThat(url).hasToString(printed);
    assertThat(url.authority()).isEqualTo(authority);
    assertThat(HttpUrl.parse(printed)).isEqualTo(url);
  }

  @Test
  void aVeryLongUrlIsRefusedAndDoesNotOverflowTheStack() {
    assertThat(HttpUrl.parse("http://example.com/" + "a/".repeat(100_000))).isNull();
    assertThat(HttpUrl.parse("http://example.com/" + "a/".repeat(500))).isNotNull();
  }
}
