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
import org.junit.jupiter.params.provider.ValueSource;

/** Target URIs: read and kept as they are, resolved by RFC 3986 §5, normalised when asked to. */
class TargetUriTest {

  private static TargetUri uri(String text) {
    return requireNonNull(TargetUri.parse(text));
  }

  /** RFC 3986 §5.4, those with an authority. */
  @ParameterizedTest
  @CsvSource({
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g/",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q",
    "g#s, http://a/b/c/g",
    ";x, http://a/b/c/;x",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../g, http://a/g",
    "../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    "..g, http://a/b/c/..g",
    "./../g, http://a/b/g",
    "g/./h, http://a/b/c/g/h",
    "g;x=1/../y, http://a/b/c/y",
    "g?y/../x, http://a/b/c/g?y/../x",
    "HTTP://A:80/x, http://a/x",
    "https://a:443, https://a/",
    "https://a:8443/, https://a:8443/"
  })
  void referencesAreResolved(String reference, String expected) {
    assertThat(uri("http://a/b/c/d;p?q").resolve(reference)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a/",
        "mailto:a@b",
        "http:",
        "http://",
        "http:///x",
        "http://u@a/",
        "http://a:x/",
        "http://a b/",
        "http://a/b c",
        "http://a/\u0007",
        "http://:80/"
      })
  void whatCouldBeNoTargetIsNull(String reference) {
    assertThat(uri("http://a/").resolve(reference)).isNull();
  }

  @Test
  void anEmptyQueryIsAQuery() {
    assertThat(uri("http://a/x?").query()).isEmpty();
    assertThat(uri("http://a/x").query()).isNull();
    assertThat(uri("http://a?q").path()).isEqualTo("/");
  }

  @Test
  void parsingLeavesThePathAlone() {
    assertThat(uri("http://a//x/../%2f|{}?a|b")).hasToString("http://a//x/../%2f|{}?a|b");
  }

  @ParameterizedTest
  @CsvSource({
    "http://a/%7euser, http://a/~user",
    "http://a/%7Euser, http://a/~user",
    "http://a/%41%2d%5f%2E, http://a/A-_%2E",
    "http://a/%2f%c3%bc, http://a/%2F%C3%BC",
    "http://a/%, http://a/%",
    "http://a/%4, http://a/%4",
    "http://a/%zz%41, http://a/%zz%41",
    "http://a/%4%31, http://a/%4%31",
    "http://a/%%34%31, http://a/%%34%31",
    "http://a/%25%34%31, http://a/%2541",
    "http://a/A?b=%61%26, http://a/A?b=a%26",
    "http://a//x/../y, http://a//x/../y"
  })
  void onlyWhatIsTheSameForSureIsNormalised(String text, String normalized) {
    assertThat(uri(text).normalForm()).hasToString(normalized);
  }

  @Test
  void aKeyHasTheBytesOfTheTarget() {
    for (String text : List.of("http://a/%7euser?%61=%2d", "http://a/./b/../c//", "http://a/?")) {
      assertThat(uri(text).key()).isEqualTo(text);
    }
    assertThat(new TargetUri("http", "a", "/%41", "%41", "http://site", "x-a=\"1\"").key())
        .isEqualTo("http://a/%41?%41 http://site x-a=\"1\"");
  }

  @Test
  void anOriginIsSchemeHostAndPort() {
    assertThat(uri("http://a/x").sameOrigin(uri("http://A:80/y"))).isTrue();
    assertThat(uri("http://a/x").sameOrigin(uri("https://a/x"))).isFalse();
    assertThat(uri("http://a/x").sameOrigin(uri("http://a:81/x"))).isFalse();
    assertThat(uri("http://[::1]:80/x").sameOrigin(uri("http://[::1]/x"))).isTrue();
  }

  @Property
  void resolvingNeverThrowsAndNormalisingTwiceIsNormalisingOnce(@ForAll("references") String text) {
    TargetUri resolved = uri("http://a/b/c?d").resolve(text);
    if (resolved != null) {
      assertThat(resolved.path()).startsWith("/");
      assertThat(resolved.normalForm().normalForm()).isEqualTo(resolved.normalForm());
    }
  }

  @Provide
  Arbitrary<String> references() {
    return Text.fieldValues("/", "..", ".", "?", "#", "%4", "1", "%2F", "http://", "x", ":", "//");
  }
}
