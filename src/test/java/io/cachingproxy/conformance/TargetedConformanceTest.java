package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CDN-Cache-Control (RFC 9213) and Cache-Status (RFC 9211). */
@ExtendWith(OnStage.class)
final class TargetedConformanceTest {

  private static final String LONG = "Cache-Control: max-age=100";
  private static final String NONE = "Cache-Control: no-store";

  /** A name, and a CDN-Cache-Control that counts and says that the response is fresh. */
  private static final String[][] FRESH = {
    {"max-age", "max-age=100"},
    {"s-maxage", "s-maxage=100"},
    {"s-maxage-over-max-age", "max-age=0, s-maxage=100"},
    {"spaces", "  max-age=100  "},
    {"tabs", "public\t,\tmax-age=100"},
    {"several", "public, max-age=100, must-revalidate"},
    {"true", "public=?1, max-age=100"},
    {"parameters", "max-age=100;x=1;y"},
    {"unknown", "x, y=1, z=\"s\", t=tok, max-age=100"},
    {"unknown-of-any-type", "x=1.5, y=:eA==:, z=(a b), max-age=100"},
    {"unknown-holding-no-store", "x=\"no-store\", max-age=100"},
    {"last-of-two", "max-age=0, max-age=100"},
    {"two-lines", "public|CDN-Cache-Control: max-age=100"},
    {"last-of-two-lines", "max-age=0|CDN-Cache-Control: max-age=100"},
    {"leading-zeros", "max-age=000100"},
    {"fifteen-digits", "max-age=999999999999999"},
    {"private-fields", "max-age=100, private=\"X-A\""},
    {"stale-directives", "max-age=100, stale-while-revalidate=5, stale-if-error=5"},
  };

  /** A CDN-Cache-Control that counts and says that the response is not to be reused. */
  private static final String[][] STALE = {
    {"no-store", "no-store"},
    {"no-store-and-max-age", "max-age=100, no-store"},
    {"no-cache", "max-age=100, no-cache"},
    {"private", "max-age=100, private"},
    {"max-age-0", "max-age=0"},
    {"negative", "max-age=-100"},
    {"first-of-two", "max-age=100, max-age=0"},
    {"no-lifetime", "none"},
    {"s-maxage-0", "max-age=100, s-maxage=0"},
  };

  /** A CDN-Cache-Control that does not count: it is no dictionary, or has values of wrong types. */
  private static final String[][] INVALID = {
    {"empty", ""},
    {"spaces-only", "   "},
    {"quoted-number", "max-age=\"100\""},
    {"single-quotes", "max-age='100'"},
    {"decimal", "max-age=100.0"},
    {"token-for-number", "max-age=abc"},
    {"no-number", "max-age"},
    {"true-for-number", "max-age=?1"},
    {"empty-argument", "max-age="},
    {"list-for-number", "max-age=(100)"},
    {"sixteen-digits", "max-age=9999999999999999"},
    {"letters-behind", "max-age=100a"},
    {"capitals", "MAX-AGE=100"},
    {"capital", "Max-age=100"},
    {"space-before-equals", "max-age =100"},
    {"space-behind-equals", "max-age= 100"},
    {"semicolon", "max-age=100; , public"},
    {"trailing-comma", "max-age=100,"},
    {"leading-comma", ",max-age=100"},
    {"two-commas", "public,,max-age=100"},
    {"garbage", "&max-age=100"},
    {"garbage-behind", "max-age=100, &"},
    {"unclosed-string", "x=\"y, max-age=100"},
    {"obs-text", "x=\"\u00e9\", max-age=100"},
    {"number-for-flag", "max-age=100, public=1"},
    {"string-for-flag", "max-age=100, must-revalidate=\"x\""},
    {"false-for-flag", "max-age=100, no-store=?0"},
    {"token-for-fields", "max-age=100, private=x-a"},
    {"second-line-broken", "max-age=100|CDN-Cache-Control: &"},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String[] row : FRESH) {
      cases.add(Cases.reused("cdn/" + row[0], row[1], lines(row[1], NONE)));
    }
    for (String[] row : STALE) {
      cases.add(Cases.notReused("cdn/" + row[0], row[1], lines(row[1], LONG)));
    }
    for (String[] row : INVALID) {
      cases.add(Cases.reused("cdn-invalid/" + row[0] + "-fresh", row[1], lines(row[1], LONG)));
      cases.add(Cases.notReused("cdn-invalid/" + row[0] + "-stale", row[1], lines(row[1], NONE)));
    }
    cases.add(
        Cases.notReused(
            "cdn/over-expires",
            "Expires is ignored with it",
            "CDN-Cache-Control: max-age=0",
            "Expires: {+1000}"));
    cases.add(
        Cases.notReused(
            "cdn/expires-is-no-substitute",
            "even where it gives no lifetime",
            "CDN-Cache-Control: public",
            "Expires: {+1000}"));
    cases.add(
        Cases.reused(
            "cdn/over-past-expires",
            "a past one as well",
            "CDN-Cache-Control: max-age=100",
            "Expires: 0"));
    cases.add(
        Cases.notReused(
            "cdn/age", "the age counts as always", "CDN-Cache-Control: max-age=100", "Age: 100"));
    cases.add(
        Cases.reused(
            "cdn/name-in-capitals",
            "field names have no case",
            "CDN-CACHE-CONTROL: max-age=100",
            NONE));
    cases.add(
        Case.of("cdn/passed-on", "it goes on to the client as it came, beside Cache-Control")
            .get()
            .origin(200, "CDN-Cache-Control: max-age=100 , x", LONG)
            .sees("CDN-Cache-Control", "max-age=100 , x")
            .sees("Cache-Control", "max-age=100")
            .get()
            .fromStore()
            .sees("CDN-Cache-Control", "max-age=100 , x")
            .sees("Cache-Control", "max-age=100"));
    cases.add(
        Case.of("cdn/updated-by-304", "a 304 updates it")
            .get()
            .origin(200, "CDN-Cache-Control: max-age=0", "ETag: \"a\"")
            .get()
            .origin(304, "CDN-Cache-Control: max-age=100", "ETag: \"a\"")
            .validated()
            .get()
            .fromStore());
    cases.add(
        Case.of("cdn/another-field", "the list of targeted fields is the operator's")
            .with("targeted-cache-control", "Example-Cache-Control,CDN-Cache-Control")
            .get()
            .origin(200, "CDN-Cache-Control: no-store", "Example-Cache-Control: max-age=100", NONE)
            .get()
            .fromStore());
    cases.add(
        Case.of("cdn/another-field-invalid", "the next in the list counts if the first is invalid")
            .with("targeted-cache-control", "Example-Cache-Control,CDN-Cache-Control")
            .get()
            .origin(200, "CDN-Cache-Control: max-age=100", "Example-Cache-Control: &", NONE)
            .get()
            .fromStore());
    cases.add(
        Cases.notReused(
            "cdn/other-targets",
            "what is for others means nothing here",
            "Example-Cache-Control: max-age=100",
            "Surrogate-Control: max-age=100",
            NONE));
    status(cases);
    return cases;
  }

  private static String[] lines(String targeted, String cacheControl) {
    return ("CDN-Cache-Control: " + targeted + "|" + cacheControl).split("\\|", -1);
  }

  private static void status(List<Case> cases) {
    cases.add(
        Case.of("cache-status/stored-and-hit", "miss, stored, then hit with the time left")
            .get()
            .origin(200, LONG, "Age: 1")
            .seesCacheStatus("fwd=uri-miss")
            .seesCacheStatus("stored")
            .get()
            .fromStore()
            .seesCacheStatus("hit"));
    cases.add(
        Case.of("cache-status/stale", "a stale response was forwarded, and what the origin said")
            .get()
            .origin(200, LONG, "Age: 100", "ETag: \"a\"")
            .get()
            .origin(304, LONG, "ETag: \"a\"")
            .seesCacheStatus("fwd=stale")
            .seesCacheStatus("fwd-status=304"));
    cases.add(
        Case.of("cache-status/request", "the request forbade to use it")
            .get()
            .origin(200, LONG)
            .get("Cache-Control: no-cache")
            .origin(200, LONG)
            .seesCacheStatus("fwd=request"));
    cases.add(
        Case.of("cache-status/method", "the method is never answered from the store")
            .send("POST")
            .origin(200)
            .seesCacheStatus("fwd=method"));
    cases.add(
        Case.of("cache-status/appended", "what the caches before us said stays in front")
            .get()
            .origin(200, LONG, "Cache-Status: \"origin cache\"; hit")
            .seesCacheStatus("fwd=uri-miss")
            .get()
            .seesCacheStatus("hit"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
