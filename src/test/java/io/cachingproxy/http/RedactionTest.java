package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects that no secret of a query is printed, however its name is spelled. */
class RedactionTest {

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

  @Provide
  Arbitrary<String> queries() {
    return Arbitraries.of(
            "token",
            "TOK",
            "en",
            "access",
            "amz",
            "x",
            "signature",
            "-",
            "_",
            "%74",
            "%2d",
            "%5B",
            "%E2%84%AA",
            "\u212a",
            "%",
            "+",
            "[",
            "]",
            ".",
            "&",
            ";",
            "?",
            "=",
            " ",
            "\u2003")
        .list()
        .ofMaxSize(40)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void whatIsHiddenIsWhatThePlainestReadingHides(@ForAll("queries") String query) {
    assertThat(redaction.query(query)).isEqualTo(plainly(query));
  }

  /** Where it is cut, in a value, a name or an encoding: the rest is what it would have been. */
  @Property
  void theBeginningIsThatOfTheWhole(
      @ForAll("queries") String query, @ForAll @IntRange(max = 120) int most) {
    String whole = redaction.query(query);
    assertThat(redaction.query(query, most))
        .isEqualTo(whole.substring(0, Math.min(most, whole.length())));
    String uri = redaction.uri("http://h/p?" + query + " http://h");
    assertThat(redaction.uri("http://h/p?" + query + " http://h", most))
        .isEqualTo(uri.substring(0, Math.min(most, uri.length())));
  }

  private static String plainly(String query) {
    return Arrays.stream(query.split("&", -1))
        .map(RedactionTest::plainlyOne)
        .collect(Collectors.joining("&"));
  }

  private static String plainlyOne(String parameters) {
    Matcher each = Pattern.compile("(?:^|[;?])([^;?=]*)=").matcher(parameters);
    while (each.find()) {
      for (String part : FormPair.decode(each.group(1)).split("[\\[\\].]")) {
        String name = part.strip().toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
        if (Set.of("token", "accesstoken", "xamzsignature").contains(name)) {
          return parameters.substring(0, each.end()) + "REDACTED";
        }
      }
    }
    return parameters;
  }

  /** What is allocated says how often names are copied, parsed or compared by expressions. */
  @ParameterizedTest
  @ValueSource(strings = {"a=&", "a=;", "name[a.b]=1&", "t-o-k=&", "a=1?", "tokens=1&", "="})
  void parametersThatAreNoSecretsCostNothingEach(String parameter) {
    String query = parameter.repeat(30_000 / parameter.length());
    assertThat(redaction.query(query)).isEqualTo(query);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    redaction.query(query);
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(200_000);
  }
}
