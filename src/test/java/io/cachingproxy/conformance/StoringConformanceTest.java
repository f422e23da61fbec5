package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which requests and responses are stored at all (RFC 9111 §3, §3.3, §3.5, §5.2.2, §7.3). */
@ExtendWith(OnStage.class)
final class StoringConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";

  /** A directive, and whether it lets a shared cache store an authorized response. */
  private static final Object[][] AUTHORIZED = {
    {"nothing", false, "max-age=100"},
    {"public", true, "max-age=100, public"},
    {"must-revalidate", true, "max-age=100, must-revalidate"},
    {"s-maxage", true, "s-maxage=100"},
    {"proxy-revalidate", false, "max-age=100, proxy-revalidate"},
    {"immutable", false, "max-age=100, immutable"},
    {"no-transform", false, "max-age=100, no-transform"},
    {"public-and-private", false, "max-age=100, public, private"},
    {"public-in-an-argument", false, "max-age=100, x=\"public\""},
    {"public-capitals", true, "max-age=100, PUBLIC"},
  };

  /** What the qualified forms say, and what is left of X-A and X-B in an answer from the store. */
  private static final Object[][] QUALIFIED = {
    {"one", "=\"X-A\"", false, true},
    {"lower-case", "=\"x-a\"", false, true},
    {"token", "=x-a", false, true},
    {"two", "=\"X-A, X-B\"", false, false},
    {"two-without-space", "=\"X-A,X-B\"", false, false},
    {"two-with-tabs", "=\"\tX-A\t,\tX-B\t\"", false, false},
    {"empty-members", "=\", X-A,,\"", false, true},
    {"other", "=\"X-C\"", true, true},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    methods(cases);
    posts(cases);
    for (Object[] row : AUTHORIZED) {
      Case each =
          Case.of("authorization/" + row[0], (String) row[2])
              .get("Authorization: Basic eA==")
              .origin(200, "Cache-Control: " + row[2])
              .forwarded()
              .get()
              .origin(200);
      cases.add((boolean) row[1] ? each.fromStore() : each.forwarded());
    }
    cases.add(
        Case.of("authorization/later", "what is stored without it may answer a request with it")
            .get()
            .origin(200, FRESH)
            .get("Authorization: Basic eA==")
            .fromStore());
    cases.add(
        Case.of("authorization/passed-on", "the origin gets it")
            .get("Authorization: Basic eA==")
            .origin(200, FRESH)
            .originSees("Authorization", "Basic eA=="));
    cases.add(
        Case.of("authorization/must-revalidate-when-stale", "and obeys the directive then")
            .get("Authorization: Basic eA==")
            .origin(200, "Cache-Control: max-age=100, must-revalidate", "Age: 100", "ETag: \"a\"")
            .get()
            .origin(Reply.Manner.CLOSED)
            .status(504));
    for (String directive : List.of("private", "no-cache")) {
      for (Object[] row : QUALIFIED) {
        Case each =
            Case.of(directive + "-qualified/" + row[0], directive + row[1])
                .get()
                .origin(200, FRESH + ", " + directive + row[1], "X-A: 1", "X-B: 2", "x-a: 3")
                .sees("X-A", "1", "3")
                .sees("X-B", "2")
                .get()
                .fromStore();
        cases.add(
            seesIf((boolean) row[3], seesIf((boolean) row[2], each, "X-A", "1", "3"), "X-B", "2"));
      }
      cases.add(
          Case.of(directive + "-qualified/set-cookie", "a cookie for its first receiver only")
              .get()
              .origin(200, FRESH + ", " + directive + "=\"Set-Cookie\"", "Set-Cookie: a=b")
              .sees("Set-Cookie", "a=b")
              .get()
              .fromStore()
              .seesNo("Set-Cookie"));
    }
    cases.add(
        Case.of("no-cache-qualified/after-validation", "the field that a 304 brings is sent on")
            .get()
            .origin(200, FRESH + ", no-cache=\"X-A\"", "X-A: 1", "ETag: \"a\"")
            .get("Cache-Control: no-cache")
            .origin(304, FRESH + ", no-cache=\"X-A\"", "ETag: \"a\"")
            .validated(1)
            .seesNo("X-A"));
    others(cases);
    incomplete(cases);
    return cases;
  }

  private static Case seesIf(boolean seen, Case each, String name, String... values) {
    return seen ? each.sees(name, values) : each.seesNo(name);
  }

  private static void methods(List<Case> cases) {
    for (String method : List.of("PUT", "DELETE", "PATCH", "POST", "OPTIONS", "REPORT", "FOO")) {
      cases.add(
          Case.of("method/" + method, "its answers are neither stored nor taken from the store")
              .get()
              .origin(200, FRESH)
              .send(method)
              .origin(404, FRESH)
              .forwarded()
              .send(method)
              .origin(404, FRESH)
              .forwarded()
              .get()
              .fromStore(1));
    }
    cases.add(
        Case.of("method/case", "methods are case-sensitive")
            .get()
            .origin(200, FRESH)
            .send("get")
            .origin(404)
            .forwarded());
    cases.add(
        Case.of("method/get-with-content", "is neither stored nor answered from the store")
            .get()
            .content("x")
            .origin(200, FRESH)
            .forwarded()
            .get()
            .origin(200, FRESH)
            .forwarded()
            .get()
            .content("x")
            .origin(200, FRESH)
            .forwarded()
            .get()
            .fromStore(2));
    cases.add(
        Case.of("method/get-with-empty-content", "is like any GET")
            .get("Content-Length: 0")
            .origin(200, FRESH)
            .forwarded()
            .get("Content-Length: 0")
            .fromStore());
  }

  private static void posts(List<Case> cases) {
    cases.add(post("same", "Content-Location: page", FRESH).fromStore());
    cases.add(post("expires", "Content-Location: page", "Expires: {+1000}").fromStore());
    cases.add(post("s-maxage", "Content-Location: page", "Cache-Control: s-maxage=9").fromStore());
    cases.add(post("path", "Content-Location: {root}page", FRESH).fromStore());
    cases.add(post("absolute", "Content-Location: http://{origin}{root}page", FRESH).fromStore());
    cases.add(post("query", "Content-Location: page?a", FRESH).forwarded());
    cases.add(post("other", "Content-Location: other", FRESH).forwarded());
    cases.add(post("other-origin", "Content-Location: http://example.org/page", FRESH).forwarded());
    cases.add(post("none", FRESH).forwarded());
    cases.add(post("invalid", "Content-Location: http://[", FRESH).forwarded());
    cases.add(post("no-freshness", "Content-Location: page", "ETag: \"a\"").forwarded());
    cases.add(
        post("no-heuristic", "Content-Location: page", "Last-Modified: {-90000}")
            .guessing("120s")
            .forwarded());
    cases.add(post("no-store", "Content-Location: page", FRESH + ", no-store").forwarded());
    cases.add(
        Case.of("post/answers-no-post", "a stored answer to POST serves GET and HEAD only")
            .send("POST")
            .at("page")
            .origin(200, FRESH, "Content-Location: page")
            .send("POST")
            .at("page")
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("post/created", "201 describes the new resource's representation elsewhere")
            .send("POST")
            .at("page")
            .origin(201, FRESH, "Content-Location: page")
            .get()
            .at("page")
            .origin(200)
            .forwarded());
  }

  private static Case post(String name, String... lines) {
    return Case.of("post/" + name, String.join(", ", lines))
        .send("POST")
        .at("page")
        .content("x=y")
        .origin(200, lines)
        .forwarded()
        .get()
        .at("page")
        .origin(200);
  }

  private static void others(List<Case> cases) {
    cases.add(
        Case.of("request-no-store/not-stored", "nothing of the answer is stored")
            .get("Cache-Control: no-store")
            .origin(200, FRESH)
            .forwarded()
            .get()
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("request-no-store/keeps", "it doesn't apply to what is stored already")
            .get()
            .origin(200, FRESH)
            .get("Cache-Control: no-store")
            .fromStore()
            .get()
            .fromStore());
    cases.add(
        Case.of("no-store/keeps", "a later no-store does not remove what is stored")
            .get()
            .origin(200, FRESH)
            .get("Cache-Control: no-cache")
            .origin(200, "Cache-Control: no-store")
            .forwarded()
            .get()
            .fromStore(1));
    cases.add(
        Case.of("cookie/stored", "Set-Cookie doesn't forbid storing what is explicitly fresh")
            .get()
            .origin(200, FRESH, "Set-Cookie: a=b", "Set-Cookie: c=d; Path=/")
            .get()
            .fromStore()
            .sees("Set-Cookie", "a=b", "c=d; Path=/"));
    cases.add(
        Case.of("cookie/of-the-request", "a Cookie doesn't forbid it either")
            .get("Cookie: a=b")
            .origin(200, FRESH)
            .get()
            .fromStore());
    cases.add(
        Case.of("cookie/bypass", "an operator may keep cookies out of the store")
            .with("cookies", "bypass")
            .get()
            .origin(200, FRESH, "Set-Cookie: a=b")
            .forwarded()
            .get()
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Cases.reused(
            "store/pragma-in-a-response", "was never specified", FRESH, "Pragma: no-cache"));
    cases.add(Cases.reused("store/warning", "means nothing any more", FRESH, "Warning: 110 - x"));
    cases.add(
        Case.of("store/query", "a query is part of the key")
            .get()
            .at("?a=1")
            .origin(200, FRESH)
            .get()
            .at("?a=2")
            .origin(200, FRESH)
            .forwarded()
            .get()
            .origin(200, FRESH)
            .forwarded()
            .get()
            .at("?a=1")
            .fromStore(1)
            .get()
            .at("?a=2")
            .fromStore(2)
            .get()
            .fromStore(3));
    cases.add(
        Case.of("store/percent-encoding", "the bytes count, equivalent or not")
            .get()
            .at("~a%2fb")
            .origin(200, FRESH)
            .get()
            .at("%7Ea%2fb")
            .origin(200, FRESH)
            .forwarded()
            .get()
            .at("~a%2Fb")
            .origin(200, FRESH)
            .forwarded()
            .get()
            .at("~a%2fb")
            .fromStore(1)
            .get()
            .at("~a/b")
            .origin(200, FRESH)
            .forwarded());
  }

  private static void incomplete(List<Case> cases) {
    for (Reply.Manner manner : List.of(Reply.Manner.SHORT, Reply.Manner.UNENDED)) {
      cases.add(
          Case.of("incomplete/" + manner, "a part that looked like the whole would be a lie")
              .get()
              .origin(200, manner, FRESH)
              .truncated()
              .get()
              .origin(200, FRESH)
              .forwarded());
    }
    cases.add(
        Case.of("incomplete/204-with-length", "the status says that there is no content")
            .get()
            .origin(204, FRESH, "ETag: \"a\"")
            .forwarded()
            .get()
            .status(204)
            .fromStore());
    cases.add(
        Case.of("trailers/not-merged", "trailer fields are not header fields")
            .get()
            .origin(200, Reply.Manner.CHUNKED, FRESH, "Trailer: X-Trailer")
            .forwarded()
            .seesNo("X-Trailer")
            .get()
            .fromStore()
            .seesNo("X-Trailer"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
