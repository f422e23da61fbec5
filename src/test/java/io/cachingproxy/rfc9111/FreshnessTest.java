package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.EXPLICIT_ONLY;
import static io.cachingproxy.rfc9111.Heads.T0;
import static io.cachingproxy.rfc9111.Heads.after;
import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.guessing;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.response;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.rfc9111.Freshness.Source;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Freshness lifetimes (RFC 9111 §4.2.1, §4.2.2). */
class FreshnessTest {

  private static Freshness lifetime(String... fields) {
    return stored(fields).freshness();
  }

  @Test
  void sMaxageBeatsMaxAgeBeatsExpires() {
    assertThat(
            lifetime(
                "Expires", date(10), "Cache-Control", "max-age=20", "Cache-Control", "s-maxage=30"))
        .isEqualTo(Freshness.ofSeconds(30, Source.S_MAXAGE));
    assertThat(lifetime("Expires", date(10), "Cache-Control", "max-age=20"))
        .isEqualTo(Freshness.ofSeconds(20, Source.MAX_AGE));
    assertThat(lifetime("Expires", date(10))).isEqualTo(Freshness.ofSeconds(10, Source.EXPIRES));
    assertThat(lifetime("Expires", date(3600), "Cache-Control", "max-age=0"))
        .isEqualTo(Freshness.ofSeconds(0, Source.MAX_AGE));
    assertThat(lifetime("Expires", date(-3600), "Cache-Control", "max-age=20"))
        .isEqualTo(Freshness.ofSeconds(20, Source.MAX_AGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-age=x", "s-maxage=1.5, max-age=60", "max-age=-1", "max-age='60'"})
  void anInvalidValueMakesItStale(String cacheControl) {
    Freshness freshness = lifetime("Cache-Control", cacheControl, "Expires", date(60));
    assertThat(freshness.lifetimeSeconds()).isZero();
    assertThat(freshness.source().isExplicit()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "", "-1", "Never", "Sun, 01 Mar 26 12:01:00 GMT"})
  void anInvalidExpiresIsInThePast(String expires) {
    assertThat(lifetime("Expires", expires)).isEqualTo(Freshness.ofSeconds(0, Source.EXPIRES));
  }

  @Test
  void severalExpiresAreInThePast() {
    assertThat(lifetime("Expires", date(60), "Expires", date(60)).lifetimeSeconds()).isZero();
  }

  @Test
  void expiresCountsFromDateAndWithoutOneFromArrival() {
    assertThat(stored(get(), bare(200, "Date", date(-100), "Expires", date(60))).freshness())
        .isEqualTo(Freshness.ofSeconds(160, Source.EXPIRES));
    assertThat(stored(get(), bare(200, "Expires", date(60))).freshness())
        .isEqualTo(Freshness.ofSeconds(60, Source.EXPIRES));
    assertThat(stored(get(), bare(200, "Date", "soon", "Expires", date(60))).freshness())
        .isEqualTo(Freshness.ofSeconds(60, Source.EXPIRES));
  }

  @Test
  void lastModifiedGivesATenthOfItsAgeUpToADay() {
    assertThat(lifetime("Last-Modified", date(-1000)))
        .isEqualTo(Freshness.ofSeconds(100, Source.HEURISTIC));
    assertThat(lifetime("Last-Modified", date(-100_000_000)))
        .isEqualTo(Freshness.ofSeconds(86400, Source.HEURISTIC));
    assertThat(lifetime("Last-Modified", date(1000)))
        .isEqualTo(Freshness.ofSeconds(0, Source.HEURISTIC));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 203, 204, 300, 301, 308, 404, 410})
  void theHeuristicAppliesToWhatIsHeuristicallyCacheable(int status) {
    assertThat(stored(get(), response(status, "Last-Modified", date(-1000))).freshness())
        .isEqualTo(Freshness.ofSeconds(100, Source.HEURISTIC));
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 202, 302, 303, 307, 400, 403, 405, 414, 500, 501, 502, 503, 504, 599})
  void theHeuristicAppliesToNothingElseUnlessItIsPublic(int status) {
    assertThat(stored(get(), response(status, "Last-Modified", date(-1000))).freshness().source())
        .isEqualTo(Source.NONE);
  }

  @Test
  void publicMakesAnyStatusHeuristicallyCacheableButNoneThatARequestCanCause() {
    String[] fields = {"Last-Modified", date(-1000), "Cache-Control", "public"};
    assertThat(stored(get(), response(599, fields)).freshness())
        .isEqualTo(Freshness.ofSeconds(100, Source.HEURISTIC));
    assertThat(stored(get(), response(400, fields)).freshness().source()).isEqualTo(Source.NONE);
    assertThat(stored(get(), response(500, "Cache-Control", "public")).freshness().source())
        .isEqualTo(Source.NONE);
  }

  @Test
  void theDefaultIsForResponsesThatSayNothing() {
    assertThat(lifetime("ETag", "\"a\"", "Vary", "Accept-Encoding"))
        .isEqualTo(Freshness.ofSeconds(120, Source.DEFAULT));
    assertThat(lifetime("Cache-Control", "public, must-revalidate"))
        .isEqualTo(Freshness.ofSeconds(120, Source.DEFAULT));
    assertThat(stored(get(), response(404)).freshness().source()).isEqualTo(Source.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {400, 403, 405, 406, 412, 413, 414, 415, 416, 417, 426, 431, 501, 302, 500, 503})
  void theDefaultIsNotForErrorsARequestCanCause(int status) {
    assertThat(stored(get(), response(status)).freshness().source()).isEqualTo(Source.NONE);
  }

  @Test
  void noGuessIsMadeWhereTheOriginSaidAnythingAgainstIt() {
    String modified = date(-1000);
    assertThat(lifetime("Last-Modified", modified, "Cache-Control", "no-cache").source())
        .isEqualTo(Source.NONE);
    assertThat(lifetime("Last-Modified", modified, "Cache-Control", "private=X").source())
        .isEqualTo(Source.NONE);
    assertThat(lifetime("Last-Modified", modified, "Pragma", "foo, No-Cache").source())
        .isEqualTo(Source.NONE);
    assertThat(lifetime("Last-Modified", modified, "Set-Cookie", "a=b").source())
        .isEqualTo(Source.NONE);
    assertThat(stored(get("Cookie", "a"), ok("Last-Modified", modified)).freshness().source())
        .isEqualTo(Source.NONE);
    assertThat(stored(get("Authorization", "a"), ok()).freshness().source()).isEqualTo(Source.NONE);
    assertThat(lifetime("Pragma", "foo").source()).isEqualTo(Source.DEFAULT);
  }

  @Test
  void aDefaultOfZeroLeavesTheHeuristicOn() {
    CachePolicy noDefault = guessing(Duration.ZERO, 10, Duration.ofDays(1));
    assertThat(stored(get(), ok("Last-Modified", date(-1000)), noDefault).freshness())
        .isEqualTo(Freshness.ofSeconds(100, Source.HEURISTIC));
    assertThat(stored(get(), ok(), noDefault).freshness())
        .isEqualTo(Freshness.ofSeconds(0, Source.NONE));
  }

  @Test
  void aHeuristicOfNoPercentLeavesTheDefaultOn() {
    CachePolicy noHeuristic = guessing(Duration.ofMinutes(1), 0, Duration.ofDays(1));
    assertThat(stored(get(), ok("Last-Modified", date(-1000)), noHeuristic).freshness())
        .isEqualTo(Freshness.ofSeconds(60, Source.DEFAULT));
    assertThat(stored(get(), ok("Last-Modified", date(-1000)), EXPLICIT_ONLY).freshness())
        .isEqualTo(Freshness.ofSeconds(0, Source.NONE));
  }

  @Test
  void theShareAndItsBoundAreTheOperators() {
    CachePolicy bold = guessing(Duration.ZERO, 50, Duration.ofSeconds(200));
    assertThat(stored(get(), ok("Last-Modified", date(-300)), bold).freshness())
        .isEqualTo(Freshness.ofSeconds(150, Source.HEURISTIC));
    assertThat(stored(get(), ok("Last-Modified", date(-3000)), bold).freshness())
        .isEqualTo(Freshness.ofSeconds(200, Source.HEURISTIC));
  }

  @Test
  void aGuessMayBeAFractionOfASecond() {
    StoredHead head = stored(get(), ok(), guessing(Duration.ofMillis(500), 10, Duration.ofDays(1)));
    assertThat(head.freshness()).isEqualTo(new Freshness(500, Source.DEFAULT));
    assertThat(head.isFresh(after(0.499))).isTrue();
    assertThat(head.isFresh(after(0.5))).isFalse();
    assertThat(head.ttl(after(0.1))).isZero();
  }

  @Test
  void aTargetedFieldIsTheOnlyOneThatCounts() {
    assertThat(lifetime("CDN-Cache-Control", "max-age=5", "Cache-Control", "s-maxage=60"))
        .isEqualTo(Freshness.ofSeconds(5, Source.MAX_AGE));
    assertThat(
            stored(
                    get(),
                    ok("CDN-Cache-Control", "must-revalidate", "Cache-Control", "max-age=60"),
                    EXPLICIT_ONLY)
                .freshness()
                .source())
        .isEqualTo(Source.NONE);
    assertThat(lifetime("CDN-Cache-Control", "max-age=5, ,", "Cache-Control", "max-age=60"))
        .isEqualTo(Freshness.ofSeconds(60, Source.MAX_AGE));
  }

  /** "A stricter directive never makes a response live longer." */
  @Property
  void addingADirectiveNeverMakesAResponseLiveLonger(
      @ForAll("directives") String directives, @ForAll("stricter") String more) {
    StoredHead before = stored("Cache-Control", directives);
    StoredHead after = stored("Cache-Control", directives + ", " + more);
    assertThat(after.freshness().lifetimeSeconds())
        .isLessThanOrEqualTo(before.freshness().lifetimeSeconds());
    for (long s = 0; s < 200; s += 20) {
      boolean usable = Reuse.of(get(), after, T0.plusSeconds(s), Heads.POLICY).isUsable();
      assertThat(!usable || Reuse.of(get(), before, T0.plusSeconds(s), Heads.POLICY).isUsable())
          .isTrue();
    }
  }

  @Provide
  Arbitrary<String> directives() {
    return Arbitraries.of(
            "max-age=100",
            "max-age=10",
            "s-maxage=50",
            "public",
            "stale-while-revalidate=60",
            "must-revalidate",
            "x",
            "max-age=x")
        .list()
        .ofMaxSize(3)
        .map(list -> String.join(", ", list) + ", max-age=150, s-maxage=150");
  }

  @Provide
  Arbitrary<String> stricter() {
    return Arbitraries.of(
        "max-age=5",
        "max-age=x",
        "max-age",
        "s-maxage=5",
        "s-maxage=0",
        "s-maxage=x",
        "no-cache",
        "must-revalidate",
        "proxy-revalidate",
        "no-cache=\"\"");
  }
}
