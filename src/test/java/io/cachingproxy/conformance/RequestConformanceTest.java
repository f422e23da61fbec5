package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What requests ask of a cache (RFC 9111 §5.2.1, §5.4), and what they do not. */
@ExtendWith(OnStage.class)
final class RequestConformanceTest {

  private static final String TAG = "ETag: \"a\"";

  /** Whether it is met by a response that is 20 seconds old and fresh for another 80. */
  private static final Object[][] DEMANDS = {
    {"max-age-above", true, "Cache-Control: max-age=60"},
    {"max-age-below", false, "Cache-Control: max-age=10"},
    {"max-age-0", false, "Cache-Control: max-age=0"},
    {"max-age-huge", true, "Cache-Control: max-age=99999999999999999999"},
    {"max-age-quoted", false, "Cache-Control: max-age=\"10\""},
    {"max-age-capitals", false, "Cache-Control: MAX-AGE=10"},
    {"max-age-among-others", false, "Cache-Control: x, max-age=10, y=\"max-age=99\""},
    {"max-age-second-line", false, "Cache-Control: x|Cache-Control: max-age=10"},
    {"max-age-twice", false, "Cache-Control: max-age=10, max-age=60"},
    {"max-age-in-an-argument", true, "Cache-Control: x=\"max-age=10\""},
    {"max-age-below-with-max-stale", false, "Cache-Control: max-age=10, max-stale=10"},
    {"max-age-garbage", true, "Cache-Control: max-age=x"},
    {"max-age-negative", true, "Cache-Control: max-age=-1"},
    {"max-age-empty", true, "Cache-Control: max-age="},
    {"max-age-no-argument", true, "Cache-Control: max-age"},
    {"max-age-float", true, "Cache-Control: max-age=0.5"},
    {"max-age-single-quotes", true, "Cache-Control: max-age='0'"},
    {"s-maxage", true, "Cache-Control: s-maxage=0"},
    {"min-fresh-below", true, "Cache-Control: min-fresh=50"},
    {"min-fresh-above", false, "Cache-Control: min-fresh=90"},
    {"min-fresh-huge", false, "Cache-Control: min-fresh=99999999999999999999"},
    {"min-fresh-0", true, "Cache-Control: min-fresh=0"},
    {"min-fresh-garbage", true, "Cache-Control: min-fresh=x"},
    {"min-fresh-negative", true, "Cache-Control: min-fresh=-90"},
    {"min-fresh-with-max-stale", false, "Cache-Control: min-fresh=90, max-stale"},
    {"max-stale-alone", true, "Cache-Control: max-stale"},
    {"no-cache", false, "Cache-Control: no-cache"},
    {"no-cache-capitals", false, "Cache-Control: NO-CACHE"},
    {"no-cache-with-max-age", false, "Cache-Control: no-cache, max-age=60"},
    {"no-cache-and-only-if-cached-missing", true, "Cache-Control: no-cached"},
    {"no-cache-in-an-argument", true, "Cache-Control: x=\"no-cache\""},
    {"no-store", true, "Cache-Control: no-store"},
    {"no-transform", true, "Cache-Control: no-transform"},
    {"only-if-cached", true, "Cache-Control: only-if-cached"},
    {"private", true, "Cache-Control: private"},
    {"must-revalidate", true, "Cache-Control: must-revalidate"},
    {"public", true, "Cache-Control: public"},
    {"unknown", true, "Cache-Control: nothing-to-see-here"},
    {"unknown-with-argument", true, "Cache-Control: nothing=\"to see, here\""},
    {"empty", true, "Cache-Control:"},
    {"commas", true, "Cache-Control: ,,,"},
    {"garbage", true, "Cache-Control: =;\"\\"},
    {"pragma", false, "Pragma: no-cache"},
    {"pragma-capitals", false, "Pragma: No-Cache"},
    {"pragma-among-others", false, "Pragma: foo, no-cache"},
    {"pragma-foo", true, "Pragma: foo"},
    {"pragma-empty", true, "Pragma:"},
    {"pragma-garbage", true, "Pragma: x=\"no-cache\""},
    {"pragma-with-cache-control", true, "Pragma: no-cache|Cache-Control: max-age=60"},
    {"pragma-with-unknown-directive", true, "Pragma: no-cache|Cache-Control: x"},
    {"unknown-field", true, "X-Whatever: no-cache"},
    {"accept", true, "Accept: image/x"},
    {"user-agent", true, "User-Agent: someone else"},
    {"referer", true, "Referer: http://example.org/"},
    {"origin", true, "Origin: http://example.org"},
    {"cookie", true, "Cookie: a=b"},
    {"authorization", true, "Authorization: Basic eA=="},
    {"te", true, "TE: trailers"},
    {"expect-nothing", true, "Prefer: wait=5"},
    {"early-data", true, "Early-Data: 1"},
    {"age-in-a-request", true, "Age: 5000"},
    {"expires-in-a-request", true, "Expires: 0"},
    {"vary-in-a-request", true, "Vary: *"},
    {"cdn-cache-control-in-a-request", true, "CDN-Cache-Control: no-store"},
    {"cache-status-in-a-request", true, "Cache-Status: x; fwd=miss"},
    {"method-override", true, "X-HTTP-Method-Override: POST"},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object[] row : DEMANDS) {
      Case each =
          Case.of("request/" + row[0], (String) row[2])
              .get()
              .origin(200, "Cache-Control: max-age=100", "Age: 20", TAG)
              .get(((String) row[2]).split("\\|", -1))
              .origin(304, "Cache-Control: max-age=100", "Age: 20", TAG);
      cases.add((boolean) row[1] ? each.fromStore() : each.validated());
    }
    for (String demand : List.of("no-cache", "max-age=0", "min-fresh=900")) {
      cases.add(
          Case.of("request-ignored/" + demand, "an operator may ignore what clients demand")
              .with("client-cache-control", "ignore")
              .get()
              .origin(200, "Cache-Control: max-age=100", TAG)
              .get("Cache-Control: " + demand, "Pragma: no-cache")
              .fromStore());
    }
    ignored(cases);
    onlyIfCached(cases);
    retries(cases);
    return cases;
  }

  private static void ignored(List<Case> cases) {
    cases.add(
        Case.of("request-ignored/max-stale", "nor does a client get what is stale")
            .with("client-cache-control", "ignore")
            .get()
            .origin(200, "Cache-Control: max-age=100", "Age: 100", TAG)
            .get("Cache-Control: max-stale")
            .origin(304, "Cache-Control: max-age=100", TAG)
            .validated(1));
    cases.add(
        Case.of("request-ignored/stale-if-error", "nor in place of an error")
            .with("client-cache-control", "ignore")
            .get()
            .origin(200, "Cache-Control: max-age=100", "Age: 100", TAG)
            .get("Cache-Control: stale-if-error=900")
            .origin(503)
            .status(503));
    cases.add(
        Case.of("request-ignored/no-store", "nor does it keep an answer from others")
            .with("client-cache-control", "ignore")
            .get("Cache-Control: no-store")
            .origin(200, "Cache-Control: max-age=100")
            .forwarded()
            .get()
            .fromStore(1));
    cases.add(
        Case.of("request-ignored/only-if-cached", "nor is it kept from the origin")
            .with("client-cache-control", "ignore")
            .get("Cache-Control: only-if-cached")
            .origin(200, "Cache-Control: max-age=100")
            .forwarded());
  }

  private static void onlyIfCached(List<Case> cases) {
    cases.add(
        Case.of("only-if-cached/nothing", "504, and the origin is not asked")
            .get("Cache-Control: only-if-cached")
            .status(504)
            .asked(0));
    cases.add(
        Case.of("only-if-cached/stale", "a stale response is none")
            .get()
            .origin(200, "Cache-Control: max-age=100", "Age: 100", TAG)
            .get("Cache-Control: only-if-cached")
            .status(504)
            .asked(0));
    cases.add(
        Case.of("only-if-cached/other-variant", "nor is another variant")
            .get("X-A: 1")
            .origin(200, "Cache-Control: max-age=100", "Vary: X-A")
            .get("X-A: 2", "Cache-Control: only-if-cached")
            .status(504)
            .asked(0));
    cases.add(
        Case.of("only-if-cached/no-cache", "nor one that needs validation")
            .get()
            .origin(200, "Cache-Control: max-age=100", TAG)
            .get("Cache-Control: only-if-cached, no-cache")
            .status(504)
            .asked(0));
    cases.add(
        Case.of("only-if-cached/too-old", "nor one that the client finds too old")
            .get()
            .origin(200, "Cache-Control: max-age=100", "Age: 20", TAG)
            .get("Cache-Control: only-if-cached, max-age=10")
            .status(504)
            .asked(0));
    cases.add(
        Case.of("only-if-cached/condition", "a condition is met from the store")
            .get()
            .origin(200, "Cache-Control: max-age=100", TAG)
            .get("Cache-Control: only-if-cached", "If-None-Match: \"a\"")
            .status(304)
            .fromStore());
  }

  private static void retries(List<Case> cases) {
    for (String method : List.of("POST", "PATCH", "FOO")) {
      cases.add(
          Case.of("retry/" + method, "what is not idempotent is never sent twice")
              .get()
              .origin(200, "Cache-Control: no-store")
              .send(method)
              .origin(Reply.Manner.CLOSED)
              .asked(1)
              .status(502));
    }
    for (int status : new int[] {408, 421, 425, 429, 500, 503}) {
      cases.add(
          Case.of("retry/" + status, "an answer is passed on, not asked for again")
              .get()
              .origin(status)
              .asked(1)
              .status(status)
              .forwarded());
    }
    cases.add(
        Case.of("retry/part", "a response that has begun is not asked for again")
            .get()
            .origin(200, Reply.Manner.SHORT)
            .asked(1)
            .truncated());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
