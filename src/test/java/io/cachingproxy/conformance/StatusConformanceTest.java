package io.cachingproxy.conformance;

import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which status codes are stored (RFC 9111 §3, §4.2.2; RFC 9110 §15.1). */
@ExtendWith(OnStage.class)
final class StatusConformanceTest {

  private static final int[] FINAL = {
    200, 201, 202, 203, 204, 205, 207, 208, 218, 226, 299, 300, 301, 302, 303, 305, 307, 308, 399,
    400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418,
    421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 506, 507,
    508, 510, 511, 520, 599
  };

  private static final int[] HEURISTIC = {200, 203, 204, 300, 301, 308, 404, 410};

  private static final int[] NOT_HEURISTIC = {
    201, 202, 205, 207, 226, 299, 302, 303, 307, 400, 401, 403, 405, 406, 408, 409, 414, 418, 421,
    422, 425, 426, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 599
  };

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int status : FINAL) {
      cases.add(
          Case.of("status-explicit/" + status, "explicit freshness holds for every final status")
              .get()
              .origin(status, "Cache-Control: max-age=100", "Location: /elsewhere")
              .status(status)
              .forwarded()
              .get()
              .status(status)
              .fromStore());
      cases.add(
          twice(
              "status-stale/" + status,
              "stale is stale for every status",
              status,
              "Cache-Control: max-age=100",
              "Age: 200"));
      cases.add(
          twice(
              "status-no-store/" + status,
              "no-store holds for every status",
              status,
              "Cache-Control: max-age=100, no-store"));
      cases.add(
          twice(
              "status-none/" + status,
              "nothing is guessed where heuristics are off",
              status,
              "Last-Modified: {-100000}"));
    }
    for (int status : HEURISTIC) {
      cases.add(
          Case.of("status-heuristic/" + status, "heuristically cacheable")
              .guessing("100s")
              .get()
              .origin(status, "Last-Modified: {-100000}")
              .forwarded()
              .get()
              .status(status)
              .fromStore());
    }
    for (int status : NOT_HEURISTIC) {
      cases.add(
          twice(
                  "status-not-heuristic/" + status,
                  "needs explicit freshness",
                  status,
                  "Last-Modified: {-100000}")
              .guessing("100s"));
    }
    for (int status : new int[] {200, 203, 301, 404, 410, 503}) {
      cases.add(
          Case.of("must-understand/" + status, "overrides no-store where the status is understood")
              .get()
              .origin(status, "Cache-Control: max-age=100, must-understand, no-store")
              .forwarded()
              .get()
              .fromStore());
    }
    for (int status : new int[] {209, 299, 399, 418, 499, 599}) {
      cases.add(
          twice(
              "must-understand/unknown-" + status,
              "a status that is not understood",
              status,
              "Cache-Control: max-age=100, must-understand"));
      cases.add(
          twice(
              "must-understand/unknown-no-store-" + status,
              "no-store holds then",
              status,
              "Cache-Control: max-age=100, must-understand, no-store"));
    }
    cases.add(
        twice(
            "status/206-unasked",
            "a part is never stored as the whole",
            206,
            "Cache-Control: max-age=100",
            "Content-Range: bytes 0-8/20"));
    cases.add(
        Case.of(
                "status/304-to-the-client",
                "a 304 to a client's own condition is no stored response")
            .get("If-None-Match: \"a\"")
            .origin(304, "Cache-Control: max-age=100", "ETag: \"a\"")
            .status(304)
            .forwarded()
            .get()
            .origin(200, "Cache-Control: max-age=100", "ETag: \"a\"")
            .forwarded()
            .get()
            .fromStore(2));
    cases.add(
        Case.of(
                "status/404-replaces-200",
                "a full answer of whatever status takes the place of the old")
            .get()
            .origin(200, "Cache-Control: max-age=100", "Age: 101", "ETag: \"a\"")
            .forwarded()
            .get()
            .origin(404, "Cache-Control: max-age=100")
            .forwarded()
            .get()
            .status(404)
            .fromStore(2));
    return cases;
  }

  private static Case twice(String id, String what, int status, String... lines) {
    return Case.of(id, what)
        .get()
        .origin(status, lines)
        .status(status)
        .forwarded()
        .get()
        .origin(status, lines)
        .status(status)
        .forwarded();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void holds(Case each, Stage stage) throws Exception {
    CasePlayer.play(each, stage);
  }
}
