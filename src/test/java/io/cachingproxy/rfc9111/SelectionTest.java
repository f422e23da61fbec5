package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which stored response a request gets (RFC 9111 §4.1). */
class SelectionTest {

  private static boolean matches(String vary, RequestHead first, RequestHead second) {
    return stored(first, ok("Vary", vary)).selecting().matches(second);
  }

  @Test
  void withoutVaryEverythingMatches() {
    assertThat(stored().selecting().matches(get("Foo", "1"))).isTrue();
    assertThat(matches("", get("Foo", "1"), get("Foo", "2"))).isTrue();
  }

  @Test
  void theSelectingFieldsMustBeTheSame() {
    assertThat(matches("Foo", get("Foo", "1"), get("foo", "1", "Bar", "2"))).isTrue();
    assertThat(matches("Foo", get("Foo", "1"), get("Foo", "2"))).isFalse();
    assertThat(matches("foo, Bar", get("Foo", "1", "Bar", "2"), get("Bar", "2", "Foo", "1")))
        .isTrue();
    assertThat(matches("Foo,Bar", get("Foo", "1", "Bar", "2"), get("Foo", "1"))).isFalse();
  }

  @Test
  void varyMaySpanLines() {
    StoredHead head = stored(get("A", "1", "B", "2"), ok("Vary", "A", "Vary", ", B ,"));
    assertThat(head.selecting().names()).containsExactly("a", "b");
    assertThat(head.selecting().matches(get("A", "1", "B", "2"))).isTrue();
    assertThat(head.selecting().matches(get("A", "1", "B", "3"))).isFalse();
  }

  @Test
  void anAsteriskAnywhereMatchesNothing() {
    for (String vary : List.of("*", "Foo, *", "*, Foo", ",,*")) {
      assertThat(matches(vary, get("Foo", "1"), get("Foo", "1"))).isFalse();
    }
  }

  @Test
  void anAbsentFieldMatchesAnAbsentOneOnly() {
    assertThat(matches("Foo", get(), get())).isTrue();
    assertThat(matches("Foo", get(), get("Foo", ""))).isFalse();
    assertThat(matches("Foo", get("Foo", ""), get())).isFalse();
    assertThat(matches("Foo", get("Foo", ""), get("Foo", ""))).isTrue();
    assertThat(matches("Accept-Language", get("Accept-Language", ""), get())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Foo, '1,2', '1,  2', true",
    "Foo, '1,2', ' 1\t, 2 ', true",
    "Foo, '1,2', '2,1', false",
    "Foo, a, A, false",
    "Foo, '\"a, b\"', '\"a,b\"', false",
    "User-Agent, 'x (a, b)', 'x (a,b)', false",
    "Accept-Language, 'en, de', 'de,EN', true",
    "Accept-Language, 'en;q=0.5, de', 'de;q=1.0, en; q=0.50', true",
    "Accept-Language, 'en;q=0.5, de', 'en, de;q=0.5', false",
    "Accept-Language, 'en;q=0.5, de', 'en;q=0.6, de', false",
    "Accept-Language, en, en-GB, false",
    "Accept-Encoding, 'gzip, br', 'br , GZip', true",
    "Accept-Encoding, 'x-gzip', 'gzip;q=1.000', true",
    "Accept-Encoding, 'gzip', 'br', false",
    "Accept-Encoding, 'gzip, br;q=0', 'gzip', false",
    "Accept, 'text/html;level=1;q=0.5, */*', '*/*,TEXT/HTML; Level=1; Q=0.5', true",
    "Accept, 'text/html;level=1', 'text/html;level=2', false"
  })
  void valuesThatMeanTheSameAreTheSame(String name, String first, String second, boolean same) {
    assertThat(matches(name, get(name, first), get(name, second))).isEqualTo(same);
    assertThat(matches(name, get(name, second), get(name, first))).isEqualTo(same);
    SelectingFields one = SelectingFields.of(ok("Vary", name), get(name, first));
    SelectingFields other = SelectingFields.of(ok("Vary", name), get(name, second));
    assertThat(one.equals(other)).isEqualTo(same);
    assertThat(!same || one.hashCode() == other.hashCode()).isTrue();
  }

  @Test
  void linesAndListsAreTheSame() {
    assertThat(matches("Foo", get("Foo", "1, 2"), get("Foo", "1", "Foo", "2"))).isTrue();
    assertThat(matches("Foo", get("Foo", "1", "Foo", "2"), get("Foo", "1,2"))).isTrue();
    assertThat(matches("Foo", get("Foo", "1"), get("Foo", "1", "Foo", "2"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'fr, de', true",
    "de, true",
    "'de, fr;q=0.5', true",
    "'de;q=0.5, fr', false",
    "'de;q=0, fr;q=0', false",
    "fr, false",
    "'*, de;q=0.9', false"
  })
  void aStoredLanguageThatARequestPrefersIsSelected(String acceptLanguage, boolean selected) {
    StoredHead german =
        stored(
            get("Accept-Language", "en, de"),
            ok("Vary", "Accept-Language", "Content-Language", "De"));
    assertThat(german.selecting().matches(get("Accept-Language", acceptLanguage)))
        .isEqualTo(selected);
  }

  @Test
  void aStoredCodingThatARequestPrefersIsSelected() {
    StoredHead gzipped =
        stored(
            get("Accept-Encoding", "gzip"),
            ok("Vary", "Accept-Encoding", "Content-Encoding", "gzip"));
    assertThat(gzipped.selecting().matches(get("Accept-Encoding", "gzip, deflate, br"))).isTrue();
    assertThat(gzipped.selecting().matches(get("Accept-Encoding", "gzip;q=0.5, br"))).isFalse();
    assertThat(gzipped.selecting().matches(get())).isFalse();
  }

  @Test
  void preferenceForOneFieldDoesNotExcuseAnother() {
    StoredHead german =
        stored(
            get("Accept-Language", "de", "Foo", "1"),
            ok("Vary", "Accept-Language, Foo", "Content-Language", "de"));
    assertThat(german.selecting().matches(get("Accept-Language", "de, en", "Foo", "1"))).isTrue();
    assertThat(german.selecting().matches(get("Accept-Language", "de, en", "Foo", "2"))).isFalse();
  }

  @Test
  void theNewestThatMatchesIsSelected() {
    StoredHead old = stored(get("Foo", "1"), bare(200, "Date", date(-60), "Vary", "Foo"));
    StoredHead young = stored(get("Foo", "1"), bare(200, "Date", date(-30), "Vary", "Foo"));
    StoredHead other = stored(get("Foo", "2"), bare(200, "Date", date(0), "Vary", "Foo"));
    List<StoredHead> all = List.of(old, young, other);
    assertThat(Selection.select(all, get("Foo", "1"))).isEqualTo(1);
    assertThat(Selection.select(all, get("Foo", "2"))).isEqualTo(2);
    assertThat(Selection.select(all, get("Foo", "3"))).isEqualTo(-1);
    assertThat(Selection.select(List.of(), get())).isEqualTo(-1);
    assertThat(Selection.select(all, Function.identity(), get("Foo", "1"))).isSameAs(young);
    assertThat(Selection.select(all, Function.identity(), get())).isNull();
  }

  @Test
  void ofThoseEquallyNewTheFirstIsSelected() {
    StoredHead one = stored("X", "1");
    StoredHead two = stored("X", "2");
    assertThat(Selection.select(List.of(one, two), get())).isZero();
  }

  @Test
  void theSameValuesGoBeforeAPreference() {
    StoredHead german =
        stored(
            get("Accept-Language", "de"), ok("Vary", "Accept-Language", "Content-Language", "de"));
    StoredHead french =
        stored(
            get("Accept-Language", "fr, de"),
            bare(200, "Date", date(-9), "Vary", "Accept-Language", "Content-Language", "fr"));
    assertThat(Selection.select(List.of(german, french), get("Accept-Language", "de, fr")))
        .isEqualTo(1);
  }

  @Property
  void aRequestAlwaysMatchesWhatWasStoredForIt(@ForAll("fields") Fields fields) {
    RequestHead request = new RequestHead("GET", get().target(), fields);
    SelectingFields selecting =
        SelectingFields.of(ok("Vary", "Foo, Accept-Language, User-Agent"), request);
    assertThat(selecting.matches(request)).isTrue();
    assertThat(selecting)
        .isEqualTo(SelectingFields.of(ok("Vary", "User-Agent,FOO,accept-language"), request));
  }

  @Provide
  Arbitrary<Fields> fields() {
    Arbitrary<String> name = Arbitraries.of("Foo", "Accept-Language", "User-Agent", "Bar");
    Arbitrary<String> value =
        io.cachingproxy.http.Text.fieldValues("en", ";q=", "0.5", ",", "\"", "*", " ");
    return net.jqwik.api.Combinators.combine(name, value)
        .as((n, v) -> new io.cachingproxy.http.Field(n, v))
        .list()
        .ofMaxSize(4)
        .map(Fields::copyOf);
  }
}
