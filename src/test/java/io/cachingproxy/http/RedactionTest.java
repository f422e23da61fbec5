package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protects that no secret of a query is printed, however its name is spelled. */
final class RedactionTest {

  private final Redaction redaction =
      Redaction.of(List.of("token", "access_token", "X-Amz-Signature"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1&token=x&b=2 | a=1&token=REDACTED&b=2",
        "token=x | token=REDACTED",
        "TOKEN=x&Token=y | TOKEN=REDACTED&Token=REDACTED",
        "%74oke%6E=x | %74oke%6E=REDACTED",
        "access-token=x&accessToken=y | access-token=REDACTED&accessToken=REDACTED",
        "x-amz-signature=x&X-Amz-Date=1 | x-amz-signature=REDACTED&X-Amz-Date=1",
        "user[token]=x&token[]=y&a.token=z | user[token]=REDACTED&token[]=REDACTED&a.token=REDACTED",
        "user%5Btoken%5D=x | user%5Btoken%5D=REDACTED",
        "token=a=b==&c=d | token=REDACTED&c=d",
        "token=a;b&c=d | token=REDACTED&c=d",
        "a=1;token=x&c=d | a=1;token=REDACTED&c=d",
        "a=1?token=x | a=1?token=REDACTED",
        "+token=x | +token=REDACTED",
        "token= | token=REDACTED",
        "token | token",
        "&&token=x& | &&token=REDACTED&",
        "tokens=x&mytoken=y | tokens=x&mytoken=y",
        "a=token=x | a=token=x",
        "%=x&%7=y | %=x&%7=y",
      })
  void theValuesOfSecretsAreHidden(String query, String printed) {
    assertThat(redaction.query(query)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/p?token=x, http://h/p?token=REDACTED",
    "http://h/p?token=x http://site, http://h/p?token=REDACTED http://site",
    "http://h/p?token=x #1f, http://h/p?token=REDACTED #1f",
    "http://h/token=x, http://h/token=x",
    "http://h/p?, http://h/p?",
    "'',''",
  })
  void ofAUriOnlyTheQueryIsLookedAt(String uri, String printed) {
    assertThat(redaction.uri(uri)).isEqualTo(printed);
  }

  @Test
  void aUriWithoutAQueryIsTheSameObject() {
    String uri = "http://h/p";
    assertThat(redaction.uri(uri)).isSameAs(uri);
  }

  @Test
  void aRequestIsPrintedInOneLine() {
    TargetUri target = new TargetUri("http", "h", "/p", "token=x");
    assertThat(redaction.line(new RequestHead("GET", target, Fields.empty())))
        .isEqualTo("GET http://h/p?token=REDACTED");
  }

  @Test
  void withoutNamesNothingIsHidden() {
    assertThat(Redaction.none().query("token=x")).isEqualTo("token=x");
  }
}
