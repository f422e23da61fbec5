package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Expires, Age, Date and heuristics (RFC 9111 §4.2, §5.1, §5.3). */
@ExtendWith(OnStage.class)
final class FreshnessConformanceTest {

  /** A name, whether it is ahead, and the value of Expires. */
  private static final Object[][] EXPIRES = {
    {"imf-fixdate", true, "{+1000}"},
    {"rfc850", true, "{850+1000}"},
    {"asctime", true, "{asc+1000}"},
    {"rfc850-of-the-last-century", false, "Sunday, 06-Nov-94 08:49:37 GMT"},
    {"asctime-past", false, "Sun Nov  6 08:49:37 1994"},
    {"lower-case", true, "thu, 01 dec 2044 16:00:00 gmt"},
    {"upper-case", true, "THU, 01 DEC 2044 16:00:00 GMT"},
    {"beyond-2-31-seconds", true, "Sun, 01 Jan 2040 00:00:00 GMT"},
    {"beyond-2-32-seconds", true, "Tue, 01 Mar 2107 00:00:00 GMT"},
    {"year-9999", true, "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"leap-second", true, "Sat, 31 Dec 2044 23:59:60 GMT"},
    {"spaces-around", true, "   {+1000}\t"},
    {"zero", false, "0"},
    {"minus-one", false, "-1"},
    {"number-of-seconds", false, "1000"},
    {"unix-time", false, "4102444800"},
    {"empty", false, ""},
    {"word", false, "never"},
    {"past", false, "{-1000}"},
    {"at-date", false, "{+0}"},
    {"quoted", false, "\"{+1000}\""},
    {"iso-8601", false, "2044-12-01T16:00:00Z"},
    {"two-digit-year", false, "Thu, 01 Dec 44 16:00:00 GMT"},
    {"three-digit-year", false, "Thu, 01 Dec 244 16:00:00 GMT"},
    {"five-digit-year", false, "Thu, 01 Dec 12044 16:00:00 GMT"},
    {"one-digit-day", false, "Thu, 1 Dec 2044 16:00:00 GMT"},
    {"one-digit-hour", false, "Thu, 01 Dec 2044 6:00:00 GMT"},
    {"no-seconds", false, "Thu, 01 Dec 2044 16:00 GMT"},
    {"fraction-of-seconds", false, "Thu, 01 Dec 2044 16:00:00.000 GMT"},
    {"hour-24", false, "Thu, 01 Dec 2044 24:00:00 GMT"},
    {"minute-60", false, "Thu, 01 Dec 2044 16:60:00 GMT"},
    {"day-32", false, "Thu, 32 Dec 2044 16:00:00 GMT"},
    {"30-february", false, "Thu, 30 Feb 2044 16:00:00 GMT"},
    {"no-such-month", false, "Thu, 01 Dez 2044 16:00:00 GMT"},
    {"long-month", false, "Thu, 01 December 2044 16:00:00 GMT"},
    {"no-such-weekday", false, "Don, 01 Dec 2044 16:00:00 GMT"},
    {"long-weekday", false, "Thursday, 01 Dec 2044 16:00:00 GMT"},
    {"no-weekday", false, "01 Dec 2044 16:00:00 GMT"},
    {"no-comma", false, "Thu 01 Dec 2044 16:00:00 GMT"},
    {"no-space-behind-comma", false, "Thu,01 Dec 2044 16:00:00 GMT"},
    {"two-spaces-behind-comma", false, "Thu,  01 Dec 2044 16:00:00 GMT"},
    {"two-spaces-before-time", false, "Thu, 01 Dec 2044  16:00:00 GMT"},
    {"dashes-and-long-year", false, "Thu, 01-Dec-2044 16:00:00 GMT"},
    {"rfc850-with-short-weekday", false, "Thu, 01-Dec-44 16:00:00 GMT"},
    {"dots-in-time", false, "Thu, 01 Dec 2044 16.00.00 GMT"},
    {"twelve-hours-clock", false, "Thu, 01 Dec 2044 04:00:00 PM GMT"},
    {"zone-utc", false, "Thu, 01 Dec 2044 16:00:00 UTC"},
    {"zone-z", false, "Thu, 01 Dec 2044 16:00:00 Z"},
    {"zone-est", false, "Thu, 01 Dec 2044 16:00:00 EST"},
    {"zone-number", false, "Thu, 01 Dec 2044 16:00:00 +0000"},
    {"no-zone", false, "Thu, 01 Dec 2044 16:00:00"},
    {"gmt-and-more", false, "Thu, 01 Dec 2044 16:00:00 GMT+1"},
    {"text-behind", false, "Thu, 01 Dec 2044 16:00:00 GMT x"},
    {"text-before", false, "x Thu, 01 Dec 2044 16:00:00 GMT"},
    {"two-lines-alike", false, "{+1000}|Expires: {+1000}"},
    {"two-lines-past-first", false, "{-1000}|Expires: {+1000}"},
    {"two-lines-past-last", false, "{+1000}|Expires: {-1000}"},
    {"two-in-one-line", false, "{+1000}, {+1000}"},
    {"with-public", true, "{+1000}|Cache-Control: public"},
    {"max-age-over-past", true, "{-1000}|Cache-Control: max-age=100"},
    {"max-age-over-zero", true, "0|Cache-Control: max-age=100"},
    {"max-age-0-over-ahead", false, "{+1000}|Cache-Control: max-age=0"},
    {"max-age-invalid-over-ahead", false, "{+1000}|Cache-Control: max-age=x"},
    {"s-maxage-over-past", true, "{-1000}|Cache-Control: s-maxage=100"},
    {"s-maxage-0-over-ahead", false, "{+1000}|Cache-Control: s-maxage=0"},
    {"no-cache-over-ahead", false, "{+1000}|Cache-Control: no-cache"},
    {"counts-from-date-ahead-of-us", false, "{+1000}|Date: {+2000}"},
    {"counts-from-date-behind-us", true, "{+100}|Date: {-20}"},
    {"counts-from-old-date", false, "{-50}|Date: {-100}"},
    {"older-than-its-lifetime", false, "{+100}|Age: 101"},
    {"date-invalid", true, "{+1000}|Date: yesterday"},
    {"weak-spelling-of-name", true, "{+1000}|expires-x: 0"},
  };

  /** A name, whether a lifetime of 100 seconds is not over, the Age lines, the age seen. */
  private static final Object[][] AGES = {
    {"none", true, 0, "X-A: 1"},
    {"zero", true, 0, "Age: 0"},
    {"half", true, 50, "Age: 50"},
    {"one-less", true, 80, "Age: 80"},
    {"leading-zeros", true, 50, "Age: 00050"},
    {"spaces", true, 50, "Age:    50  "},
    {"equal", false, 0, "Age: 100"},
    {"older", false, 0, "Age: 101"},
    {"2-31", false, 0, "Age: 2147483648"},
    {"2-32-and-1", false, 0, "Age: 4294967297"},
    {"2-64-and-1", false, 0, "Age: 18446744073709551617"},
    {"forty-digits", false, 0, "Age: " + "1".repeat(40)},
    {"empty", true, 0, "Age:"},
    {"negative", true, 0, "Age: -200"},
    {"plus", true, 0, "Age: +200"},
    {"float", true, 0, "Age: 200.0"},
    {"letter-behind", true, 0, "Age: 200a"},
    {"letter-before", true, 0, "Age: a200"},
    {"unit", true, 0, "Age: 200 s"},
    {"quoted", true, 0, "Age: \"200\""},
    {"parameter", true, 0, "Age: 200;x"},
    {"exponent", true, 0, "Age: 2e2"},
    {"list-old-first", false, 0, "Age: 200, 0"},
    {"list-young-first", true, 50, "Age: 50, 200"},
    {"list-garbage-first", true, 0, "Age: x, 200"},
    {"list-garbage-last", true, 50, "Age: 50, x"},
    {"lines-old-first", false, 0, "Age: 200|Age: 0"},
    {"lines-young-first", true, 50, "Age: 50|Age: 200"},
    {"lines-garbage-first", true, 0, "Age: x|Age: 200"},
    {"date-before", true, 50, "Date: {-50}"},
    {"date-long-before", false, 0, "Date: {-200}"},
    {"date-ahead", true, 0, "Date: {+200}"},
    {"date-invalid", true, 0, "Date: yesterday"},
    {"date-rfc850", true, 50, "Date: {850-50}"},
    {"date-asctime", true, 50, "Date: {asc-50}"},
    {"date-older-than-age", true, 70, "Age: 30|Date: {-70}"},
    {"age-older-than-date", true, 70, "Age: 70|Date: {-30}"},
    {"age-and-date-ahead", true, 30, "Age: 30|Date: {+70}"},
    {"date-and-age-are-not-added", true, 60, "Age: 60|Date: {-60}"},
  };

  /** A name, whether it is kept, request fields, response fields; heuristics are on. */
  private static final Object[][] HEURISTICS = {
    {"default-ttl", true, "", "X-A: 1"},
    {"default-ttl-over", false, "", "Age: 120"},
    {"last-modified", true, "", "Last-Modified: {-10000}|Age: 900"},
    {"last-modified-over", false, "", "Last-Modified: {-10000}|Age: 1001"},
    {"last-modified-recent", false, "", "Last-Modified: {-200}|Age: 21"},
    {"last-modified-counts-from-date", false, "", "Last-Modified: {-3000}|Date: {-2000}"},
    {"last-modified-ahead", false, "", "Last-Modified: {+1000}"},
    {"capped-at-a-day", false, "", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT|Age: 86401"},
    {"query", true, "?", "Last-Modified: {-10000}"},
    {"not-with-max-age-0", false, "", "Last-Modified: {-10000}|Cache-Control: max-age=0"},
    {"not-with-invalid-max-age", false, "", "Last-Modified: {-10000}|Cache-Control: max-age=x"},
    {"not-with-past-expires", false, "", "Last-Modified: {-10000}|Expires: 0"},
    {"not-with-no-cache", false, "", "Last-Modified: {-10000}|Cache-Control: no-cache"},
    {"not-with-no-store", false, "", "Last-Modified: {-10000}|Cache-Control: no-store"},
    {"not-with-private", false, "", "Last-Modified: {-10000}|Cache-Control: private"},
    {"not-with-set-cookie", false, "", "Last-Modified: {-10000}|Set-Cookie: a=b"},
    {"not-with-cookie", false, "Cookie: a=b", "Last-Modified: {-10000}"},
    {"not-with-authorization", false, "Authorization: Basic eA==", "Last-Modified: {-10000}"},
    {"not-with-vary-any", false, "", "Last-Modified: {-10000}|Vary: *"},
    {"with-unknown-directives", true, "", "Last-Modified: {-10000}|Cache-Control: x=y"},
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object[] row : EXPIRES) {
      String[] lines = ("Expires: " + row[2]).split("\\|", -1);
      cases.add(Cases.decided((boolean) row[1], "expires/" + row[0], (String) row[2], lines));
    }
    cases.add(
        Case.of("expires/no-date", "without a Date it counts from the time of arrival")
            .get()
            .origin(200, Reply.Manner.DATELESS, "Expires: {+1000}")
            .forwarded()
            .get()
            .fromStore());
    for (Object[] row : AGES) {
      String[] lines = ("Cache-Control: max-age=100|" + row[3]).split("\\|", -1);
      Case each = Cases.decided((boolean) row[1], "age/" + row[0], (String) row[3], lines);
      cases.add((boolean) row[1] ? each.seesAge((int) row[2]) : each);
    }
    cases.add(
        Case.of("age/passed-on", "what the origin says of the age goes on to the client")
            .get()
            .origin(200, "Age: 30", "Cache-Control: max-age=100")
            .forwarded()
            .sees("Age", "30"));
    cases.add(
        Case.of("date/added", "a response without a Date gets one, and the same one from the store")
            .get()
            .origin(200, Reply.Manner.DATELESS, "Cache-Control: max-age=100")
            .forwarded()
            .get()
            .fromStore()
            .seesAge(0));
    cases.add(
        Case.of("date/kept", "the origin's Date is kept as it is")
            .get()
            .origin(200, "Cache-Control: max-age=100", "Date: {850-10}")
            .sees("Date", "{850-10}")
            .get()
            .fromStore()
            .sees("Date", "{850-10}"));
    for (Object[] row : HEURISTICS) {
      String asked = (String) row[2];
      String[] request = asked.contains(":") ? new String[] {asked} : new String[0];
      String resource = asked.equals("?") ? "?a=b" : "";
      String[] lines = ((String) row[3]).split("\\|", -1);
      Case each =
          Case.of("heuristic/" + row[0], (String) row[3])
              .guessing("120s")
              .get(request)
              .at(resource)
              .origin(200, lines)
              .forwarded()
              .get()
              .at(resource)
              .origin(200, lines);
      cases.add((boolean) row[1] ? each.fromStore() : each.forwarded());
    }
    cases.add(
        Case.of("heuristic/public-302", "public makes any status heuristically cacheable")
            .guessing("120s")
            .get()
            .origin(302, "Cache-Control: public", "Last-Modified: {-10000}")
            .forwarded()
            .get()
            .fromStore());
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
