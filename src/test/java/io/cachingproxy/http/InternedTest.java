package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is equal becomes one object; what is not must never be taken for another. */
class InternedTest {

  private final Interned<String> interned = new Interned<>();

  @Test
  void equalValuesAreOneObject() {
    String first = new String("max-age=1");
    assertThat(interned.of(first)).isSameAs(first);
    assertThat(interned.of(new String("max-age=1"))).isSameAs(first);
  }

  @Test
  void valuesThatShareAPlaceStayWhatTheyAre() {
    // "Aa" and "BB" have one hash code.
    assertThat(interned.of("Aa")).isEqualTo("Aa");
    assertThat(interned.of("BB")).isEqualTo("BB");
    assertThat(interned.of("Aa")).isEqualTo("Aa");
    for (int i = 0; i < 10_000; i++) {
      assertThat(interned.of("value " + i)).isEqualTo("value " + i);
    }
  }
}
