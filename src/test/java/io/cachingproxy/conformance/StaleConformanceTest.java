package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Serving stale responses (RFC 9111 §4.2.4; RFC 5861) and when the origin fails. */
@ExtendWith(OnStage.class)
final class StaleConformanceTest {

  private static final String TAG = "ETag: \"a\"";

  /** Directives that forbid to serve a stale response under any circumstances. */
  private static final List<String> FORBID =
      List.of("must-revalidate", "proxy-revalidate", "s-maxage=100", "no-cache", "MUST-REVALIDATE");

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    unreachable(cases);
    errors(cases);
    whileRevalidating(cases);
    maxStale(cases);
    return cases;
  }

  /** A response that is 20 seconds stale. */
  private static Case stale(String id, String what, String... directives) {
    return Case.of(id, what)
        .get()
        .origin(
            200,
            "Cache-Control: "
                + String.join(", ", List.of("max-age=100", String.join(", ", directives))),
            "Age: 120",
            TAG);
  }

  private static void unreachable(List<Case> cases) {
    for (Reply.Manner failure : List.of(Reply.Manner.CLOSED, Reply.Manner.RESET)) {
      cases.add(
          stale("disconnected/" + failure, "a cache that is cut off may serve stale")
              .get()
              .origin(failure)
              .staleInstead(1)
              .seesAge(120)
              .head()
              .origin(failure)
              .status(200)
              .sees("X-Cache", "HIT")
              .seesAge(120));
      for (String directive : FORBID) {
        cases.add(
            stale(
                    "disconnected/" + failure + "-" + directive,
                    "but not with " + directive,
                    directive)
                .get()
                .origin(failure)
                .status(504));
      }
    }
    cases.add(
        stale("disconnected/SILENT", "an origin that doesn't answer in time")
            .with("first-byte-timeout", "2s")
            .get()
            .origin(Reply.Manner.SILENT)
            .staleInstead(1));
    cases.add(
        stale(
                "disconnected/SILENT-must-revalidate",
                "nor then with must-revalidate",
                "must-revalidate")
            .with("first-byte-timeout", "2s")
            .get()
            .origin(Reply.Manner.SILENT)
            .status(504));
    cases.add(
        Case.of("disconnected/nothing-stored", "an error is all there is to say")
            .get()
            .origin(Reply.Manner.CLOSED)
            .status(502)
            .get()
            .origin(200, "Cache-Control: max-age=100")
            .forwarded()
            .get()
            .fromStore());
    cases.add(
        stale(
                "disconnected/client-no-cache",
                "a client that refuses what is not validated gets 502")
            .get("Cache-Control: no-cache")
            .origin(Reply.Manner.CLOSED)
            .status(502));
    cases.add(
        stale("disconnected/other-variant", "another variant is no substitute")
            .get("X-A: 2")
            .at("v")
            .origin(200, "Cache-Control: max-age=100", "Age: 120", "Vary: X-A", TAG)
            .get("X-A: 3")
            .at("v")
            .origin(Reply.Manner.CLOSED)
            .status(502));
    cases.add(
        Case.of("disconnected/fresh", "what is fresh is served whether the origin is there or not")
            .get()
            .origin(200, "Cache-Control: max-age=100, must-revalidate")
            .get()
            .origin(Reply.Manner.CLOSED)
            .fromStore());
    cases.add(
        stale("disconnected/unsafe", "an unsafe request is never answered from the store")
            .send("POST")
            .content("x")
            .origin(Reply.Manner.CLOSED)
            .status(502));
    cases.add(
        stale("disconnected/back-again", "what was served stale is validated as soon as possible")
            .get()
            .origin(Reply.Manner.CLOSED)
            .staleInstead(1)
            .get()
            .origin(304, "Cache-Control: max-age=100", TAG)
            .validated(1)
            .get()
            .fromStore(1));
  }

  private static void errors(List<Case> cases) {
    for (int status : new int[] {500, 502, 503, 504}) {
      cases.add(
          stale("stale-if-error/" + status, "in the response", "stale-if-error=60")
              .get()
              .origin(status)
              .staleInstead(1)
              .seesAge(120));
      cases.add(
          stale("stale-if-error/request-" + status, "in the request")
              .get("Cache-Control: stale-if-error=60")
              .origin(status)
              .staleInstead(1));
      cases.add(
          stale("stale-if-error/over-" + status, "for so long and no longer", "stale-if-error=10")
              .get()
              .origin(status)
              .status(status)
              .forwarded());
      cases.add(
          stale("stale-if-error/without-" + status, "an error is an answer")
              .get()
              .origin(status)
              .status(status)
              .forwarded());
    }
    for (int status : new int[] {200, 301, 400, 403, 404, 410, 429, 501, 505}) {
      cases.add(
          stale("stale-if-error/not-" + status, "no error it speaks of", "stale-if-error=60")
              .get()
              .origin(status)
              .status(status)
              .forwarded());
    }
    for (Reply.Manner failure :
        List.of(Reply.Manner.CLOSED, Reply.Manner.RESET, Reply.Manner.GARBAGE)) {
      cases.add(
          stale("stale-if-error/" + failure, "no answer is an error too", "stale-if-error=60")
              .get()
              .origin(failure)
              .staleInstead(1));
    }
    for (String directive : FORBID) {
      cases.add(
          stale(
                  "stale-if-error/" + directive,
                  "but not with " + directive,
                  "stale-if-error=60",
                  directive)
              .get()
              .origin(503)
              .status(503)
              .forwarded());
    }
    for (String number : List.of("x", "-1", "\"60", "")) {
      cases.add(
          stale(
                  "stale-if-error/invalid-" + number.replace('"', '\''),
                  "an invalid number allows nothing",
                  "stale-if-error=" + number)
              .get()
              .origin(503)
              .status(503)
              .forwarded());
    }
    cases.add(
        stale(
                "stale-if-error/limits-disconnected",
                "an origin that set a limit is obeyed",
                "stale-if-error=10")
            .get()
            .origin(Reply.Manner.CLOSED)
            .status(502));
    cases.add(
        stale(
                "stale-if-error/keeps",
                "the error is not stored in place of the response",
                "stale-if-error=60")
            .get()
            .origin(503, "Cache-Control: max-age=50")
            .staleInstead(1)
            .get()
            .origin(503)
            .staleInstead(1));
    cases.add(
        stale("stale-if-error/head", "for HEAD as well", "stale-if-error=60")
            .head()
            .origin(503)
            .status(200));
  }

  private static void whileRevalidating(List<Case> cases) {
    cases.add(
        stale(
                "stale-while-revalidate/within",
                "answered at once, validated in the background",
                "stale-while-revalidate=60")
            .get()
            .origin(304, "Cache-Control: max-age=100", TAG)
            .fromStoreAndRefreshed()
            .seesBody("content 1")
            .seesAge(120)
            .originSees("If-None-Match", "\"a\""));
    cases.add(
        stale(
                "stale-while-revalidate/over",
                "for so long and no longer",
                "stale-while-revalidate=10")
            .get()
            .origin(200, "Cache-Control: max-age=100")
            .forwarded());
    cases.add(
        stale("stale-while-revalidate/zero", "0 allows nothing", "stale-while-revalidate=0")
            .get()
            .origin(200, "Cache-Control: max-age=100")
            .forwarded());
    cases.add(
        stale(
                "stale-while-revalidate/invalid",
                "nor does what is no number",
                "stale-while-revalidate=x")
            .get()
            .origin(200, "Cache-Control: max-age=100")
            .forwarded());
    for (String directive : FORBID) {
      cases.add(
          stale(
                  "stale-while-revalidate/" + directive,
                  "not with " + directive,
                  "stale-while-revalidate=60",
                  directive)
              .get()
              .origin(304, "Cache-Control: max-age=100, " + directive, TAG)
              .validated());
    }
    for (String demand : List.of("no-cache", "max-age=5", "max-age=0", "min-fresh=5")) {
      cases.add(
          stale(
                  "stale-while-revalidate/client-" + demand,
                  "not for a client that wants no stale one",
                  "stale-while-revalidate=60")
              .get("Cache-Control: " + demand)
              .origin(304, "Cache-Control: max-age=100", TAG)
              .validated());
    }
    cases.add(
        Case.of("stale-while-revalidate/fresh", "has no effect while fresh")
            .get()
            .origin(200, "Cache-Control: max-age=100, stale-while-revalidate=60")
            .get()
            .fromStore());
  }

  private static void maxStale(List<Case> cases) {
    for (String directive : List.of("max-stale", "max-stale=60", "max-stale=20000000000")) {
      cases.add(
          stale("max-stale/" + directive, "the client takes it")
              .get("Cache-Control: " + directive)
              .fromStore()
              .seesAge(120));
    }
    for (String directive :
        List.of("max-stale=10", "max-stale=0", "max-stale=x", "max-stale=-60")) {
      cases.add(
          stale("max-stale/" + directive, "the client doesn't")
              .get("Cache-Control: " + directive)
              .origin(304, "Cache-Control: max-age=100", TAG)
              .validated());
    }
    for (String directive : FORBID) {
      cases.add(
          stale("max-stale/" + directive, "the origin forbids it", directive)
              .get("Cache-Control: max-stale")
              .origin(304, "Cache-Control: max-age=100, " + directive, TAG)
              .validated());
    }
    cases.add(
        stale("max-stale/only-if-cached", "a stored response consistent with the request")
            .get("Cache-Control: only-if-cached, max-stale=60")
            .fromStore());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
