package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a 304, or an answer to HEAD, changes (RFC 9111 §3.2, §4.3.4, §4.3.5). */
@ExtendWith(OnStage.class)
final class UpdateConformanceTest {

  private static final String FRESH = "Cache-Control: max-age=100";
  private static final String OLD = "Age: 100";
  private static final String TAG = "ETag: \"a\"";

  /** Fields that an update replaces. */
  private static final List<String> UPDATED =
      List.of(
          "Allow",
          "Alt-Svc",
          "Clear-Site-Data",
          "Content-Disposition",
          "Content-Foo",
          "Content-Language",
          "Content-Location",
          "Content-MD5",
          "Content-Security-Policy",
          "Content-Type",
          "Link",
          "Public-Key-Pins",
          "Server",
          "Strict-Transport-Security",
          "Test-Header",
          "Warning",
          "X-Content-Foo",
          "X-Frame-Options",
          "X-Test-Header",
          "X-XSS-Protection");

  /** Fields that it doesn't: what the stored content is, and what is for one connection. */
  private static final List<String> NOT_UPDATED =
      List.of(
          "Content-Encoding",
          "Content-Range",
          "Keep-Alive",
          "Proxy-Authenticate",
          "Proxy-Authentication-Info",
          "Proxy-Connection",
          "Upgrade");

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String name : UPDATED) {
      cases.add(update(name, "new").sees(name, "new").get().fromStore(1).sees(name, "new"));
      cases.add(
          Case.of("update-adds/" + name, "a field that was not there is added")
              .get()
              .origin(200, FRESH, OLD, TAG)
              .get()
              .origin(304, FRESH, TAG, name + ": new")
              .validated(1)
              .sees(name, "new")
              .get()
              .fromStore(1)
              .sees(name, "new"));
    }
    for (String name : NOT_UPDATED) {
      boolean stored = name.startsWith("Content-");
      Case each = update(name, "new");
      cases.add(stored ? each.sees(name, "old") : each.seesNo(name));
    }
    fields(cases);
    heads(cases);
    return cases;
  }

  private static Case update(String name, String value) {
    return Case.of("update/" + name, "a 304 carries it")
        .get()
        .origin(200, FRESH, TAG, name + ": old", "X-Kept: 1")
        .get("Cache-Control: no-cache")
        .origin(304, FRESH, TAG, name + ": " + value)
        .validated(1)
        .sees("X-Kept", "1");
  }

  private static void fields(List<Case> cases) {
    cases.add(
        Case.of("update/Content-Length", "the length stays that of the stored content")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get()
            .origin(304, FRESH, TAG, "Content-Length: 77")
            .validated(1)
            .sees("Content-Length", "9")
            .get()
            .fromStore(1)
            .sees("Content-Length", "9"));
    cases.add(
        Case.of("update/Date", "the Date is that of the 304")
            .get()
            .origin(200, FRESH, OLD, TAG, "Date: {-90}")
            .get()
            .origin(304, FRESH, TAG, "Date: {-10}")
            .validated(1)
            .sees("Date", "{-10}")
            .get()
            .fromStore()
            .sees("Date", "{-10}")
            .seesAge(10));
    cases.add(
        Case.of("update/Cache-Control", "the directives are those of the 304")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get()
            .origin(304, TAG, "Cache-Control: max-age=7")
            .sees("Cache-Control", "max-age=7")
            .get()
            .fromStore(1)
            .sees("Cache-Control", "max-age=7"));
    cases.add(
        Case.of("update/Expires", "so is Expires")
            .get()
            .origin(200, "Expires: {-9}", TAG)
            .get()
            .origin(304, TAG, "Expires: {+99}")
            .validated(1)
            .get()
            .fromStore(1)
            .sees("Expires", "{+99}"));
    cases.add(
        Case.of("update/ETag", "a weak tag in a 304 replaces the strong one it confirms")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get()
            .origin(304, FRESH, "ETag: W/\"a\"")
            .validated(1)
            .sees("ETag", "W/\"a\""));
    cases.add(
        Case.of("update/Last-Modified", "Last-Modified beside the tag is updated")
            .get()
            .origin(200, FRESH, OLD, TAG, "Last-Modified: {-99}")
            .get()
            .origin(304, FRESH, TAG, "Last-Modified: {-50}")
            .validated(1)
            .sees("Last-Modified", "{-50}"));
    cases.add(
        Case.of("update/several-lines", "all lines of a name are replaced by all new ones")
            .get()
            .origin(200, FRESH, OLD, TAG, "X-A: 1", "X-A: 2", "X-B: 1")
            .get()
            .origin(304, FRESH, TAG, "X-A: 3", "X-B: 4", "x-a: 5")
            .validated(1)
            .sees("X-A", "3", "5")
            .sees("X-B", "4")
            .get()
            .fromStore(1)
            .sees("X-A", "3", "5"));
    cases.add(
        Case.of("update/Vary", "a Vary that comes with a 304 counts from then on")
            .get("X-A: 1")
            .origin(200, FRESH, OLD, TAG)
            .get("X-A: 1")
            .origin(304, FRESH, TAG, "Vary: X-A")
            .validated(1)
            .get("X-A: 1")
            .fromStore(1)
            .get("X-A: 2")
            .origin(200, FRESH, "Vary: X-A")
            .forwarded());
    cases.add(
        Case.of("update/private-field", "what a 304 marks private is for its receiver only")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get()
            .origin(304, TAG, "Cache-Control: max-age=100, private=\"X-A\"", "X-A: 1")
            .validated(1)
            .get()
            .fromStore(1)
            .seesNo("X-A"));
    cases.add(
        update("Set-Cookie", "new").sees("Set-Cookie", "new").get().sees("Set-Cookie", "old"));
    cases.add(
        Case.of("update-adds/Set-Cookie", "a cookie of a 304 is for its receiver only")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get()
            .origin(304, FRESH, TAG, "Set-Cookie: a=b")
            .validated(1)
            .sees("Set-Cookie", "a=b")
            .get()
            .fromStore(1)
            .seesNo("Set-Cookie"));
    cases.add(
        Case.of("update/session", "nor is anything else that comes with it for one who has one")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get("Cookie: sid=1")
            .origin(304, FRESH, TAG, "Set-Cookie: sid=2", "X-A: 1")
            .validated(1)
            .sees("Set-Cookie", "sid=2")
            .sees("X-A", "1")
            .get()
            .origin(304, FRESH, TAG)
            .validated(1)
            .seesNo("Set-Cookie")
            .seesNo("X-A"));
    cases.add(
        Case.of("update/etag-of-200", "the next validation asks with the newest tag")
            .get()
            .origin(200, FRESH, OLD, TAG)
            .get()
            .origin(200, FRESH, OLD, "ETag: \"b\"")
            .get()
            .origin(304, FRESH, "ETag: \"b\"")
            .originSees("If-None-Match", "\"b\"")
            .validated(2));
  }

  private static void heads(List<Case> cases) {
    cases.add(
        Case.of("head/from-get", "HEAD is answered from a stored GET")
            .get()
            .origin(200, FRESH, TAG, "X-A: 1")
            .head()
            .fromStore()
            .sees("Content-Length", "9")
            .sees("X-A", "1")
            .seesBody(""));
    cases.add(
        Case.of("head/not-for-get", "an answer to HEAD doesn't answer GET")
            .head()
            .origin(200, FRESH)
            .forwarded()
            .get()
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("head/forwarded-as-head", "a HEAD that isn't answered stays a HEAD")
            .head()
            .origin(200, FRESH, "Content-Length: 55")
            .forwarded()
            .sees("Content-Length", "55")
            .get()
            .origin(200, FRESH)
            .forwarded());
    cases.add(head("same-tag", TAG, "X-A: 2").get().fromStore(1).sees("X-A", "2").seesAge(0));
    cases.add(head("same-length", TAG, "Content-Length: 9").get().fromStore(1));
    cases.add(head("no-validator", "X-A: 2").get().fromStore(1).sees("X-A", "2"));
    cases.add(head("other-tag", "ETag: \"b\"").get().origin(200, FRESH, "ETag: \"b\"").forwarded());
    cases.add(head("other-date", "Last-Modified: {-5}").get().origin(200, FRESH).forwarded());
    cases.add(head("other-length", TAG, "Content-Length: 10").get().origin(200, FRESH).forwarded());
    cases.add(
        Case.of("head-update/cookie", "a cookie is for the one who asked")
            .get()
            .origin(200, FRESH, TAG)
            .head("Cache-Control: no-cache", "Cookie: sid=1")
            .origin(200, FRESH, TAG, "Set-Cookie: sid=2", "X-A: 1")
            .forwarded()
            .sees("Set-Cookie", "sid=2")
            .get()
            .fromStore(1)
            .seesNo("Set-Cookie")
            .seesNo("X-A"));
    cases.add(
        Case.of("head-update/fresh-is-invalidated", "what is fresh too: it has changed")
            .get()
            .origin(200, FRESH, TAG)
            .head("Cache-Control: no-cache")
            .origin(200, FRESH, "ETag: \"b\"")
            .forwarded()
            .get()
            .origin(200, FRESH, "ETag: \"b\"")
            .forwarded());
    cases.add(
        Case.of("head-update/error", "an error says nothing of the stored response")
            .get()
            .origin(200, FRESH, TAG)
            .head("Cache-Control: no-cache")
            .origin(503)
            .forwarded()
            .get()
            .fromStore(1));
    cases.add(
        Case.of("head-update/other-variant", "it speaks of what could have been chosen for it")
            .get("X-A: 1")
            .origin(200, FRESH, TAG, "Vary: X-A")
            .get("X-A: 2")
            .origin(200, FRESH, TAG, "Vary: X-A")
            .head("X-A: 2", "Cache-Control: no-cache")
            .origin(200, FRESH, "ETag: \"b\"", "Vary: X-A")
            .get("X-A: 1")
            .fromStore(1)
            .get("X-A: 2")
            .origin(200, FRESH, "Vary: X-A")
            .forwarded());
  }

  /** A stale GET, and a HEAD that is answered so. */
  private static Case head(String name, String... lines) {
    List<String> answer = new ArrayList<>(List.of(lines));
    answer.add(FRESH);
    return Case.of("head-update/" + name, String.join(", ", lines))
        .get()
        .origin(200, FRESH, OLD, TAG, "Last-Modified: {-99}", "X-A: 1")
        .head()
        .originSends("content 1", 200, answer.toArray(new String[0]))
        .forwarded();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
