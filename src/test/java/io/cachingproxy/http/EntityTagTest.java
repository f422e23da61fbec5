package io.cachingproxy.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entity tags and their two comparisons (RFC 9110 §8.8.3). */
class EntityTagTest {

  private static EntityTag tag(String text) {
    return requireNonNull(EntityTag.parse(text));
  }

  /** The table of RFC 9110 §8.8.3.2. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "W/\"1\", W/\"1\", false, true",
        "W/\"1\", W/\"2\", false, false",
        "W/\"1\", \"1\", false, true",
        "\"1\", \"1\", true, true"
      })
  void compareStronglyAndWeakly(String a, String b, boolean strongly, boolean weakly) {
    assertThat(tag(a).matchesStrongly(tag(b))).isEqualTo(strongly);
    assertThat(tag(b).matchesStrongly(tag(a))).isEqualTo(strongly);
    assertThat(tag(a).matchesWeakly(tag(b))).isEqualTo(weakly);
    assertThat(tag(b).matchesWeakly(tag(a))).isEqualTo(weakly);
  }

  @Test
  void aListMayHoldCommasWithinTags() {
    assertThat(EntityTag.parseList(List.of("\"a,b\" , W/\"c\",,", "\"d\"")))
        .extracting(EntityTag::toString)
        .containsExactly("\"a,b\"", "W/\"c\"", "\"d\"");
  }

  @Test
  void tagsWithoutQuotesAndALowerCasePrefixAreUnderstood() {
    assertThat(tag("abc").matchesWeakly(tag("abc"))).isTrue();
    assertThat(tag("\"abc\"").matchesWeakly(tag("abc"))).isTrue();
    assertThat(tag("w/\"abc\"").weak()).isTrue();
    assertThat(tag("\"abc").matchesWeakly(tag("\"abc\""))).isFalse();
    assertThat(tag("\"ABC\"").matchesWeakly(tag("\"abc\""))).isFalse();
  }

  @Test
  void onlyALoneAsteriskIsAny() {
    assertThat(EntityTag.isAny(List.of(" * "))).isTrue();
    assertThat(EntityTag.isAny(List.of("\"*\""))).isFalse();
    assertThat(EntityTag.isAny(List.of("*", "\"a\""))).isFalse();
    assertThat(EntityTag.isAny(List.of())).isFalse();
  }

  @Property
  void parsingNeverThrowsAndATagIsPrintedAsItCame(@ForAll("texts") String text) {
    for (EntityTag tag : EntityTag.parseList(List.of(text))) {
      assertThat(text).contains(tag.toString());
      assertThat(EntityTag.parse(tag.toString())).isEqualTo(tag);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Text.fieldValues("\"", "W/", ",", " ", "*", "abc");
  }
}
