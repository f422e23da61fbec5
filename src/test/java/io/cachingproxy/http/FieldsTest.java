package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Field lines: order, duplicates and case are kept. */
class FieldsTest {

  private final Fields fields = Fields.of("A", "1", "b", "2", "a", "3", "C", "");

  @Test
  void namesAreComparedIgnoringCase() {
    assertThat(fields.values("a")).containsExactly("1", "3");
    assertThat(fields.first("B")).isEqualTo("2");
    assertThat(fields.combined("A")).isEqualTo("1, 3");
    assertThat(fields.combined("x")).isNull();
  }

  @Test
  void exactlyMeansOneLineOrNone() {
    assertThat(fields.isExactly("b", "2")).isTrue();
    assertThat(fields.isExactly("b", "3")).isFalse();
    assertThat(fields.isExactly("b", null)).isFalse();
    assertThat(fields.isExactly("a", "1")).isFalse();
    assertThat(fields.isExactly("c", "")).isTrue();
    assertThat(fields.isExactly("c", null)).isFalse();
    assertThat(fields.isExactly("x", null)).isTrue();
    assertThat(fields.isExactly("x", "")).isFalse();
  }

  @Test
  void withReplacesAllLinesOfAName() {
    assertThat(fields.with("A", "9")).isEqualTo(Fields.of("b", "2", "C", "", "A", "9"));
    assertThat(fields.without("A")).isEqualTo(Fields.of("b", "2", "C", ""));
  }
}
