package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A block must say what the lines said that it was made of: it is what all later answers are. */
class FieldBlockTest {

  @Property
  void aBlockIsTheLinesItWasMadeOf(@ForAll("lines") List<Field> lines) {
    Fields plain = Fields.copyOf(lines);
    Fields packed = plain.packed(FieldNames.of());
    assertThat(packed).isEqualTo(plain).hasSameHashCodeAs(plain);
    assertThat(packed.size()).isEqualTo(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      assertThat(packed.get(i)).isEqualTo(lines.get(i));
      String name = lines.get(i).name();
      for (String spelled : List.of(name, name.toUpperCase(), name.toLowerCase(), name + "x")) {
        assertThat(packed.first(spelled)).isEqualTo(plain.first(spelled));
        assertThat(packed.values(spelled)).isEqualTo(plain.values(spelled));
      }
    }
    assertThat(packed.stream().toList()).isEqualTo(lines);
    assertThat(packed.toBuilder().build()).isEqualTo(plain);
  }

  @Property
  void whatIsSentAreTheOtherLines(@ForAll("lines") List<Field> lines) {
    FieldBlock packed = Fields.copyOf(lines).packed(FieldNames.of("age", "x-a"));
    StringBuilder expected = new StringBuilder();
    List<Field> last = new ArrayList<>();
    for (Field line : lines) {
      if (line.isNamed("age") || line.isNamed("x-a")) {
        last.add(line);
      } else {
        expected.append(line.name()).append(": ").append(line.value()).append("\r\n");
      }
    }
    assertThat(sent(packed)).isEqualTo(expected.toString());
    List<Field> all = packed.stream().toList();
    assertThat(all.subList(all.size() - last.size(), all.size())).isEqualTo(last);
    assertThat(all).hasSameElementsAs(lines);
  }

  @Property
  void whatIsTakenAwayIsTakenAwayFromWhatIsSent(@ForAll("lines") List<Field> lines) {
    Fields plain = Fields.copyOf(lines);
    FieldBlock packed = plain.packed(FieldNames.of("age"));
    FieldBlock less = packed.without(line -> line.isNamed("x-a") || line.value().isEmpty());
    assertThat(less)
        .isEqualTo(
            Fields.copyOf(packed.stream().toList())
                .without(line -> line.isNamed("x-a") || line.value().isEmpty()));
    assertThat(sent(less))
        .isEqualTo(
            sent(
                plain
                    .without(line -> line.isNamed("x-a") || line.value().isEmpty())
                    .packed(FieldNames.of("age"))));
  }

  @Test
  void noValueBecomesALineOfItsOwn() {
    FieldBlock packed = Fields.of("A", "b\r\nEvil: c\0", "D", "\te").packed(FieldNames.of());
    assertThat(packed).isEqualTo(Fields.of("A", "b  Evil: c ", "D", "\te"));
    assertThat(sent(packed)).isEqualTo("A: b  Evil: c \r\nD: \te\r\n");
  }

  @Test
  void thereIsNoLineBehindTheLast() {
    Fields packed = Fields.of("A", "b").packed(FieldNames.of());
    assertThatThrownBy(() -> packed.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> packed.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(packed.first("A:")).isNull();
    assertThat(packed.first("")).isNull();
  }

  private static String sent(FieldBlock packed) {
    ByteBuffer buffer = ByteBuffer.allocate(packed.length());
    packed.writeTo(buffer);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
  }

  @Provide
  Arbitrary<List<Field>> lines() {
    Arbitrary<String> names =
        Arbitraries.of("Age", "age", "X-A", "x-a", "X-Ab", "A", "Set-Cookie", "ETag", "!#$%&'*+");
    Arbitrary<String> values =
        Arbitraries.strings()
            .withCharRange(' ', '~')
            .withChars('\u00e9', '\u00ff', ':')
            .ofMaxLength(20);
    return Combinators.combine(names, values).as(Field::new).list().ofMaxSize(12);
  }
}
