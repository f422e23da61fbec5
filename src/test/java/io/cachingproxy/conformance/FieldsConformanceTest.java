package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which fields are stored, passed on and replayed (RFC 9111 §3.1, §4; RFC 9110 §7.6.1). */
@ExtendWith(OnStage.class)
final class FieldsConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";

  private static final List<String> HOP_BY_HOP =
      List.of(
          "Keep-Alive: timeout=5",
          "Proxy-Connection: keep-alive",
          "Proxy-Authenticate: Basic realm=x",
          "Proxy-Authentication-Info: x=y",
          "Proxy-Authorization: Basic eA==",
          "TE: trailers",
          "Upgrade: foo");

  private static final List<String> END_TO_END =
      List.of(
          "Accept-Ranges: none",
          "Allow: GET",
          "Alt-Svc: h2=\":1\"",
          "Clear-Site-Data: \"cache\"",
          "Content-Disposition: attachment",
          "Content-Encoding: x-foo",
          "Content-Foo: bar",
          "Content-Language: de, en",
          "Content-Location: /x",
          "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==",
          "Content-Security-Policy: default-src 'none'",
          "Content-Type: text/x-foo",
          "ETag: \"a\"",
          "Expires: {+50}",
          "Last-Modified: {-50}",
          "Link: </a>; rel=next",
          "Location: /y",
          "Pragma: foo",
          "Public-Key-Pins: x",
          "Retry-After: 5",
          "Server: x",
          "Set-Cookie: a=b; HttpOnly",
          "Strict-Transport-Security: max-age=1",
          "Trailer: X-T",
          "Vary: X-V",
          "Warning: 110 - old",
          "WWW-Authenticate: Basic realm=x, Foo",
          "X-Frame-Options: DENY",
          "X-XSS-Protection: 1",
          "X-Unknown: whatever");

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String line : HOP_BY_HOP) {
      String name = line.substring(0, line.indexOf(':'));
      cases.add(
          Case.of("hop-by-hop/response-" + name, "is for one connection, not for the store")
              .get()
              .origin(200, FRESH, line)
              .seesNo(name)
              .get()
              .fromStore()
              .seesNo(name));
      if (!name.equals("TE") && !name.equals("Upgrade")) {
        cases.add(
            Case.of("hop-by-hop/request-" + name, "is for one connection, not for the origin")
                .get(line)
                .origin(200, FRESH)
                .originSees(name));
      }
    }
    for (String line : END_TO_END) {
      String name = line.substring(0, line.indexOf(':'));
      String value = line.substring(line.indexOf(':') + 2);
      cases.add(
          Case.of("end-to-end/" + name, "is kept and replayed as it came")
              .get()
              .origin(200, FRESH, line)
              .sees(name, value)
              .get()
              .fromStore()
              .sees(name, value));
    }
    connection(cases);
    fidelity(cases);
    return cases;
  }

  private static void connection(List<Case> cases) {
    cases.add(
        Case.of("connection/named", "what Connection names goes no further")
            .get()
            .origin(200, FRESH, "Connection: X-A, x-b", "X-A: 1", "X-B: 2", "X-C: 3")
            .seesNo("X-A")
            .seesNo("X-B")
            .sees("X-C", "3")
            .get()
            .fromStore()
            .seesNo("X-A")
            .seesNo("X-B")
            .sees("X-C", "3"));
    cases.add(
        Case.of("connection/lines", "on several lines too, before or behind the field")
            .get()
            .origin(200, "X-A: 1", FRESH, "connection: ,x-a,", "Connection:\tX-B", "X-B: 2")
            .seesNo("X-A")
            .seesNo("X-B")
            .get()
            .fromStore()
            .seesNo("X-A")
            .seesNo("X-B"));
    cases.add(
        Case.of("connection/request", "what a client's Connection names doesn't reach the origin")
            .get("Connection: X-A", "X-A: 1", "X-C: 3")
            .origin(200, FRESH)
            .originSees("X-A")
            .originSees("X-C", "3"));
    cases.add(
        Case.of("connection/in-a-304", "nor does a 304 bring it into the store")
            .get()
            .origin(200, FRESH, "Age: 100", "ETag: \"a\"", "X-A: old")
            .get()
            .origin(304, FRESH, "ETag: \"a\"", "Connection: X-A", "X-A: new")
            .validated()
            .sees("X-A", "old")
            .get()
            .fromStore()
            .sees("X-A", "old"));
    cases.add(
        Case.of("connection/close", "closing a connection says nothing of the response")
            .get("Connection: close")
            .origin(200, FRESH, "Connection: close")
            .forwarded()
            .get()
            .fromStore());
  }

  private static void fidelity(List<Case> cases) {
    cases.add(
        Case.of("fidelity/duplicates", "several lines stay several, in order")
            .get()
            .origin(200, "X-A: 2", FRESH, "x-a: 1", "X-B: x", "X-A: 3, 4")
            .sees("X-A", "2", "1", "3, 4")
            .get()
            .fromStore()
            .sees("X-A", "2", "1", "3, 4"));
    cases.add(
        Case.of("fidelity/obs-text", "bytes above ASCII")
            .get()
            .origin(200, FRESH, "X-A: caf\u00e9 \u00ff\u0080")
            .sees("X-A", "caf\u00e9 \u00ff\u0080")
            .get()
            .fromStore()
            .sees("X-A", "caf\u00e9 \u00ff\u0080"));
    cases.add(
        Case.of("fidelity/utf-8", "bytes that happen to be UTF-8")
            .get()
            .origin(200, FRESH, "X-A: \u00c3\u00a9")
            .sees("X-A", "\u00c3\u00a9")
            .get()
            .fromStore()
            .sees("X-A", "\u00c3\u00a9"));
    cases.add(
        Case.of("fidelity/empty", "an empty value")
            .get()
            .origin(200, FRESH, "X-A:", "X-B: ")
            .sees("X-A", "")
            .get()
            .fromStore()
            .sees("X-A", "")
            .sees("X-B", ""));
    cases.add(
        Case.of("fidelity/spacing", "spaces and tabs within a value")
            .get()
            .origin(200, FRESH, "X-A: a  b\tc ,, d ;e")
            .sees("X-A", "a  b\tc ,, d ;e")
            .get()
            .fromStore()
            .sees("X-A", "a  b\tc ,, d ;e"));
    cases.add(
        Case.of("fidelity/unbalanced-quote", "no field is parsed that nobody asked for")
            .get()
            .origin(200, FRESH, "X-A: \"a, \\", "X-B: {}[]()<>@=?")
            .get()
            .fromStore()
            .sees("X-A", "\"a, \\")
            .sees("X-B", "{}[]()<>@=?"));
    cases.add(
        Case.of("fidelity/long", "a long value")
            .get()
            .origin(200, FRESH, "X-A: " + "x".repeat(4000))
            .get()
            .fromStore()
            .sees("X-A", "x".repeat(4000)));
    cases.add(
        Case.of("fidelity/odd-name", "a name of unusual characters")
            .get()
            .origin(200, FRESH, "!#$%&'*+-.^_`|~0aZ: x")
            .get()
            .fromStore()
            .sees("!#$%&'*+-.^_`|~0aZ", "x"));
    cases.add(
        Case.of("fidelity/request", "the request's fields reach the origin as they came")
            .get("X-A: 2", "x-a: 1", "X-B: a  b ,, c", "X-C:", "X-D: caf\u00e9")
            .origin(200, FRESH)
            .originSees("X-A", "2", "1")
            .originSees("X-B", "a  b ,, c")
            .originSees("X-C", "")
            .originSees("X-D", "caf\u00e9"));
    cases.add(
        Case.of("fidelity/content-length", "an answer from the store is as long as its content")
            .get()
            .origin(200, Reply.Manner.CHUNKED, FRESH)
            .get()
            .fromStore()
            .sees("Content-Length", "9"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
