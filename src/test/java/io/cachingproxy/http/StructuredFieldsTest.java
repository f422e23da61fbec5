package io.cachingproxy.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Structured fields (RFC 9651). */
class StructuredFieldsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-15",
        "999999999999999",
        "1.5",
        "-0.125",
        "999999999999.999",
        "\"a \\\"b\\\\\"",
        "abc",
        "*a/b:c",
        "?0",
        "?1",
        ":aGVsbG8=:",
        "@1659578233",
        "%\"f%c3%bc\"",
        "a;b;c=1;d=\"e\""
      })
  void itemsArePrintedAsTheyWereRead(String text) {
    StructuredFields.Item item = requireNonNull(StructuredFields.item(List.of(text)));
    assertThat(StructuredFields.print(item)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "1.",
        ".5",
        "1.2345",
        "9999999999999999",
        "1234567890123.1",
        "\"a",
        "\"\\n\"",
        "\"\u00e9\"",
        "?2",
        "?",
        ":a$:",
        ":a",
        "@1.5",
        "%\"%C3%BC\"",
        "%\"%ff\"",
        "a b",
        "a;B=1",
        "(1 2",
        "\t1"
      })
  void whatIsNoItemIsNone(String text) {
    assertThat(StructuredFields.item(List.of(text))).isNull();
  }

  @Test
  void dictionariesMaySpanLinesAndTheLastOfAKeyCounts() {
    Map<String, StructuredFields.Member> members =
        requireNonNull(StructuredFields.dictionary(List.of("a=1, b;x", "c=(1 \"2\");q=0.5 , a=2")));
    assertThat(members.keySet()).containsExactly("a", "b", "c");
    assertThat(StructuredFields.print(members)).isEqualTo("a=2, b;x, c=(1 \"2\");q=0.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=1,", "a=1 b=2", "A=1", "a=", "a==1", "1", "a=(1,2)", "a, &&&", ","})
  void oneErrorSpoilsTheWholeDictionary(String text) {
    assertThat(StructuredFields.dictionary(List.of(text))).isNull();
  }

  @Test
  void listsHoldItemsAndInnerLists() {
    List<StructuredFields.Member> list =
        requireNonNull(StructuredFields.list(List.of("a, (b c);d", "\"e\"")));
    assertThat(list).hasSize(3);
    assertThat(StructuredFields.print(list)).isEqualTo("a, (b c);d, \"e\"");
  }

  @Property
  void readingNeverThrowsAndPrintingWhatWasReadGivesTheSame(@ForAll("texts") String text) {
    Map<String, StructuredFields.Member> members = StructuredFields.dictionary(List.of(text));
    if (members != null) {
      assertThat(StructuredFields.dictionary(List.of(StructuredFields.print(members))))
          .isEqualTo(members);
    }
    StructuredFields.Item item = StructuredFields.item(List.of(text));
    if (item != null) {
      assertThat(StructuredFields.item(List.of(StructuredFields.print(item)))).isEqualTo(item);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Text.fieldValues(
        "a", "b1", "=", "1", ".5", ",", ";", "(", ")", " ", "\"x\"", "?1", ":aGk=:", "@7", "%\"",
        "-");
  }
}
