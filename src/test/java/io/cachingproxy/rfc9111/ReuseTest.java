package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.POLICY;
import static io.cachingproxy.rfc9111.Heads.after;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.RequestHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a stored response is used (RFC 9111 §4, §4.2.4, §5.2.1; RFC 5861). */
class ReuseTest {

  private static final CachePolicy IGNORE_CLIENTS =
      new CachePolicy(Guessing.defaults(), false, true, List.of());

  /** The verdict, 10 seconds after the response came, on one with a max-age of 60. */
  private static Reuse fresh(String... request) {
    return Reuse.of(get(request), stored("Cache-Control", "max-age=60"), after(10), POLICY);
  }

  /** The verdict, 10 seconds after it became stale, on one with these other directives. */
  private static Reuse stale(String directives, String... request) {
    StoredHead head = stored("Cache-Control", "max-age=60, " + directives);
    return Reuse.of(get(request), head, after(70), POLICY);
  }

  private static Reuse failed(int status, String directives, String... request) {
    StoredHead head = stored("Cache-Control", "max-age=60, " + directives);
    return Reuse.whenOriginFails(get(request), head, after(70), status, POLICY);
  }

  @ParameterizedTest
  @CsvSource({
    "'', FRESH",
    "nothing-to-see-here, FRESH",
    "no-store, FRESH",
    "only-if-cached, FRESH",
    "max-age=10, FRESH",
    "max-age=9, MUST_REVALIDATE_REQUEST_MAX_AGE",
    "max-age=0, MUST_REVALIDATE_REQUEST_MAX_AGE",
    "'max-age=9, max-stale=100', MUST_REVALIDATE_REQUEST_MAX_AGE",
    "max-age=-1, FRESH",
    "max-age=x, FRESH",
    "max-age, FRESH",
    "min-fresh=50, FRESH",
    "min-fresh=51, MUST_REVALIDATE_REQUEST_MIN_FRESH",
    "min-fresh=x, FRESH",
    "no-cache, MUST_REVALIDATE_REQUEST_NO_CACHE",
    "NO-CACHE, MUST_REVALIDATE_REQUEST_NO_CACHE",
    "ext=\"no-cache\", FRESH"
  })
  void whatAClientAsksOfAFreshResponse(String cacheControl, Reuse verdict) {
    assertThat(fresh("Cache-Control", cacheControl)).isEqualTo(verdict);
  }

  @Test
  void pragmaCountsWhereThereIsNoCacheControl() {
    assertThat(fresh("Pragma", "No-Cache")).isEqualTo(Reuse.MUST_REVALIDATE_REQUEST_PRAGMA);
    assertThat(fresh("Pragma", "foo, no-cache")).isEqualTo(Reuse.MUST_REVALIDATE_REQUEST_PRAGMA);
    assertThat(fresh("Pragma", "foo")).isEqualTo(Reuse.FRESH);
    assertThat(fresh("Pragma", "no-cache", "Cache-Control", "max-age=60")).isEqualTo(Reuse.FRESH);
  }

  @Test
  void maxAgeZeroAsksForANewerOneEvenOfAResponseThatJustCame() {
    StoredHead head = stored("Cache-Control", "max-age=60");
    assertThat(Reuse.of(get("Cache-Control", "max-age=0"), head, after(0), POLICY))
        .isEqualTo(Reuse.MUST_REVALIDATE_REQUEST_MAX_AGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "max-age=0", "min-fresh=1000"})
  void operatorsCanForbidClientsToForceValidation(String cacheControl) {
    StoredHead head = stored("Cache-Control", "max-age=60");
    assertThat(Reuse.of(get("Cache-Control", cacheControl), head, after(10), IGNORE_CLIENTS))
        .isEqualTo(Reuse.FRESH);
    assertThat(Reuse.of(get("Pragma", "no-cache"), head, after(10), IGNORE_CLIENTS))
        .isEqualTo(Reuse.FRESH);
  }

  @Test
  void aNoCacheResponseIsAlwaysValidatedAndItsQualifiedFormIsNot() {
    StoredHead noCache = stored("Cache-Control", "max-age=60, no-cache", "ETag", "\"a\"");
    assertThat(Reuse.of(get(), noCache, after(0), POLICY))
        .isEqualTo(Reuse.MUST_REVALIDATE_NO_CACHE);
    StoredHead qualified = stored("Cache-Control", "max-age=60, no-cache=\"X-A\"", "X-A", "1");
    assertThat(Reuse.of(get(), qualified, after(0), POLICY)).isEqualTo(Reuse.FRESH);
    assertThat(qualified.fields().contains("X-A")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'', MUST_REVALIDATE_STALE",
    "max-stale, STALE_ALLOWED_BY_REQUEST",
    "max-stale=10, STALE_ALLOWED_BY_REQUEST",
    "max-stale=9, MUST_REVALIDATE_STALE",
    "max-stale=x, MUST_REVALIDATE_STALE",
    "'max-stale, max-age=100', STALE_ALLOWED_BY_REQUEST",
    "'max-stale, max-age=60', MUST_REVALIDATE_REQUEST_MAX_AGE",
    "'max-stale, min-fresh=1', MUST_REVALIDATE_REQUEST_MIN_FRESH",
    "'max-stale, no-cache', MUST_REVALIDATE_REQUEST_NO_CACHE"
  })
  void whatAClientTakesOfAStaleResponse(String cacheControl, Reuse verdict) {
    assertThat(stale("", "Cache-Control", cacheControl)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "stale-while-revalidate=10, STALE_WHILE_REVALIDATE",
    "stale-while-revalidate=9, MUST_REVALIDATE_STALE",
    "stale-while-revalidate=x, MUST_REVALIDATE_STALE",
    "stale-if-error=99, MUST_REVALIDATE_STALE",
    "immutable, MUST_REVALIDATE_STALE"
  })
  void whatTheOriginAllowsOfAStaleResponse(String directive, Reuse verdict) {
    assertThat(stale(directive)).isEqualTo(verdict);
  }

  @Test
  void aClientWithAMaxAgeGetsNoStaleResponseUnlessItTakesOne() {
    String allowed = "stale-while-revalidate=99";
    assertThat(stale(allowed, "Cache-Control", "max-age=100"))
        .isEqualTo(Reuse.MUST_REVALIDATE_STALE);
    assertThat(stale(allowed, "Cache-Control", "max-age=100, max-stale"))
        .isEqualTo(Reuse.STALE_WHILE_REVALIDATE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=60", "Must-Revalidate"})
  void someResponsesAreNeverServedStale(String directive) {
    String generous = directive + ", stale-while-revalidate=99, stale-if-error=99";
    assertThat(stale(generous, "Cache-Control", "max-stale, stale-if-error=99"))
        .isEqualTo(Reuse.MUST_REVALIDATE_ALWAYS);
    assertThat(failed(0, generous)).isEqualTo(Reuse.MUST_REVALIDATE_ALWAYS);
    assertThat(failed(503, generous)).isEqualTo(Reuse.MUST_REVALIDATE_ALWAYS);
  }

  @Test
  void aDisconnectedCacheServesStale() {
    assertThat(failed(0, "")).isEqualTo(Reuse.STALE_DISCONNECTED);
    assertThat(failed(0, "no-cache")).isEqualTo(Reuse.MUST_REVALIDATE_NO_CACHE);
    assertThat(failed(0, "", "Cache-Control", "no-cache"))
        .isEqualTo(Reuse.MUST_REVALIDATE_REQUEST_NO_CACHE);
    assertThat(failed(0, "", "Pragma", "no-cache")).isEqualTo(Reuse.MUST_REVALIDATE_REQUEST_PRAGMA);
    assertThat(failed(0, "", "Cache-Control", "max-age=100"))
        .isEqualTo(Reuse.MUST_REVALIDATE_STALE);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void anErrorIsReplacedByAStaleResponseForAsLongAsTheOriginOrTheClientAllows(int status) {
    assertThat(failed(status, "")).isEqualTo(Reuse.MUST_REVALIDATE_STALE);
    assertThat(failed(status, "stale-if-error=10")).isEqualTo(Reuse.STALE_IF_ERROR);
    assertThat(failed(status, "stale-if-error=9")).isEqualTo(Reuse.MUST_REVALIDATE_STALE);
    assertThat(failed(status, "", "Cache-Control", "stale-if-error=10"))
        .isEqualTo(Reuse.STALE_IF_ERROR);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 501, 505, 511})
  void otherAnswersAreNoFailures(int status) {
    assertThat(failed(status, "stale-if-error=99").isUsable()).isFalse();
  }

  @Test
  void aLimitOnErrorsIsALimitOnDisconnectionToo() {
    assertThat(failed(0, "stale-if-error=10")).isEqualTo(Reuse.STALE_IF_ERROR);
    assertThat(failed(0, "stale-if-error=9")).isEqualTo(Reuse.MUST_REVALIDATE_STALE);
  }

  @Test
  void aFreshResponseAClientWantedYoungerIsStillGoodWhenTheOriginIsGone() {
    StoredHead head = stored("Cache-Control", "max-age=60, must-revalidate");
    assertThat(Reuse.whenOriginFails(get("Cache-Control", "max-age=1"), head, after(10), 0, POLICY))
        .isEqualTo(Reuse.FRESH);
  }

  @Test
  void onlyIfCachedIsSeenWhereItIs() {
    RequestHead only = get("Cache-Control", "Only-If-Cached");
    assertThat(RequestDirectives.onlyIfCached(only, POLICY)).isTrue();
    assertThat(RequestDirectives.onlyIfCached(get("Cache-Control", "no-cache"), POLICY)).isFalse();
    assertThat(RequestDirectives.onlyIfCached(get(), POLICY)).isFalse();
  }

  @Test
  void verdictsSayWhatTheyAre() {
    assertThat(Reuse.values())
        .extracting(Reuse::token)
        .doesNotHaveDuplicates()
        .allMatch(token -> token.matches("[a-z-]+"));
    for (Reuse verdict : Reuse.values()) {
      assertThat(verdict.isUsable()).isEqualTo(!verdict.name().startsWith("MUST"));
      assertThat(verdict.isStale()).isEqualTo(verdict.name().startsWith("STALE"));
      assertThat(verdict.isForcedByRequest())
          .isEqualTo(verdict.name().contains("_REQUEST_") && verdict.name().startsWith("MUST"));
    }
  }
}
