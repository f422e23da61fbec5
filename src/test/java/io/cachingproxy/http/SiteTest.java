package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects that a site is written in one way, and nonsense in none. */
final class SiteTest {

  @ParameterizedTest
  @CsvSource({
    "http, example.com, 0, http://example.com",
    "http, EXAMPLE.com, 80, http://example.com",
    "http, example.com., -1, http://example.com",
    "http, example.com, 443, http://example.com:443",
    "https, Example.Com., 443, https://example.com",
    "http, a_b-c.example, 65535, http://a_b-c.example:65535",
    "http, 127.0.0.1, 3000, http://127.0.0.1:3000",
    "http, [::FFFF:1.2.3.4], 80, http://[::ffff:1.2.3.4]",
    "http, localhost, 8080, http://localhost:8080"
  })
  void aSiteIsWrittenInOneWay(String scheme, String name, int port, String site) {
    assertThat(Site.of(scheme, name, port)).hasToString(site);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a..b",
        ".a",
        "a..",
        "a,b",
        "a b",
        "user@a",
        "a:80",
        "a/b",
        "a?b",
        "a#b",
        "a%41",
        "a\\b",
        "a\u0000",
        "a\tb",
        "\u00e9",
        "a\u017f",
        "[]",
        "[::1",
        "[g::1]",
        "[::1]x",
        "[fe80::1%eth0]",
        "<a>",
        "a\"",
        "a'",
        "a;b",
        "*"
      })
  void nonsenseIsNoSite(String name) {
    assertThat(Site.of("http", name, 80)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"ftp, a, 80", "HTTP, a, 80", "http, a, 65536", "'', a, 80"})
  void otherSchemesAndPortsOutOfRangeAreNoSite(String scheme, String name, int port) {
    assertThat(Site.of(scheme, name, port)).isNull();
  }

  /** What is told to the origin is put into fields and keys without quoting. */
  @Property
  void aSiteHasNothingInItThatMeansSomethingElsewhere(
      @ForAll @StringLength(max = 12) String name, @ForAll int port) {
    @Nullable Site site = Site.of("http", name, port);
    if (site != null) {
      assertThat(site.authority())
          .matches("[a-z0-9._-]+(:[1-9][0-9]*)?|\\[[0-9a-f:.]+](:[1-9][0-9]*)?");
      int colon = site.authority().lastIndexOf(':');
      boolean hasPort = colon > site.authority().lastIndexOf(']');
      String host = hasPort ? site.authority().substring(0, colon) : site.authority();
      assertThat(Site.of("http", host, Math.max(0, port))).isEqualTo(site);
    }
  }
}
