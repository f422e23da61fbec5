package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Selecting among stored responses (RFC 9111 §4, §4.1; RFC 9110 §12.5.5). */
@ExtendWith(OnStage.class)
final class VaryConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";

  /** A name, whether they match, Vary, the fields of the first and of the second request. */
  private static final Object[][] PAIRS = {
    {"same", true, "X-A", "X-A: 1", "X-A: 1"},
    {"other", false, "X-A", "X-A: 1", "X-A: 2"},
    {"name-in-other-case", true, "x-a", "X-A: 1", "x-A: 1"},
    {"value-in-other-case", false, "X-A", "X-A: a", "X-A: A"},
    {"missing-in-both", true, "X-A", "", ""},
    {"missing-in-the-second", false, "X-A", "X-A: 1", ""},
    {"missing-in-the-first", false, "X-A", "", "X-A: 1"},
    {"missing-and-empty", false, "X-A", "", "X-A:"},
    {"empty-and-missing", false, "X-A", "X-A:", ""},
    {"empty-in-both", true, "X-A", "X-A:", "X-A: "},
    {"unnamed-field", true, "X-A", "X-A: 1|X-B: 1", "X-A: 1|X-B: 2"},
    {"two-same", true, "X-A, X-B", "X-A: 1|X-B: 2", "X-B: 2|X-A: 1"},
    {"two-first-differs", false, "X-A, X-B", "X-A: 1|X-B: 2", "X-A: 9|X-B: 2"},
    {"two-second-differs", false, "X-A, X-B", "X-A: 1|X-B: 2", "X-A: 1|X-B: 9"},
    {"two-swapped", false, "X-A, X-B", "X-A: 1|X-B: 2", "X-A: 2|X-B: 1"},
    {"three-third-differs", false, "X-A, X-B,X-C", "X-A: 1|X-C: 2", "X-A: 1|X-C: 9"},
    {"lines-second-differs", false, "X-A|Vary: X-B", "X-A: 1|X-B: 2", "X-A: 1|X-B: 9"},
    {"lines-same", true, "X-A|Vary: X-B", "X-A: 1|X-B: 2", "X-A: 1|X-B: 2"},
    {"empty-members", true, ",X-A , ,", "X-A: 1", "X-A: 1"},
    {"empty-members-differ", false, ",X-A , ,", "X-A: 1", "X-A: 2"},
    {"empty", true, "", "X-A: 1", "X-A: 2"},
    {"any", false, "*", "X-A: 1", "X-A: 1"},
    {"any-last", false, "X-A, *", "X-A: 1", "X-A: 1"},
    {"any-first", false, "*, X-A", "X-A: 1", "X-A: 1"},
    {"any-among-empty", false, ", *,", "", ""},
    {"any-on-a-line", false, "X-A|Vary: *", "X-A: 1", "X-A: 1"},
    {"star-in-a-name", true, "X-*", "", ""},
    {"spaces-around", true, "X-A", "X-A: 1", "X-A:   1\t"},
    {"spaces-at-commas", true, "X-A", "X-A: 1,2", "X-A: 1 ,  2"},
    {"spaces-elsewhere", false, "X-A", "X-A: a b", "X-A: a  b"},
    {"lines-and-list", true, "X-A", "X-A: 1|X-A: 2", "X-A: 1, 2"},
    {"list-and-lines", true, "X-A", "X-A: 1, 2", "X-A: 1|X-A: 2"},
    {"order-of-an-unknown-list", false, "X-A", "X-A: 1, 2", "X-A: 2, 1"},
    {"order-of-lines", false, "X-A", "X-A: 1|X-A: 2", "X-A: 2|X-A: 1"},
    {"comma-in-a-string", false, "X-A", "X-A: \"1,2\"", "X-A: \"1, 2\""},
    {"cookie", false, "Cookie", "Cookie: a=b", "Cookie: a=c"},
    {"user-agent", false, "User-Agent", "User-Agent: a", "User-Agent: b"},
    {"referer", true, "Referer", "Referer: http://a/", "Referer: http://a/"},
    {"origin", false, "Origin", "Origin: http://a", "Origin: http://b"},
    {"authorization", false, "Authorization", "", "Authorization: Basic eA=="},
    {"language-case", true, "Accept-Language", "Accept-Language: en-GB", "Accept-Language: EN-gb"},
    {
      "language-order-of-equals",
      true,
      "Accept-Language",
      "Accept-Language: en, de",
      "Accept-Language: de, en"
    },
    {
      "language-order-with-weights",
      true,
      "Accept-Language",
      "Accept-Language: en;q=0.5, de",
      "Accept-Language: de, en;q=0.5"
    },
    {
      "language-spelling-of-weights",
      true,
      "Accept-Language",
      "Accept-Language: en;q=0.5",
      "Accept-Language: en ; Q=0.500"
    },
    {
      "language-weight-one",
      true,
      "Accept-Language",
      "Accept-Language: en",
      "Accept-Language: en;q=1.000"
    },
    {
      "language-other-weights",
      false,
      "Accept-Language",
      "Accept-Language: en;q=0.5, de",
      "Accept-Language: en;q=0.6, de"
    },
    {
      "language-lines",
      true,
      "Accept-Language",
      "Accept-Language: en|Accept-Language: de;q=0.1",
      "Accept-Language: en,de;q=0.1"
    },
    {"language-more", false, "Accept-Language", "Accept-Language: en", "Accept-Language: en, de"},
    {"language-subtag", false, "Accept-Language", "Accept-Language: en", "Accept-Language: en-GB"},
    {
      "encoding-order",
      true,
      "Accept-Encoding",
      "Accept-Encoding: gzip, br",
      "Accept-Encoding: br,gzip"
    },
    {"encoding-case", true, "Accept-Encoding", "Accept-Encoding: GZIP", "Accept-Encoding: gzip"},
    {"encoding-other", false, "Accept-Encoding", "Accept-Encoding: gzip", "Accept-Encoding: br"},
    {"encoding-missing", false, "Accept-Encoding", "Accept-Encoding: gzip", ""},
    {"accept-order", true, "Accept", "Accept: text/html, image/png", "Accept: image/PNG,text/html"},
    {"accept-other", false, "Accept", "Accept: text/html", "Accept: text/plain"},
    {"accept-parameters", false, "Accept", "Accept: text/html;level=1", "Accept: text/html"},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object[] row : PAIRS) {
      String[] lines = ("Vary: " + row[2] + "|" + FRESH).split("\\|", -1);
      Case each =
          Case.of("vary/" + row[0], row[2] + ": " + row[3] + " / " + row[4])
              .get(fields(row[3]))
              .origin(200, lines)
              .forwarded()
              .get(fields(row[4]))
              .origin(200, lines);
      cases.add((boolean) row[1] ? each.fromStore(1) : each.forwarded());
    }
    several(cases);
    preferred(cases);
    return cases;
  }

  private static String[] fields(Object lines) {
    String text = (String) lines;
    return text.isEmpty() ? new String[0] : text.split("\\|", -1);
  }

  private static void several(List<Case> cases) {
    String vary = "Vary: X-A";
    cases.add(
        Case.of("variants/each-its-own", "several variants are stored side by side")
            .get("X-A: 1")
            .origin(200, FRESH, vary)
            .get("X-A: 2")
            .origin(200, FRESH, vary)
            .forwarded()
            .get()
            .origin(200, FRESH, vary)
            .forwarded()
            .get("X-A: 1")
            .fromStore(1)
            .get("X-A: 2")
            .fromStore(2)
            .get()
            .fromStore(3));
    cases.add(
        Case.of(
                "variants/newer-replaces",
                "a newer one takes the place of that with the same values")
            .get("X-A: 1")
            .origin(200, FRESH, vary)
            .get("X-A: 1", "Cache-Control: no-cache")
            .origin(200, FRESH, vary)
            .forwarded()
            .get("X-A: 1")
            .fromStore(2));
    cases.add(
        Case.of("variants/most-recent", "of several that match, the most recent by Date")
            .get("X-A: 1", "X-B: 1")
            .origin(200, FRESH, "Vary: X-A", "Date: {-10}")
            .get("X-A: 2", "X-B: 1")
            .origin(200, FRESH, "Vary: X-B", "Date: {-30}")
            .forwarded()
            .get("X-A: 1", "X-B: 1")
            .fromStore(1));
    cases.add(
        Case.of("variants/most-recent-stored-last", "the other way round")
            .get("X-A: 1", "X-B: 1")
            .origin(200, FRESH, "Vary: X-A", "Date: {-30}")
            .get("X-A: 2", "X-B: 1")
            .origin(200, FRESH, "Vary: X-B", "Date: {-10}")
            .forwarded()
            .get("X-A: 1", "X-B: 1")
            .fromStore(2));
    cases.add(
        Case.of("variants/other-vary", "each response is matched by its own Vary")
            .get("X-A: 1", "X-B: 1")
            .origin(200, FRESH, "Vary: X-A")
            .get("X-A: 2", "X-B: 1")
            .origin(200, FRESH, "Vary: X-A, X-B")
            .forwarded()
            .get("X-A: 1", "X-B: 9")
            .fromStore(1)
            .get("X-A: 2", "X-B: 9")
            .origin(200, FRESH, "Vary: X-A, X-B")
            .forwarded());
    cases.add(
        Case.of("variants/vary-omitted-by-default", "one with a Vary is chosen before one without")
            .get("X-A: 1")
            .origin(200, FRESH, vary, "Date: {-20}")
            .get("X-A: 2")
            .origin(200, FRESH, "Date: {-10}")
            .forwarded()
            .get("X-A: 1")
            .fromStore(1)
            .get("X-A: 2")
            .fromStore(2));
    cases.add(
        Case.of(
                "variants/vary-given-up",
                "an answer without Vary replaces what the request selected")
            .get("X-A: 1")
            .origin(200, FRESH, vary)
            .get("X-A: 1", "Cache-Control: no-cache")
            .origin(200, FRESH)
            .forwarded()
            .get("X-A: 1")
            .fromStore(2));
    cases.add(
        Case.of("variants/vary-miss", "Cache-Status tells a variant from a URI that is missing")
            .get("X-A: 1")
            .origin(200, FRESH, vary)
            .seesCacheStatus("fwd=uri-miss")
            .get("X-A: 2")
            .origin(200, FRESH, vary)
            .seesCacheStatus("fwd=vary-miss"));
    cases.add(
        Case.of("variants/vary-any-keeps-others", "Vary: * matches nothing and harms nothing")
            .get("X-A: 1")
            .origin(200, FRESH, vary)
            .get("X-A: 2")
            .origin(200, FRESH, "Vary: *")
            .forwarded()
            .get("X-A: 1")
            .fromStore(1));
    cases.add(
        Case.of("variants/stale-one", "a stale variant doesn't make the others stale")
            .get("X-A: 1")
            .origin(200, FRESH, vary, "Age: 100", "ETag: \"a\"")
            .get("X-A: 2")
            .origin(200, FRESH, vary, "ETag: \"b\"")
            .get("X-A: 2")
            .fromStore(2)
            .get("X-A: 1")
            .origin(200, FRESH, vary, "ETag: \"c\"")
            .forwarded());
  }

  private static void preferred(List<Case> cases) {
    cases.add(
        Case.of("preferred/language", "the stored language is what the request prefers")
            .get("Accept-Language: de, en;q=0.5")
            .origin(200, FRESH, "Vary: Accept-Language", "Content-Language: de")
            .get("Accept-Language: de")
            .fromStore());
    cases.add(
        Case.of("preferred/other-language", "it is not what the request prefers")
            .get("Accept-Language: de, en;q=0.5")
            .origin(200, FRESH, "Vary: Accept-Language", "Content-Language: de")
            .get("Accept-Language: en, de;q=0.5")
            .origin(200, FRESH, "Vary: Accept-Language", "Content-Language: en")
            .forwarded()
            .get("Accept-Language: en")
            .fromStore(2));
    cases.add(
        Case.of("preferred/coding", "the stored coding is what the request prefers")
            .get("Accept-Encoding: gzip, br;q=0.5")
            .origin(200, FRESH, "Vary: Accept-Encoding", "Content-Encoding: gzip")
            .get("Accept-Encoding: gzip")
            .fromStore());
    cases.add(
        Case.of("preferred/refused-coding", "a weight of 0 refuses it")
            .get("Accept-Encoding: gzip")
            .origin(200, FRESH, "Vary: Accept-Encoding", "Content-Encoding: gzip")
            .get("Accept-Encoding: gzip;q=0")
            .origin(200, FRESH, "Vary: Accept-Encoding")
            .forwarded());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
