package io.cachingproxy.conformance;

import io.cachingproxy.testing.ManualClock;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.RawOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What changes as time goes by (RFC 9111 §4.2; RFC 5861), to the second. */
@Tag("embedded-only")
final class ClockConformanceTest {

  private static final String TAG = "ETag: \"a\"";
  private static final String FRESH = "Cache-Control: max-age=100";

  private static final ManualClock CLOCK = new ManualClock();
  private static RawOrigin origin;
  private static ProxyUnderTest explicitOnly;
  private static ProxyUnderTest withHeuristics;

  @BeforeAll
  static void start() {
    origin = RawOrigin.start(CLOCK);
    String url = origin.url();
    explicitOnly =
        ProxyUnderTest.start(
            Map.of("origin", url, "default-ttl", "0", "heuristic-percent", "0"), CLOCK);
    withHeuristics = ProxyUnderTest.start(Map.of("origin", url, "default-ttl", "120s"), CLOCK);
  }

  @AfterAll
  static void stop() {
    explicitOnly.close();
    withHeuristics.close();
    origin.close();
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(lasts("max-age", 100, FRESH));
    cases.add(lasts("s-maxage", 100, "Cache-Control: max-age=5, s-maxage=100"));
    cases.add(lasts("expires", 100, "Expires: {+100}"));
    cases.add(lasts("expires-from-date", 100, "Expires: {+500}", "Date: {+400}"));
    cases.add(lasts("cdn", 100, "CDN-Cache-Control: max-age=100", "Cache-Control: max-age=5"));
    cases.add(lasts("less-age", 70, FRESH, "Age: 30"));
    cases.add(lasts("less-apparent-age", 70, FRESH, "Date: {-30}"));
    cases.add(lasts("leading-zeros", 100, "Cache-Control: max-age=0100"));
    cases.add(lasts("quoted", 100, "Cache-Control: max-age=\"100\""));
    cases.add(lasts("two-alike", 100, "Cache-Control: max-age=100, max-age=100"));
    cases.add(lasts("two-smaller-last", 50, "Cache-Control: max-age=100, max-age=50"));
    cases.add(lasts("two-smaller-first", 50, "Cache-Control: max-age=50, max-age=100"));
    cases.add(lasts("overflow", 8, "Cache-Control: max-age=99999999999", "Age: 2147483640"));
    cases.add(lasts("last-modified", 100, "Last-Modified: {-1000}").guessing("120s"));
    cases.add(lasts("default-ttl", 120, "X-A: 1").guessing("120s"));
    cases.add(
        lasts("last-modified-long-ago", 86400, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT")
            .guessing("120s"));
    ages(cases);
    stale(cases);
    demands(cases);
    return cases;
  }

  /** A response that is fresh for so many seconds and not one more. */
  private static Case lasts(String name, long seconds, String... lines) {
    return Case.of("lasts/" + name, String.join(", ", lines))
        .get()
        .origin(200, lines)
        .forwarded()
        .get()
        .after(seconds - 1)
        .fromStore()
        .seesCacheStatus("ttl=1")
        .get()
        .after(1)
        .origin(200, lines)
        .forwarded()
        .seesCacheStatus("fwd=stale");
  }

  private static void ages(List<Case> cases) {
    cases.add(
        Case.of("ages/resident", "the age grows by the time in the store")
            .get()
            .origin(200, FRESH, "Age: 20")
            .get()
            .after(30)
            .sees("Age", "50")
            .fromStore()
            .get()
            .after(40)
            .sees("Age", "90")
            .fromStore());
    cases.add(
        Case.of("ages/response-delay", "the time the origin took counts as age")
            .get()
            .whileOriginTakes(15)
            .origin(200, FRESH, "Age: 20", "Date: {+15}")
            .forwarded()
            .get()
            .sees("Age", "35")
            .fromStore()
            .get()
            .after(64)
            .fromStore()
            .get()
            .after(1)
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("ages/validation", "a validation makes it young again")
            .get()
            .origin(200, FRESH, TAG)
            .get()
            .after(100)
            .origin(304, TAG)
            .validated()
            .sees("Age", "0")
            .get()
            .after(99)
            .sees("Age", "99")
            .fromStore(1)
            .get()
            .after(1)
            .origin(304, TAG)
            .validated());
    cases.add(
        Case.of("ages/head", "an answer to HEAD does, too")
            .get()
            .origin(200, FRESH, TAG)
            .head()
            .after(100)
            .origin(200, FRESH, TAG, "Content-Length: 9")
            .forwarded()
            .get()
            .after(60)
            .sees("Age", "60")
            .fromStore(1));
    cases.add(
        Case.of("ages/not-modified", "the 304 to a client says the age as well")
            .get()
            .origin(200, FRESH, TAG)
            .get("If-None-Match: \"a\"")
            .after(33)
            .status(304)
            .sees("Age", "33")
            .fromStore());
    cases.add(
        Case.of("ages/date", "the Date stays that of the response")
            .get()
            .origin(200, FRESH, "Date: {+0}")
            .get()
            .after(33)
            .sees("Date", "{+0}")
            .fromStore());
    cases.add(
        Case.of("ages/date-added", "where it had none, that of its arrival")
            .get()
            .origin(200, Reply.Manner.DATELESS, FRESH)
            .sees("Date", "{+0}")
            .get()
            .after(33)
            .sees("Date", "{+0}")
            .sees("Age", "33")
            .fromStore());
  }

  private static void stale(List<Case> cases) {
    cases.add(
        Case.of("window/stale-while-revalidate", "counts from when the response became stale")
            .get()
            .origin(200, FRESH + ", stale-while-revalidate=20", TAG)
            .get()
            .after(121)
            .origin(304, FRESH + ", stale-while-revalidate=20", TAG)
            .validated()
            .get()
            .after(119)
            .origin(304, FRESH, TAG)
            .fromStoreAndRefreshed()
            .sees("Age", "119"));
    cases.add(
        Case.of("window/stale-if-error", "likewise")
            .get()
            .origin(200, FRESH + ", stale-if-error=20")
            .get()
            .after(119)
            .origin(503)
            .staleInstead(1)
            .get()
            .after(2)
            .origin(503)
            .status(503)
            .forwarded());
    cases.add(
        Case.of("window/stale-if-error-of-the-request", "likewise")
            .get()
            .origin(200, FRESH)
            .get("Cache-Control: stale-if-error=20")
            .after(119)
            .origin(503)
            .staleInstead(1)
            .get("Cache-Control: stale-if-error=20")
            .after(2)
            .origin(503)
            .status(503)
            .forwarded());
    cases.add(
        Case.of("window/max-stale", "likewise")
            .get()
            .origin(200, FRESH)
            .get("Cache-Control: max-stale=20")
            .after(120)
            .fromStore()
            .get("Cache-Control: max-stale=20")
            .after(1)
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("window/disconnected", "a cache that is cut off may serve stale, until it isn't")
            .get()
            .origin(200, FRESH)
            .get()
            .after(500)
            .origin(Reply.Manner.CLOSED)
            .staleInstead(1)
            .sees("Age", "500")
            .get()
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("window/must-revalidate", "has no effect while fresh, and forbids all afterwards")
            .get()
            .origin(200, FRESH + ", must-revalidate")
            .get()
            .after(99)
            .fromStore()
            .get("Cache-Control: max-stale")
            .after(1)
            .origin(Reply.Manner.CLOSED)
            .status(504));
  }

  private static void demands(List<Case> cases) {
    cases.add(
        Case.of("demand/max-age", "an age equal to the client's max-age will do")
            .get()
            .origin(200, FRESH)
            .get("Cache-Control: max-age=30")
            .after(30)
            .fromStore()
            .get("Cache-Control: max-age=30")
            .after(1)
            .origin(200, FRESH)
            .forwarded());
    cases.add(
        Case.of("demand/min-fresh", "as many seconds left as min-fresh will do")
            .get()
            .origin(200, FRESH)
            .get("Cache-Control: min-fresh=30")
            .after(70)
            .fromStore()
            .get("Cache-Control: min-fresh=30")
            .after(1)
            .origin(200, FRESH)
            .forwarded());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each) throws Exception {
    boolean heuristics = !"0".equals(each.settings().get("default-ttl"));
    CasePlayer.play(each, heuristics ? withHeuristics : explicitOnly, origin, CLOCK);
  }
}
