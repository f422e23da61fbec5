package io.cachingproxy.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says in selecting fields (RFC 9111 §4.1). */
class RequestedValuesTest {

  private static RequestHead request(String... fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/"));
    return new RequestHead("HEAD", target, Fields.of(fields));
  }

  private static String normalized(String name, String... lines) {
    Fields.Builder fields = Fields.builder();
    for (String line : lines) {
      fields.add(name, line);
    }
    return requireNonNull(new RequestedValues(fields.build()).normalized(name));
  }

  private static String list(int members) {
    return IntStream.range(0, members).mapToObj(i -> "m" + i).collect(Collectors.joining(", "));
  }

  @Test
  void eachFieldIsMadeOutOnceForAllThatAsk() {
    RequestHead request = request("Accept-Language", "de, en;q=0.5", "X-A", "1");
    String language = request.requested().normalized("accept-language");
    assertThat(language).isEqualTo("de;q=1000,en;q=500");
    assertThat(request.requested().normalized("x-a")).isEqualTo("1");
    assertThat(request.requested().normalized("x-b")).isNull();
    assertThat(request.requested().normalized("accept-language")).isSameAs(language);
    assertThat(request.asGet().requested().normalized("accept-language")).isSameAs(language);
    assertThat(request.requested().preferences("accept-language"))
        .isSameAs(request.asGet().requested().preferences("accept-language"))
        .extracting(Preference::range)
        .containsExactly("de", "en");
  }

  @ParameterizedTest
  @ValueSource(strings = {"accept-encoding", "x-any"})
  void aListThatIsTooLongIsComparedAsItIsSpelled(String name) {
    String most = list(129);
    assertThat(normalized(name, most)).isEqualTo(normalized(name, most.replace(", ", " ,")));
    String longer = list(130);
    assertThat(normalized(name, longer)).isNotEqualTo(normalized(name, longer.replace(", ", " ,")));
    assertThat(normalized(name, longer)).isEqualTo(normalized(name, longer));
    assertThat(new RequestedValues(Fields.of(name, longer)).preferences(name)).isEmpty();
  }

  @Test
  void linesAndParametersCountAsWell() {
    String parameters = "a" + ";b=c".repeat(129);
    assertThat(normalized("accept", parameters))
        .isNotEqualTo(normalized("accept", ' ' + parameters));
    String[] lines = Collections.nCopies(130, "A").toArray(String[]::new);
    assertThat(normalized("accept", lines)).isNotEqualTo(normalized("accept", "a"));
    String[] fewer = Collections.nCopies(129, "A").toArray(String[]::new);
    assertThat(normalized("accept", fewer)).isEqualTo(normalized("accept", "a"));
  }

  @Test
  void aListThatIsTooLongIsLikeNoOthersOneSpelling() {
    String others = list(129).replace(" ", "");
    String spelled = others.replace(",", ";q=1000,") + ";q=1000";
    List<String> values =
        List.of(normalized("accept", others), normalized("accept", sorted(spelled)));
    assertThat(values).doesNotHaveDuplicates();
  }

  /** As the one spelling has them: of equal weight, by name. */
  private static String sorted(String list) {
    return List.of(list.split(",")).stream().sorted().collect(Collectors.joining(","));
  }
}
