package io.cachingproxy.http;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Makes field values for properties: pieces with a meaning among characters without one. */
public final class Text {

  private Text() {}

  /** Values of up to twelve pieces, each one of those given or a few characters at random. */
  public static Arbitrary<String> fieldValues(String... pieces) {
    Arbitrary<String> noise =
        Arbitraries.strings().withCharRange(' ', 'ÿ').withChars('\t').ofMaxLength(3);
    return Arbitraries.oneOf(Arbitraries.of(pieces), noise)
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }
}
