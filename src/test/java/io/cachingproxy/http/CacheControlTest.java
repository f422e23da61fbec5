package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache-Control as it is really spelled (RFC 9111 §5.2). */
class CacheControlTest {

  private static CacheControl parse(String... lines) {
    return CacheControl.parse(List.of(lines));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age=60",
        "MAX-AGE=60",
        "Max-aGe=60",
        "max-age=00060",
        "max-age=\"60\"",
        "  max-age=60  ",
        "\tmax-age=60\t",
        "foo, max-age=60",
        "foo,,max-age=60,",
        "max-age=60, max-age=60",
        "max-age=60, x-max-age=1, max-age2=1",
        "ext=\"max-age=1, s-maxage=2\", max-age=60",
        "max-age=60, ext=\"max-age=1\"",
        "ext=\"a \\\" , max-age=1\", max-age=60",
        "ext='x', max-age=60"
      })
  void sixtySecondsInManySpellings(String line) {
    assertThat(parse(line).maxAge()).isEqualTo(OptionalLong.of(60));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max-age",
        "max-age=",
        "max-age=\"\"",
        "max-age=-1",
        "max-age=60.0",
        "max-age=60.5",
        "max-age=a60",
        "max-age=60a",
        "max-age='60'",
        "max-age=\"60",
        "max-age=\"60\"x",
        "max-age=6 0",
        "max-age =60",
        "max-age= 60",
        "max-age=60;no-store",
        "max-age=+60",
        "max-age=1e3",
        "max-age=60, max-age=x"
      })
  void noNumberOfSecondsButThereAllTheSame(String line) {
    assertThat(parse(line).has("max-age")).isTrue();
    assertThat(parse(line).maxAge()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647, 2147483647",
    "2147483648, 2147483648",
    "2147483649, 2147483648",
    "9223372036854775808, 2147483648",
    "99999999999999999999999999999999, 2147483648"
  })
  void whatIsBeyondTwoToThe31IsThat(String number, long seconds) {
    assertThat(parse("max-age=" + number).maxAge()).hasValue(seconds);
  }

  @Test
  void ofSeveralValuesTheMostRestrictiveCounts() {
    assertThat(parse("max-age=60, max-age=10").maxAge()).hasValue(10);
    assertThat(parse("max-age=10", "max-age=60").maxAge()).hasValue(10);
  }

  @Test
  void aQuoteThatNeverClosesHidesNothing() {
    assertThat(parse("ext=\"oops, no-store").noStore()).isTrue();
    assertThat(parse("ext=\"oops", "no-store").noStore()).isTrue();
  }

  @Test
  void directivesLookedForAreNotFoundWithinOthers() {
    CacheControl directives = parse("no-storefoo, xno-store, ext=no-store, \"no-store\"");
    assertThat(directives.noStore()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "private; max-age=60",
        "private;",
        "private foo",
        "private=\"X-A\"; max-age=60",
        "private=X-A;max-age=60",
        "private \"X-A\", max-age=60",
        "Private\t;",
        "private/, max-age=60",
        "max-age=60; private",
        "max-age=60 private",
        "max-age=\"60\"; private",
        "max-age = private",
        "ext; private=1",
        "ext=a;private",
        "ext=\"oops; private",
        "ext=\"a; b\" private, max-age=60",
        ";private",
        "=private"
      })
  void privateCountsThoughTheRestIsGarbage(String line) {
    assertThat(parse(line).isPrivate()).isTrue();
    assertThat(parse(line).privateFields()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "privat; e",
        "private-x; y",
        "ext=\"a; private\"",
        "ext=private",
        "ext \"private\""
      })
  void whatIsNotItsNameIsNotPrivate(String line) {
    assertThat(parse(line).isPrivate()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"must-revalidate=1;x", "must-revalidate x", "x; must-revalidate"})
  void whatRestrictsAndPermitsOnlyRestrictsWithGarbage(String line) {
    assertThat(parse(line).mustRevalidate()).isTrue();
  }

  @Property
  void withGarbageBehindItsNameADirectiveRestrictsAndDoesNotPermit(
      @ForAll("garbage") String garbage) {
    assertThat(parse("no-store" + garbage).noStore()).isTrue();
    assertThat(parse("private" + garbage).isPrivate()).isTrue();
    assertThat(parse("no-cache" + garbage).noCache()).isTrue();
    assertThat(parse("max-age=60, must-revalidate" + garbage).mustRevalidate()).isTrue();
    assertThat(parse("proxy-revalidate" + garbage + ", max-age=60").proxyRevalidate()).isTrue();
    assertThat(parse("public" + garbage).isPublic()).isFalse();
    assertThat(parse("immutable" + garbage).immutable()).isFalse();
    assertThat(parse("must-understand" + garbage).mustUnderstand()).isFalse();
    assertThat(parse("must-revalidate" + garbage).hasPlain("must-revalidate")).isFalse();
    for (String seconds : List.of("max-age=60", "s-maxage=60", "stale-if-error=60", "max-stale")) {
      CacheControl parsed = parse(seconds + garbage);
      String name = seconds.replace("=60", "");
      assertThat(parsed.has(name)).isTrue();
      assertThat(parsed.seconds(name)).isEmpty();
    }
    assertThat(parse("max-stale" + garbage).maxStale()).isEmpty();
    assertThat(parse("max-age=60" + garbage + " no-store").noStore()).isTrue();
  }

  @Provide
  Arbitrary<String> garbage() {
    Arbitrary<String> start = Arbitraries.of(";", " x", "; max-age=60", "/", ":1", "(", " =", "\"");
    return Combinators.combine(start, Text.fieldValues("max-age", "public", "=", ";", "60"))
        .as((first, rest) -> first + rest.replace(",", "").replace("\"", ""));
  }

  @Test
  void garbageOfManyQuotesIsReadOnce() {
    // Each quote would be looked for an end of; a second would go by here.
    String line = "x " + "\"\\".repeat(500_000) + "; no-store";
    assertThat(parse(line).noStore()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"no-store", "NO-STORE", "no-store=", "no-store=x", "no-store=\"x\"", "a,no-store"})
  void noStoreWithAnyArgumentIsNoStore(String line) {
    assertThat(parse(line).noStore()).isTrue();
  }

  @Test
  void qualifiedFormsNameFieldsAndDoNotConcernTheRest() {
    CacheControl directives = parse("private=\"Set-Cookie, X-User\", no-cache=x-token");
    assertThat(directives.isPrivate()).isFalse();
    assertThat(directives.privateFields()).containsExactlyInAnyOrder("set-cookie", "x-user");
    assertThat(directives.noCache()).isFalse();
    assertThat(directives.noCacheFields()).containsExactly("x-token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "private",
        "private=",
        "private=\"\"",
        "private=\"a b\"",
        "private=\"Set-Cookie\", private",
        "private=\"Content-Type\"",
        "private=\"X, Vary\""
      })
  void privateThatNamesNoFieldsOrIndispensableOnesIsPrivate(String line) {
    assertThat(parse(line).isPrivate()).isTrue();
    assertThat(parse(line).privateFields()).isEmpty();
  }

  @Test
  void maxStaleWithoutArgumentTakesAnyStaleness() {
    assertThat(parse("max-stale").maxStale()).hasValue(DeltaSeconds.MAX);
    assertThat(parse("max-stale=5").maxStale()).hasValue(5);
    assertThat(parse("max-stale=x").maxStale()).isEmpty();
    assertThat(parse("max-age=5").maxStale()).isEmpty();
  }

  @Test
  void nothingIsNone() {
    assertThat(CacheControl.parse(List.of()).isEmpty()).isTrue();
    assertThat(parse("", " , ,\t").isEmpty()).isTrue();
  }

  @Property
  void parsingNeverThrowsAndPrintingWhatWasParsedGivesTheSame(@ForAll("lines") List<String> lines) {
    CacheControl parsed = CacheControl.parse(lines);
    assertThat(CacheControl.parse(List.of(parsed.toString()))).isEqualTo(parsed);
    assertThat(parsed.maxAge().orElse(0)).isBetween(0L, DeltaSeconds.MAX);
  }

  @Provide
  Arbitrary<List<String>> lines() {
    return Text.fieldValues("max-age", "no-cache", "private", "=", ",", "\"", "\\", "60")
        .list()
        .ofMaxSize(3);
  }
}
