package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How Cache-Control is read (RFC 9111 §1.2.2, §4.2.1, §5.2). */
@ExtendWith(OnStage.class)
final class CacheControlConformanceTest {

  /** A name, whether it counts as 100 seconds and more, and the argument of max-age. */
  private static final Object[][] NUMBERS = {
    {"leading-zeros", true, "000100"},
    {"many-leading-zeros", true, "0".repeat(50) + "100"},
    {"quoted", true, "\"100\""},
    {"quoted-pair", true, "\"1\\00\""},
    {"quoted-zero", false, "\"0\""},
    {"single-quotes", false, "'100'"},
    {"unclosed-quote", false, "\"100"},
    {"quote-at-the-end", false, "100\""},
    {"text-behind-the-quotes", false, "\"100\"x"},
    {"space-within-quotes", false, "\" 100\""},
    {"zero", false, "0"},
    {"minus", false, "-100"},
    {"minus-zero", false, "-0"},
    {"plus", false, "+100"},
    {"decimal", false, "100.0"},
    {"decimal-above", false, "100.9"},
    {"decimal-comma", false, "0,100"},
    {"exponent", false, "1e2"},
    {"hexadecimal", false, "0x64"},
    {"unit", false, "100s"},
    {"letter-behind", false, "100a"},
    {"letter-before", false, "a100"},
    {"semicolon", false, "100;x"},
    {"space-within", false, "1 00"},
    {"another-word", false, "100 x"},
    {"empty", false, ""},
    {"empty-quotes", false, "\"\""},
    {"space-behind-equals", false, " 100"},
    {"two-equals", false, "=100"},
    {"brackets", false, "[100]"},
    {"underscore", false, "1_00"},
    {"2-31-less-1", true, "2147483647"},
    {"2-31", true, "2147483648"},
    {"2-31-and-1", true, "2147483649"},
    {"2-32", true, "4294967296"},
    {"2-32-and-1", true, "4294967297"},
    {"2-63-less-1", true, "9223372036854775807"},
    {"2-63", true, "9223372036854775808"},
    {"2-64", true, "18446744073709551616"},
    {"forty-nines", true, "9".repeat(40)},
  };

  /** A name, whether the response is fresh, and its Cache-Control lines. */
  private static final Object[][] LINES = {
    {"plain", true, "max-age=100"},
    {"capitals", true, "MAX-AGE=100"},
    {"mixed-case", true, "mAx-AgE=100"},
    {"no-argument", false, "max-age"},
    {"space-before-equals", false, "max-age =100"},
    {"colon", false, "max-age: 100"},
    {"underscore", false, "max_age=100"},
    {"spaces-around", true, "   max-age=100   "},
    {"tabs-around", true, "\tmax-age=100\t"},
    {"tabs-around-the-comma", true, "public\t,\tmax-age=100"},
    {"no-space-behind-comma", true, "public,max-age=100,no-transform"},
    {"empty-members", true, ",, ,max-age=100,,"},
    {"second-line", true, "public|max-age=100"},
    {"empty-line-first", true, "|max-age=100"},
    {"unknown-first", true, "x, max-age=100"},
    {"unknown-last", true, "max-age=100, x"},
    {"unknown-with-token", true, "x=y, max-age=100"},
    {"unknown-with-string", true, "x=\"y, z\", max-age=100"},
    {"unknown-with-escaped-quote", true, "x=\"y\\\", no-store, z\", max-age=100"},
    {"unknown-with-backslash-at-the-end", true, "x=\"y\\\\\", max-age=100"},
    {"unknown-holding-max-age-0", true, "x=\"max-age=0\", max-age=100"},
    {"unknown-holding-no-store", true, "max-age=100, x=\"no-store\""},
    {"unknown-holding-a-list-with-no-store", true, "max-age=100, x=\"a, no-store, b\""},
    {"unknown-holding-max-age-100", false, "x=\"max-age=100\""},
    {"unknown-holding-a-list-with-max-age", false, "x=\"a, max-age=100, b\""},
    {"unknown-token-argument-like-max-age", false, "x=max-age=100"},
    {"name-that-ends-like-max-age", false, "x-max-age=100"},
    {"name-that-begins-like-max-age", false, "max-age-x=100"},
    {"name-that-ends-like-no-store", true, "x-no-store, max-age=100"},
    {"name-that-begins-like-no-store", true, "no-store-x, max-age=100"},
    {"name-that-begins-like-private", true, "privately, max-age=100"},
    {"apostrophes-hide-nothing", false, "x='a, max-age=0, b', max-age=100"},
    {"unclosed-quote-hides-nothing", false, "x=\"a, no-store, max-age=100"},
    {"request-directives-mean-nothing", true, "max-age=100, only-if-cached, min-fresh=500"},
    {"same-twice", true, "max-age=100, max-age=100"},
    {"same-on-two-lines", true, "max-age=100|max-age=100"},
    {"two-zero-first", false, "max-age=0, max-age=100"},
    {"two-zero-last", false, "max-age=100, max-age=0"},
    {"two-lines-zero-first", false, "max-age=0|max-age=100"},
    {"two-lines-zero-last", false, "max-age=100|max-age=0"},
    {"two-one-invalid", false, "max-age=100, max-age=x"},
    {"two-invalid-first", false, "max-age=x, max-age=100"},
    {"no-store", false, "max-age=100, no-store"},
    {"no-store-first", false, "no-store, max-age=100"},
    {"no-store-capitals", false, "max-age=100, NO-STORE"},
    {"no-store-second-line", false, "max-age=100|no-store"},
    {"no-store-argument", false, "max-age=100, no-store=x"},
    {"no-store-tab", false, "max-age=100,\tno-store"},
    {"no-store-with-public", false, "public, max-age=100, no-store"},
    {"private", false, "max-age=100, private"},
    {"private-capitals", false, "max-age=100, Private"},
    {"private-with-public", false, "private, public, max-age=100"},
    {"private-with-s-maxage", false, "private, s-maxage=100"},
    {"private-empty-argument", false, "private=\"\", max-age=100"},
    {"private-strange-argument", false, "private=\"no field!\", max-age=100"},
    {"private-with-community", false, "private, community=\"UCI\", max-age=100"},
    {"private-qualified-and-not", false, "private=\"X-A\", private, max-age=100"},
    {"no-cache", false, "max-age=100, no-cache"},
    {"no-cache-capitals", false, "max-age=100, No-Cache"},
    {"no-cache-second-line", false, "max-age=100|no-cache"},
    {"no-cache-empty-argument", false, "no-cache=\"\", max-age=100"},
    {"no-cache-strange-argument", false, "no-cache=\"?\", max-age=100"},
    {"no-cache-with-s-maxage", false, "no-cache, s-maxage=100"},
    {"no-cache-and-immutable", false, "no-cache, immutable, max-age=100"},
    {"public-alone", false, "public"},
    {"must-revalidate", true, "max-age=100, must-revalidate"},
    {"proxy-revalidate", true, "max-age=100, proxy-revalidate"},
    {"no-transform", true, "max-age=100, no-transform"},
    {"immutable", true, "max-age=100, immutable"},
    {"immutable-alone", false, "immutable"},
    {"must-revalidate-alone", false, "must-revalidate"},
    {"s-maxage", true, "s-maxage=100"},
    {"s-maxage-capitals", true, "S-MAXAGE=100"},
    {"s-maxage-quoted", true, "s-maxage=\"100\""},
    {"s-maxage-over-max-age-0", true, "max-age=0, s-maxage=100"},
    {"s-maxage-0-over-max-age", false, "max-age=100, s-maxage=0"},
    {"s-maxage-on-another-line", true, "max-age=0|s-maxage=100"},
    {"s-maxage-invalid", false, "max-age=100, s-maxage=x"},
    {"s-maxage-negative", false, "max-age=100, s-maxage=-1"},
    {"s-maxage-without-argument", false, "max-age=100, s-maxage"},
    {"s-maxage-twice-0-first", false, "s-maxage=0, s-maxage=100"},
    {"s-maxage-twice-0-last", false, "s-maxage=100, s-maxage=0"},
    {"s-maxage-huge", true, "s-maxage=99999999999999999999"},
    {"s-max-age-is-unknown", false, "max-age=0, s-max-age=100"},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object[] row : NUMBERS) {
      boolean fresh = (boolean) row[1];
      // A little aged, so that a number cut off at its first digit shows.
      cases.add(
          Cases.decided(
              fresh,
              "cc-number/" + row[0],
              "max-age=" + row[2],
              "Cache-Control: max-age=" + row[2],
              "Age: 50"));
    }
    for (Object[] row : LINES) {
      String[] lines = ((String) row[2]).split("\\|", -1);
      for (int i = 0; i < lines.length; i++) {
        lines[i] = "Cache-Control: " + lines[i];
      }
      cases.add(Cases.decided((boolean) row[1], "cc/" + row[0], (String) row[2], lines));
    }
    cases.add(
        Case.of("cc/passed-on", "directives are passed on as they came, known or not")
            .get("Cache-Control: x=\"y, z\"", "Cache-Control: no-transform , max-stale=5")
            .origin(200, "Cache-Control: max-age=100 ,  x=\"y, z\"", "cache-control: Z")
            .originSees("Cache-Control", "x=\"y, z\"", "no-transform , max-stale=5")
            .sees("Cache-Control", "max-age=100 ,  x=\"y, z\"", "Z")
            .get()
            .fromStore()
            .sees("Cache-Control", "max-age=100 ,  x=\"y, z\"", "Z"));
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
