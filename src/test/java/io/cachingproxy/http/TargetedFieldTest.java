package io.cachingproxy.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targeted cache control fields (RFC 9213 §2.1). */
class TargetedFieldTest {

  @Test
  void directivesAreThoseOfCacheControl() {
    CacheControl directives =
        requireNonNull(
            CacheControl.parseTargeted(
                List.of("max-age=60;ignored=1, no-cache=\"X-A\"", "must-revalidate, ext=(1 2)")));
    assertThat(directives.maxAge()).hasValue(60);
    assertThat(directives.noCacheFields()).containsExactly("x-a");
    assertThat(directives.mustRevalidate()).isTrue();
    assertThat(directives.has("ext")).isTrue();
  }

  @Test
  void ofTwoMaxAgesTheLastCountsAsInAnyDictionary() {
    CacheControl directives =
        requireNonNull(CacheControl.parseTargeted(List.of("max-age=60, max-age=10")));
    assertThat(directives.maxAge()).hasValue(10);
  }

  @Test
  void aNegativeAgeIsAnIntegerButNoAge() {
    CacheControl directives = requireNonNull(CacheControl.parseTargeted(List.of("max-age=-1")));
    assertThat(directives.has("max-age")).isTrue();
    assertThat(directives.maxAge()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "max-age=60,",
        "max-age=60, &&&",
        "MAX-AGE=60",
        "max-age=\"60\"",
        "max-age=60.0",
        "max-age=abc",
        "max-age",
        "max-age=(60)",
        "no-store=?0",
        "no-store=1",
        "no-cache=5",
        "private=token",
        "max-age=60 no-store"
      })
  void anEmptyOrInvalidFieldOrAValueOfTheWrongTypeMakesTheFieldAbsent(String line) {
    assertThat(CacheControl.parseTargeted(List.of(line))).isNull();
  }
}
