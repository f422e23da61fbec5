package io.cachingproxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.config.Setting.Place;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protects the guess at what was meant: there for a slip, silent for another word. */
class SuggestionTest {

  private static final List<String> NAMES = Settings.names(Place.FLAG);

  @ParameterizedTest
  @CsvSource({
    "prot, port",
    "orgin, origin",
    "originn, origin",
    "max_object_size, max-object-size",
    "maxObjectSize, max-object-size",
    "MEMORY, memory",
    "kafka-topics, kafka-topic",
    "metric-port, metrics-port",
    "coookiess, cookies",
  })
  void aSlipFindsTheNameThatWasMeant(String typed, String name) {
    assertThat(Suggestion.nearest(typed, NAMES)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({"x", "listen", "upstream", "ttl", "cache-size", "''"})
  void anotherWordFindsNothing(String typed) {
    assertThat(Suggestion.nearest(typed, NAMES)).isNull();
  }

  @Test
  void aNameIsNotSuggestedWhenNothingOfItWasTyped() {
    assertThat(Suggestion.nearest("xy", List.of("ab"))).isNull();
  }

  @Test
  void theNearestOfSeveralWins() {
    assertThat(Suggestion.nearest("hosts", List.of("ports", "host"))).isEqualTo("host");
  }

  @Property
  void anyTwoNeighboursSwappedAreOneSlip(
      @ForAll("names") String name, @ForAll @IntRange(max = 30) int at) {
    int i = at % (name.length() - 1);
    StringBuilder typed = new StringBuilder(name);
    typed.setCharAt(i, name.charAt(i + 1));
    typed.setCharAt(i + 1, name.charAt(i));
    assertThat(Suggestion.distance(name, typed.toString())).isLessThanOrEqualTo(1);
    assertThat(Suggestion.nearest(typed.toString(), NAMES)).isEqualTo(name);
  }

  @Property
  void anyCharacterLeftOutIsOneSlip(
      @ForAll("names") String name, @ForAll @IntRange(max = 30) int at) {
    String typed = new StringBuilder(name).deleteCharAt(at % name.length()).toString();
    assertThat(Suggestion.nearest(typed, NAMES)).isEqualTo(name);
  }

  @Property
  void distanceIsSymmetricAndZeroOnlyForTheSame(
      @ForAll @StringLength(max = 12) String a, @ForAll @StringLength(max = 12) String b) {
    assertThat(Suggestion.distance(a, b)).isEqualTo(Suggestion.distance(b, a));
    assertThat(Suggestion.distance(a, b) == 0).isEqualTo(a.equals(b));
    assertThat(Suggestion.distance(a, b)).isLessThanOrEqualTo(Math.max(a.length(), b.length()));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(NAMES);
  }
}
