package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client's own conditions mean (RFC 9111 §4.3.2; RFC 9110 §13, §15.4.5). */
@ExtendWith(OnStage.class)
final class PreconditionConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";

  /** A name, whether it matches, the stored ETag, the If-None-Match lines. */
  private static final Object[][] TAGS = {
    {"same", true, "\"a\"", "\"a\""},
    {"other", false, "\"a\"", "\"b\""},
    {"case", false, "\"a\"", "\"A\""},
    {"weak-stored", true, "W/\"a\"", "\"a\""},
    {"weak-asked", true, "\"a\"", "W/\"a\""},
    {"both-weak", true, "W/\"a\"", "W/\"a\""},
    {"both-weak-other", false, "W/\"a\"", "W/\"b\""},
    {"list-first", true, "\"a\"", "\"a\", \"b\""},
    {"list-last", true, "\"a\"", "\"b\",\"c\" , \"a\""},
    {"list-none", false, "\"a\"", "\"b\", \"c\""},
    {"list-weak", true, "\"a\"", "W/\"b\", W/\"a\""},
    {"lines", true, "\"a\"", "\"b\"|\"a\""},
    {"lines-none", false, "\"a\"", "\"b\"|\"c\""},
    {"empty-members", true, "\"a\"", ",, \"a\" ,"},
    {"spaces", true, "\"a\"", "   \"a\"  "},
    {"any", true, "\"a\"", "*"},
    {"any-without-tag", true, null, "*"},
    {"any-in-quotes", false, "\"a\"", "\"*\""},
    {"comma-in-tag", true, "\"a,b\"", "\"a,b\""},
    {"part-of-comma-tag", false, "\"a,b\"", "\"a\", \"b\""},
    {"prefix", false, "\"abc\"", "\"ab\""},
    {"substring", false, "\"a\"", "\"xax\""},
    {"empty-tag", true, "\"\"", "\"\""},
    {"backslash", true, "\"a\\b\"", "\"a\\b\""},
    {"obs-text", true, "\"\u00e9\"", "\"\u00e9\""},
    {"unquoted-both", true, "a", "a"},
    {"unquoted-in-list", true, "a", "b, a"},
    {"no-tag-stored", false, null, "\"a\""},
    {"empty", false, "\"a\"", ""},
  };

  /** A name, whether it is unmodified, the stored fields, If-Modified-Since. */
  private static final Object[][] DATES = {
    {"equal", true, "Last-Modified: {-100}", "{-100}"},
    {"later", true, "Last-Modified: {-100}", "{-99}"},
    {"much-later", true, "Last-Modified: {-100}", "{+1000}"},
    {"earlier", false, "Last-Modified: {-100}", "{-101}"},
    {"equal-rfc850", true, "Last-Modified: {-100}", "{850-100}"},
    {"equal-asctime", true, "Last-Modified: {-100}", "{asc-100}"},
    {"earlier-rfc850", false, "Last-Modified: {-100}", "{850-101}"},
    {"earlier-asctime", false, "Last-Modified: {-100}", "{asc-101}"},
    {"stored-rfc850", true, "Last-Modified: {850-100}", "{-100}"},
    {"stored-asctime", true, "Last-Modified: {asc-100}", "{-100}"},
    {"invalid", false, "Last-Modified: {-100}", "yesterday"},
    {"zero", false, "Last-Modified: {-100}", "0"},
    {"empty", false, "Last-Modified: {-100}", ""},
    {"other-zone", false, "Last-Modified: {-100}", "Thu, 01 Dec 2044 16:00:00 EST"},
    {"two-lines", false, "Last-Modified: {-100}", "{-100}|If-Modified-Since: {-100}"},
    {"by-date", true, "Date: {-50}", "{-50}"},
    {"by-date-later", true, "Date: {-50}", "{-40}"},
    {"by-date-earlier", false, "Date: {-50}", "{-51}"},
    {"stored-invalid", true, "Last-Modified: x|Date: {-50}", "{-50}"},
    {"with-tag-stored", true, "Last-Modified: {-100}|ETag: \"a\"", "{-100}"},
    {"none-match-first", false, "Last-Modified: {-100}|ETag: \"a\"", "{-100}|If-None-Match: \"b\""},
    {"none-match-alone", true, "Last-Modified: {-100}|ETag: \"a\"", "{-200}|If-None-Match: \"a\""},
    {"both", true, "Last-Modified: {-100}|ETag: \"a\"", "{-100}|If-None-Match: \"a\""},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object[] row : TAGS) {
      String[] stored =
          row[2] == null ? new String[] {FRESH} : new String[] {FRESH, "ETag: " + row[2]};
      String[] asked = ((String) row[3]).split("\\|", -1);
      for (int i = 0; i < asked.length; i++) {
        asked[i] = "If-None-Match: " + asked[i];
      }
      cases.add(conditional("none-match/" + row[0], (boolean) row[1], stored, asked));
    }
    for (Object[] row : DATES) {
      String[] stored = (FRESH + "|" + row[2]).split("\\|", -1);
      String[] asked = ("If-Modified-Since: " + row[3]).split("\\|", -1);
      cases.add(conditional("modified-since/" + row[0], (boolean) row[1], stored, asked));
    }
    fields(cases);
    others(cases);
    return cases;
  }

  private static Case conditional(String id, boolean met, String[] stored, String[] asked) {
    return Case.of(id, String.join(", ", asked))
        .get()
        .origin(200, stored)
        .get(asked)
        .fromStore()
        .status(met ? 304 : 200);
  }

  private static void fields(List<Case> cases) {
    cases.add(
        Case.of(
                "not-modified/fields",
                "a 304 has the fields it must have, and no others of the content")
            .get()
            .origin(
                200,
                FRESH,
                "ETag: \"a\"",
                "Vary: X-A",
                "Expires: {+99}",
                "Date: {-5}",
                "Content-Location: /x",
                "Content-Type: text/x",
                "Last-Modified: {-100}",
                "X-A: 1")
            .get("If-None-Match: \"a\"")
            .status(304)
            .fromStore()
            .sees("ETag", "\"a\"")
            .sees("Vary", "X-A")
            .sees("Expires", "{+99}")
            .sees("Cache-Control", "max-age=100")
            .sees("Content-Location", "/x")
            .sees("Date", "{-5}")
            .seesNo("Content-Type")
            .seesNo("Content-Length")
            .seesNo("Last-Modified")
            .seesAge(5));
    cases.add(
        Case.of("not-modified/last-modified", "Last-Modified is sent where there is no ETag")
            .get()
            .origin(200, FRESH, "Last-Modified: {-100}")
            .get("If-Modified-Since: {-100}")
            .status(304)
            .sees("Last-Modified", "{-100}"));
    cases.add(
        Case.of("not-modified/head", "HEAD is answered alike")
            .get()
            .origin(200, FRESH, "ETag: \"a\"")
            .head("If-None-Match: \"a\"")
            .status(304)
            .fromStore());
  }

  private static void others(List<Case> cases) {
    cases.add(
        Case.of("conditional/not-stored", "a condition about what is not stored is the origin's")
            .get("If-None-Match: \"a\"", "If-Modified-Since: {-9}")
            .origin(304, "ETag: \"a\"")
            .originSees("If-None-Match", "\"a\"")
            .originSees("If-Modified-Since", "{-9}")
            .status(304)
            .forwarded());
    cases.add(
        Case.of("conditional/not-stored-200", "and a full answer to it is stored")
            .get("If-None-Match: \"b\"")
            .origin(200, FRESH, "ETag: \"a\"")
            .status(200)
            .forwarded()
            .get()
            .fromStore());
    for (String field :
        List.of("If-Match: \"a\"", "If-Match: *", "If-Unmodified-Since: {+9}", "If-Match: \"b\"")) {
      cases.add(
          Case.of(
                  "conditional/" + field.replace('"', '\'').replace(": ", "-"),
                  "is for the origin to evaluate")
              .get()
              .origin(200, FRESH, "ETag: \"a\"", "Last-Modified: {-9}")
              .get(field)
              .origin(412)
              .originSees(
                  field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 2))
              .status(412)
              .forwarded()
              .get()
              .fromStore(1));
    }
    cases.add(
        Case.of("conditional/404", "a condition doesn't turn an error into a 304")
            .get()
            .origin(404, FRESH, "ETag: \"a\"")
            .get("If-None-Match: \"a\"")
            .status(404)
            .fromStore());
    cases.add(
        Case.of("conditional/redirect", "nor a redirect")
            .get()
            .origin(301, FRESH, "Location: /x", "ETag: \"a\"")
            .get("If-None-Match: \"a\"")
            .status(301)
            .fromStore());
    cases.add(
        Case.of("conditional/412-not-stored", "an error made by a condition is for nobody else")
            .get("If-Match: \"a\"")
            .origin(412, FRESH)
            .status(412)
            .forwarded()
            .get()
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("conditional/unsafe", "conditions of unsafe requests are the origin's")
            .get()
            .origin(200, FRESH, "ETag: \"a\"")
            .send("PUT", "If-None-Match: \"a\"")
            .origin(412)
            .originSees("If-None-Match", "\"a\"")
            .status(412)
            .forwarded()
            .get()
            .fromStore(1));
    cases.add(
        Case.of("conditional/no-store", "a condition with no-store is met from the store")
            .get()
            .origin(200, FRESH, "ETag: \"a\"")
            .get("If-None-Match: \"a\"", "Cache-Control: no-store")
            .status(304)
            .fromStore());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
