package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries that are the same for a response (draft-ietf-httpbis-no-vary-search). */
class NoVarySearchTest {

  private static boolean areEquivalent(
      NoVarySearch rule, @Nullable String one, @Nullable String other) {
    return rule.isDefault()
        ? Objects.equals(one, other)
        : rule.canonical(one).equals(rule.canonical(other));
  }

  private static boolean same(String field, String one, String other) {
    return areEquivalent(NoVarySearch.of(Fields.of("No-Vary-Search", field)), one, other);
  }

  @ParameterizedTest
  @CsvSource({
    "key-order, a=1&b=2, b=2&a=1, true",
    "key-order, a=1&a=2, a=2&a=1, false",
    "key-order=?0, a=1&b=2, b=2&a=1, false",
    "'params=(\"utm\")', a=1&utm=x, utm=y&a=1, true",
    "'params=(\"utm\")', a=1, a=2, false",
    "'params=(\"a+b\")', a%20b=1&c=2, c=2, true",
    "params, a=1, b=2, true",
    "'params, except=(\"a\")', a=1&b=2, b=3&a=1, true",
    "'params, except=(\"a\")', a=1, a=2, false",
    "'key-order, params=(\"x\")', a=1&b=2&x=9, b=2&a=1, true"
  })
  void whatTheFieldSaysDoesNotMatter(String field, String one, String other, boolean same) {
    assertThat(same(field, one, other)).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key-order=1",
        "params=\"a\"",
        "params=(a)",
        "except=(\"a\")",
        "params, except",
        "params=(\"a\"), except=(\"b\")",
        "params,",
        "other"
      })
  void anInvalidFieldLeavesEverythingAsItIs(String field) {
    NoVarySearch rule = NoVarySearch.of(Fields.of("No-Vary-Search", field));
    assertThat(rule.isDefault()).isTrue();
    assertThat(areEquivalent(rule, "a=1", "a=1&")).isFalse();
  }

  @Test
  void noQueryIsTheSameAsOneOfWhichNothingMatters() {
    NoVarySearch rule = NoVarySearch.of(Fields.of("No-Vary-Search", "params"));
    assertThat(areEquivalent(rule, null, "a=1")).isTrue();
    assertThat(areEquivalent(NoVarySearch.of(Fields.empty()), null, "")).isFalse();
  }

  @Property
  void everyQueryIsTheSameAsItself(@ForAll("queries") String query, @ForAll("fields") String f) {
    assertThat(same(f, query, query)).isTrue();
  }

  @Property
  void queriesWithOneCanonicalFormAreEquivalent(
      @ForAll("queries") String one, @ForAll("queries") String other, @ForAll("fields") String f) {
    NoVarySearch rule = NoVarySearch.of(Fields.of("No-Vary-Search", f));
    if (rule.canonical(one).equals(rule.canonical(other))) {
      assertThat(rule.isDefault() || areEquivalent(rule, one, other)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"a=1&b=2, b=2&a=1, true", "a=%FF, a=%FE, false", "a=1%26b=2, a=1&b=2, false"})
  void theCanonicalFormIsThatOfItsEquivalents(String one, String other, boolean same) {
    NoVarySearch rule = NoVarySearch.of(Fields.of("No-Vary-Search", "key-order"));
    assertThat(rule.canonical(one).equals(rule.canonical(other))).isEqualTo(same);
  }

  @Provide
  Arbitrary<String> queries() {
    return Text.fieldValues("a", "=", "&", "%", "4", "+", "%C3");
  }

  @Provide
  Arbitrary<String> fields() {
    return Text.fieldValues("key-order", "params", "except", "=", "(\"a\")", ", ");
  }
}
