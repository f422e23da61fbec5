package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What unsafe requests make invalid (RFC 9111 §4, §4.4). */
@ExtendWith(OnStage.class)
final class InvalidationConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String method :
        List.of("POST", "PUT", "DELETE", "PATCH", "MKCOL", "LOCK", "FOO", "M-SEARCH", "get")) {
      cases.add(target(method, 200, true));
    }
    for (String method : List.of("HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH")) {
      cases.add(target(method, 200, false));
    }
    for (int status : new int[] {201, 202, 204, 205, 299, 300, 301, 302, 303, 304, 307, 399}) {
      cases.add(target("POST", status, true));
      cases.add(target("PUT", status, true));
    }
    for (int status : new int[] {400, 401, 403, 404, 409, 412, 418, 499, 500, 501, 503, 599}) {
      cases.add(target("POST", status, false));
      cases.add(target("DELETE", status, false));
    }
    for (String field : List.of("Location", "Content-Location")) {
      for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "FOO")) {
        cases.add(named(method + "-" + field, method, 200, field + ": other").forwarded());
      }
      cases.add(named("201-" + field, "POST", 201, field + ": other").forwarded());
      cases.add(named("303-" + field, "POST", 303, field + ": ./x/../other").forwarded());
      cases.add(named("400-" + field, "POST", 400, field + ": other").fromStore(1));
      cases.add(named("500-" + field, "POST", 500, field + ": other").fromStore(1));
      cases.add(named("get-" + field, "GET", 200, field + ": other").fromStore(1));
      cases.add(
          named("absolute-" + field, "POST", 201, field + ": http://{origin}{root}other")
              .forwarded());
      cases.add(named("path-" + field, "POST", 201, field + ": {root}x/../other").forwarded());
      cases.add(
          named("network-path-" + field, "POST", 201, field + ": //{origin}{root}other")
              .forwarded());
      cases.add(
          named("other-port-" + field, "POST", 201, field + ": http://127.0.0.1:1{root}other")
              .fromStore(1));
      cases.add(
          Case.of("invalidate-named/as-the-client-sees-it-" + field, "the name in its Host")
              .get("Host: site.example")
              .at("other")
              .origin(200, FRESH)
              .send("POST", "Host: site.example")
              .origin(201, field + ": http://site.example{root}other")
              .get("Host: site.example")
              .at("other")
              .origin(200, FRESH)
              .forwarded());
      cases.add(
          named("host-" + field, "POST", 200, field + ": http://example.org/other").fromStore(1));
      cases.add(named("scheme-" + field, "POST", 200, field + ": ftp:other").fromStore(1));
      cases.add(named("fragment-" + field, "POST", 201, field + ": other#part").forwarded());
      cases.add(named("garbage-" + field, "POST", 201, field + ": http://[").fromStore(1));
      cases.add(named("query-" + field, "POST", 201, field + ": other?q").fromStore(1));
    }
    cases.add(named("both", "POST", 201, "Location: x", "Content-Location: other").forwarded());
    cases.add(
        Case.of("invalidate/all-variants", "every stored response of the URI")
            .get("X-A: 1")
            .origin(200, FRESH, "Vary: X-A")
            .get("X-A: 2")
            .origin(200, FRESH, "Vary: X-A")
            .send("POST")
            .origin(204)
            .get("X-A: 1")
            .origin(200, FRESH, "Vary: X-A")
            .forwarded()
            .get("X-A: 2")
            .origin(200, FRESH, "Vary: X-A")
            .forwarded());
    cases.add(
        Case.of("invalidate/this-uri-only", "not what has another query or path")
            .get()
            .origin(200, FRESH)
            .get()
            .at("?a")
            .origin(200, FRESH)
            .get()
            .at("sub")
            .origin(200, FRESH)
            .send("DELETE")
            .origin(200)
            .get()
            .at("?a")
            .fromStore(2)
            .get()
            .at("sub")
            .fromStore(3));
    cases.add(
        Case.of("invalidate/no-answer", "no answer is no non-error answer")
            .get()
            .origin(200, FRESH)
            .send("POST")
            .content("x")
            .origin(Reply.Manner.CLOSED)
            .status(502)
            .get()
            .fromStore(1));
    cases.add(
        Case.of("invalidate/stored-again", "what comes afterwards is stored")
            .get()
            .origin(200, FRESH)
            .send("PUT")
            .origin(204)
            .get()
            .origin(200, FRESH)
            .forwarded()
            .get()
            .fromStore(3));
    cases.add(
        Case.of("unsafe/written-through", "no unsafe request is answered from the store")
            .get()
            .origin(200, FRESH)
            .send("POST", "Cache-Control: only-if-cached, max-stale")
            .origin(200)
            .forwarded()
            .asked(1));
    return cases;
  }

  private static Case target(String method, int status, boolean invalidates) {
    Case each =
        Case.of("invalidate/" + method + "-" + status, "the target URI")
            .get()
            .origin(200, FRESH)
            .send(method, "Cache-Control: no-cache")
            .origin(status)
            .get()
            .origin(200, FRESH);
    return invalidates ? each.forwarded() : each.fromStore(1);
  }

  private static Case named(String name, String method, int status, String... lines) {
    return Case.of("invalidate-named/" + name, String.join(", ", lines))
        .get()
        .at("other")
        .origin(200, FRESH)
        .send(method)
        .origin(status, lines)
        .get()
        .at("other")
        .origin(200, FRESH);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
