package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the cache asks whether what it has still holds (RFC 9111 §4.3.1, §4.3.3). */
@ExtendWith(OnStage.class)
final class ValidationConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";
  private static final String OLD = "Age: 100";

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    requests(cases);
    responses(cases);
    variants(cases);
    return cases;
  }

  private static void requests(List<Case> cases) {
    for (String tag :
        List.of("\"a\"", "W/\"a\"", "\"\"", "\"a,b\"", "\"a b\"", "\"\u00e9\"", "a")) {
      cases.add(
          Case.of("validate/tag-" + tag.replace('"', '\''), "the tag is sent as it came")
              .get()
              .origin(200, FRESH, OLD, "ETag: " + tag)
              .get()
              .origin(304, FRESH, "ETag: " + tag)
              .originSees("If-None-Match", tag)
              .originSees("If-Modified-Since")
              .validated()
              .seesAge(0)
              .get()
              .fromStore());
    }
    for (String date : List.of("{-9}", "{850-9}", "{asc-9}")) {
      cases.add(
          Case.of("validate/modified-" + date, "Last-Modified is sent as it came")
              .get()
              .origin(200, FRESH, OLD, "Last-Modified: " + date)
              .get()
              .origin(304, FRESH, "Last-Modified: " + date)
              .originSees("If-Modified-Since", date)
              .originSees("If-None-Match")
              .validated()
              .get()
              .fromStore());
    }
    cases.add(
        Case.of("validate/both", "both are sent where there are both")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"", "Last-Modified: {-9}")
            .get()
            .origin(304, FRESH, "ETag: \"a\"")
            .originSees("If-None-Match", "\"a\"")
            .originSees("If-Modified-Since", "{-9}")
            .validated());
    cases.add(
        Case.of("validate/invalid-date", "a Last-Modified that is no date is no validator")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"", "Last-Modified: yesterday")
            .get()
            .origin(304, FRESH, "ETag: \"a\"")
            .originSees("If-Modified-Since")
            .validated());
    cases.add(
        Case.of("validate/no-validator", "without one the whole is asked for")
            .get()
            .origin(200, FRESH + ", stale-if-error=1", OLD)
            .get()
            .origin(200, FRESH)
            .originSees("If-None-Match")
            .originSees("If-Modified-Since")
            .forwarded()
            .get()
            .fromStore(2));
    cases.add(
        Case.of("validate/own-conditions", "the client's condition gives way to the cache's own")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get("If-None-Match: \"x\"", "If-Modified-Since: {-9}")
            .origin(304, FRESH, "ETag: \"a\"")
            .originIsAskedAbout("\"a\"")
            .originSees("If-Modified-Since")
            .status(200)
            .validated(1));
    cases.add(
        Case.of("validate/client-is-up-to-date", "the client's own condition is met by the 304")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get("If-None-Match: \"a\"")
            .origin(304, FRESH, "ETag: \"a\"")
            .status(304)
            .sees("ETag", "\"a\"")
            .get()
            .fromStore(1));
    cases.add(
        Case.of(
                "validate/client-without-condition",
                "a client without a condition never gets a 304")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"", FRESH)
            .status(200)
            .validated());
    for (String demand : List.of("no-cache", "max-age=0")) {
      cases.add(
          Case.of("validate/asked-for-" + demand, "a client asks for validation of what is fresh")
              .get()
              .origin(200, FRESH, "ETag: \"a\"")
              .get("Cache-Control: " + demand)
              .origin(304, FRESH, "ETag: \"a\"")
              .originSees("If-None-Match", "\"a\"")
              .originSees("Cache-Control", demand)
              .validated());
    }
    cases.add(
        Case.of("validate/no-cache-response", "no-cache: each use needs a validation")
            .get()
            .origin(200, FRESH + ", no-cache", "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"")
            .validated()
            .get()
            .origin(304, "ETag: \"a\"")
            .validated()
            .get()
            .origin(200, FRESH + ", no-cache", "ETag: \"b\"")
            .forwarded());
    cases.add(
        Case.of("validate/max-age-0", "a response that is never fresh is validated each time")
            .get()
            .origin(200, "Cache-Control: max-age=0", "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"")
            .validated()
            .get()
            .origin(304, "ETag: \"a\"")
            .validated());
    cases.add(
        Case.of("validate/no-freshness", "nor one that has nothing but a validator")
            .get()
            .origin(200, "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"")
            .validated());
    cases.add(
        Case.of("validate/404", "a stored error is validated like anything else")
            .get()
            .origin(404, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, FRESH, "ETag: \"a\"")
            .status(404)
            .validated());
  }

  private static void responses(List<Case> cases) {
    cases.add(
        Case.of("validated/by-200", "a full answer replaces what is stored")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"", "X-A: 1")
            .get()
            .origin(200, FRESH, "ETag: \"b\"")
            .forwarded()
            .get()
            .fromStore(2)
            .sees("ETag", "\"b\"")
            .seesNo("X-A"));
    cases.add(
        Case.of("validated/by-200-no-store", "a full answer that may not be stored is passed on")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(200, "Cache-Control: no-store")
            .forwarded()
            .get()
            .origin(200, "Cache-Control: no-store")
            .forwarded());
    for (int status : new int[] {500, 502, 503, 504, 505, 599}) {
      cases.add(
          Case.of("validated/by-" + status, "an error is passed on, and what is stored stays")
              .get()
              .origin(200, FRESH, OLD, "ETag: \"a\"")
              .get()
              .origin(status)
              .status(status)
              .forwarded()
              .get()
              .origin(304, FRESH, "ETag: \"a\"")
              .validated(1));
    }
    cases.add(
        Case.of("validated/by-404", "an answer that is no server error replaces it")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(404, FRESH)
            .status(404)
            .forwarded()
            .get()
            .status(404)
            .fromStore(2));
    cases.add(
        Case.of(
                "validated/other-tag",
                "a 304 that confirms something else makes it ask for the whole")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, FRESH, "ETag: \"b\"", "X-A: 1")
            .origin(200, FRESH, "ETag: \"b\"")
            .asked(2)
            .status(200)
            .forwarded()
            .seesNo("X-A")
            .get()
            .fromStore(3));
    cases.add(
        Case.of("validated/other-tag-same-date", "the tag decides, not the date beside it")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"", "Last-Modified: {-99}")
            .get()
            .origin(304, FRESH, "ETag: \"b\"", "Last-Modified: {-99}")
            .origin(200, FRESH, "ETag: \"b\"")
            .asked(2)
            .forwarded());
    cases.add(
        Case.of("validated/other-date", "a 304 of another date confirms nothing")
            .get()
            .origin(200, FRESH, OLD, "Last-Modified: {-99}")
            .get()
            .origin(304, FRESH, "Last-Modified: {-50}")
            .origin(200, FRESH)
            .asked(2)
            .forwarded());
    cases.add(
        Case.of("validated/date-in-another-form", "the same date in another form confirms")
            .get()
            .origin(200, FRESH, OLD, "Last-Modified: {-99}")
            .get()
            .origin(304, FRESH, "Last-Modified: {850-99}")
            .validated());
    cases.add(
        Case.of("validated/weak-for-strong", "a weak tag confirms the strong one of the same text")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, FRESH, "ETag: W/\"a\"")
            .validated());
    cases.add(
        Case.of("validated/strong-for-weak", "a strong tag doesn't confirm a weak one (§4.3.4)")
            .get()
            .origin(200, FRESH, OLD, "ETag: W/\"a\"")
            .get()
            .origin(304, FRESH, "ETag: \"a\"")
            .origin(200, FRESH, "ETag: \"a\"")
            .asked(2)
            .forwarded());
    cases.add(
        Case.of(
                "validated/no-validator-in-304",
                "doubtful: it is taken for the only response that was asked about")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, FRESH)
            .validated()
            .get()
            .fromStore()
            .sees("ETag", "\"a\""));
    cases.add(
        Case.of("validated/age-starts-anew", "the age counts from the validation")
            .get()
            .origin(200, FRESH, "Age: 150", "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"")
            .validated()
            .get()
            .fromStore()
            .seesAge(0));
    cases.add(
        Case.of("validated/age-of-the-304", "or from what the 304 says of its own age")
            .get()
            .origin(200, FRESH, "Age: 150", "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"", "Age: 40")
            .validated()
            .get()
            .fromStore()
            .seesAge(40));
    cases.add(
        Case.of("validated/shorter-lifetime", "the lifetime is that of the updated fields")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"", "Cache-Control: max-age=10", "Age: 20")
            .validated()
            .get()
            .origin(304, "ETag: \"a\"")
            .validated());
    for (String directive : List.of("no-store", "private")) {
      cases.add(
          Case.of("validated/by-304-" + directive, "serves this request, and updates nothing")
              .get()
              .origin(200, FRESH, OLD, "ETag: \"a\"", "X-A: 1")
              .get()
              .origin(304, "ETag: \"a\"", "Cache-Control: max-age=100, " + directive, "X-A: 2")
              .validated(1)
              .get()
              .origin(304, "ETag: \"a\"", FRESH)
              .validated(1)
              .sees("X-A", "1"));
    }
    cases.add(
        Case.of("validated/by-304-no-cache", "a 304 with no-cache: validated each time from now on")
            .get()
            .origin(200, FRESH, OLD, "ETag: \"a\"")
            .get()
            .origin(304, "ETag: \"a\"", "Cache-Control: no-cache")
            .validated()
            .get()
            .origin(304, "ETag: \"a\"", "Cache-Control: no-cache")
            .validated());
  }

  private static void variants(List<Case> cases) {
    cases.add(
        Case.of("validate/all-variants", "the tags of all variants are sent, the 304 picks one")
            .get("X-A: 1")
            .origin(200, FRESH, OLD, "Vary: X-A", "ETag: \"a\"")
            .get("X-A: 2")
            .origin(200, FRESH, OLD, "Vary: X-A", "ETag: \"b\"")
            .get("X-A: 1")
            .origin(304, FRESH, "ETag: \"b\"", "Vary: X-A")
            .originIsAskedAbout("\"a\"", "\"b\"")
            .originSees("If-Modified-Since")
            .validated(2));
    cases.add(
        Case.of("validate/all-variants-own", "the variant that was selected before is confirmed")
            .get("X-A: 1")
            .origin(200, FRESH, OLD, "Vary: X-A", "ETag: \"a\"")
            .get("X-A: 2")
            .origin(200, FRESH, OLD, "Vary: X-A", "ETag: \"b\"")
            .get("X-A: 1")
            .origin(304, FRESH, "ETag: \"a\"", "Vary: X-A")
            .validated(1)
            .get("X-A: 1")
            .fromStore(1)
            .get("X-A: 2")
            .origin(304, FRESH, "ETag: \"b\"", "Vary: X-A")
            .validated(2));
    cases.add(
        Case.of(
                "validate/variants-without-a-hint",
                "a 304 that names none of several confirms none")
            .get("X-A: 1")
            .origin(200, FRESH, OLD, "Vary: X-A", "ETag: \"a\"")
            .get("X-A: 2")
            .origin(200, FRESH, OLD, "Vary: X-A", "ETag: \"b\"")
            .get("X-A: 1")
            .origin(304, FRESH)
            .origin(200, FRESH, "Vary: X-A", "ETag: \"a\"")
            .asked(2)
            .forwarded());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
