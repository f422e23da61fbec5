package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.EXPLICIT_ONLY;
import static io.cachingproxy.rfc9111.Heads.POLICY;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.request;
import static io.cachingproxy.rfc9111.Heads.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be stored (RFC 9111 §3). */
class StorabilityTest {

  private static final CachePolicy NO_COOKIES =
      new CachePolicy(Guessing.defaults(), true, false, List.of("CDN-Cache-Control"));

  private static Storability verdict(RequestHead request, ResponseHead response) {
    return Storability.of(request, response, EXPLICIT_ONLY);
  }

  private static Storability verdict(String... fields) {
    return verdict(get(), ok(fields));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        200, 201, 202, 203, 204, 205, 299, 300, 301, 302, 303, 307, 308, 400, 403, 404, 405, 410,
        412, 416, 418, 451, 499, 500, 502, 503, 504, 599, 600, 999
      })
  void everyFinalStatusIsStorableWithExplicitFreshness(int status) {
    assertThat(verdict(get(), response(status, "Cache-Control", "max-age=60")))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict(get(), response(status, "Cache-Control", "s-maxage=60")))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict(get(), response(status, "Expires", date(60))))
        .isEqualTo(Storability.STORABLE);
  }

  @Test
  void partsAndConfirmationsAreNoResponsesOfTheirOwn() {
    assertThat(verdict(get(), response(206, "Cache-Control", "max-age=60")))
        .isEqualTo(Storability.PARTIAL);
    assertThat(verdict(get(), response(304, "Cache-Control", "max-age=60")))
        .isEqualTo(Storability.STATUS);
    assertThat(verdict(get(), response(103, "Cache-Control", "max-age=60")))
        .isEqualTo(Storability.STATUS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "FOO"})
  void onlyGetIsStored(String method) {
    assertThat(verdict(request(method), ok("Cache-Control", "max-age=60")))
        .isEqualTo(Storability.METHOD);
  }

  @Test
  void aGetWithContentIsNotStored() {
    ResponseHead fresh = ok("Cache-Control", "max-age=60");
    assertThat(verdict(get("Content-Length", "3"), fresh)).isEqualTo(Storability.REQUEST_CONTENT);
    assertThat(verdict(get("Transfer-Encoding", "chunked"), fresh))
        .isEqualTo(Storability.REQUEST_CONTENT);
    assertThat(verdict(get("Content-Length", "0"), fresh)).isEqualTo(Storability.STORABLE);
  }

  @Test
  void noStoreForbidsOnEitherSideWhateverElseIsSaid() {
    assertThat(verdict("Cache-Control", "no-store")).isEqualTo(Storability.NO_STORE);
    assertThat(verdict("Cache-Control", "max-age=60, No-Store")).isEqualTo(Storability.NO_STORE);
    assertThat(verdict("Cache-Control", "max-age=60", "Cache-Control", "public, no-store"))
        .isEqualTo(Storability.NO_STORE);
    assertThat(verdict(get("Cache-Control", "no-store"), ok("Cache-Control", "max-age=60")))
        .isEqualTo(Storability.REQUEST_NO_STORE);
  }

  @Test
  void mustUnderstandOverridesNoStoreForAnUnderstoodStatusAndForbidsAnyOther() {
    String[] fields = {"Cache-Control", "max-age=60, no-store, must-understand"};
    assertThat(verdict(get(), response(200, fields))).isEqualTo(Storability.STORABLE);
    assertThat(verdict(get(), response(299, fields))).isEqualTo(Storability.NOT_UNDERSTOOD);
    assertThat(verdict(get(), response(599, "Cache-Control", "max-age=60, must-understand")))
        .isEqualTo(Storability.NOT_UNDERSTOOD);
  }

  @Test
  void privateForbidsAndItsQualifiedFormDoesNot() {
    assertThat(verdict("Cache-Control", "private, max-age=60")).isEqualTo(Storability.PRIVATE);
    assertThat(verdict("Cache-Control", "private=\"X-A\", max-age=60"))
        .isEqualTo(Storability.STORABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=60, AUTHORIZATION",
    "'max-age=60, proxy-revalidate', AUTHORIZATION",
    "'max-age=60, public', STORABLE",
    "s-maxage=60, STORABLE",
    "'max-age=60, must-revalidate', STORABLE",
    "'max-age=60, PUBLIC', STORABLE",
    "s-maxage=soon, AUTHORIZATION",
    "'max-age=60, public; x', AUTHORIZATION",
    "'max-age=60, must-revalidate; x', AUTHORIZATION"
  })
  void anAuthorizedResponseIsSharedOnlyWhereTheOriginAllowsIt(
      String cacheControl, Storability verdict) {
    assertThat(verdict(get("Authorization", "Basic x"), ok("Cache-Control", cacheControl)))
        .isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', UNUSUAL_FIELD",
    "'', '\"a\"', UNUSUAL_FIELD",
    "public, '', UNUSUAL_FIELD",
    "public, '\"a\"', UNUSUAL_FIELD",
    "max-age=0, '\"a\"', UNUSUAL_FIELD",
    "'max-age=0, stale-if-error=60', '', UNUSUAL_FIELD",
    "must-revalidate, '', UNUSUAL_FIELD",
    "must-revalidate, '\"a\"', STORABLE",
    "no-cache, '\"a\"', STORABLE",
    "no-cache, '', NO_VALIDATOR",
    "max-age=0, '', STALE",
    "max-age=1, '', STORABLE",
    "no-store, '', NO_STORE"
  })
  void besideAnUnusualFieldOnlyStatedFreshnessCounts(
      String cacheControl, String etag, Storability verdict) {
    Fields.Builder fields = Fields.builder().add("X-Nothing", "1");
    if (!cacheControl.isEmpty()) {
      fields.add("Cache-Control", cacheControl);
    }
    if (!etag.isEmpty()) {
      fields.add("ETag", etag);
    }
    ResponseHead response = new ResponseHead(200, fields.build());
    assertThat(Storability.of(get("X-Api-Key", "a"), response, Heads.POLICY)).isEqualTo(verdict);
  }

  /** It would not have been kept for anybody. */
  @Test
  void noUnusualFieldIsBlamedWhereNothingIsGuessed() {
    assertThat(verdict(get("X-Odd", "a"), ok())).isEqualTo(Storability.NO_FRESHNESS);
    assertThat(Storability.of(get("X-Odd", "a"), response(302), Heads.POLICY))
        .isEqualTo(Storability.NO_FRESHNESS);
    assertThat(Storability.of(get("X-Odd", "a"), response(405), Heads.POLICY))
        .isEqualTo(Storability.CAUSED_BY_REQUEST);
  }

  @Test
  void aCookieDoesNotForbidWhatIsExplicitlyFresh() {
    ResponseHead cookie = ok("Cache-Control", "max-age=60", "Set-Cookie", "a=b");
    assertThat(verdict(get(), cookie)).isEqualTo(Storability.STORABLE);
    assertThat(verdict(get("Cookie", "a=b"), ok("Cache-Control", "max-age=60")))
        .isEqualTo(Storability.STORABLE);
    assertThat(Storability.of(get(), cookie, NO_COOKIES)).isEqualTo(Storability.SET_COOKIE);
  }

  @Test
  void aCookieThatIsNotStoredDoesNotForbidTheRest() {
    ResponseHead response =
        ok("Cache-Control", "max-age=60, private=Set-Cookie", "Set-Cookie", "a");
    assertThat(Storability.of(get(), response, NO_COOKIES)).isEqualTo(Storability.STORABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no-cache", "max-age=0", "max-age=0, must-revalidate"})
  void withCookiesNothingIsStoredThatIsNotExplicitlyFresh(String cacheControl) {
    assertThat(
            verdict(get(), ok("Cache-Control", cacheControl, "ETag", "\"a\"", "Set-Cookie", "s")))
        .isEqualTo(Storability.PERSONAL);
    assertThat(verdict(get("Cookie", "s"), ok("Cache-Control", cacheControl, "ETag", "\"a\"")))
        .isEqualTo(Storability.PERSONAL);
  }

  @Test
  void noCacheIsStoredWhereItCanBeValidated() {
    assertThat(verdict("Cache-Control", "no-cache", "ETag", "\"a\""))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict("Cache-Control", "no-cache, max-age=60", "Last-Modified", date(-9)))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict("Cache-Control", "no-cache, max-age=60"))
        .isEqualTo(Storability.NO_VALIDATOR);
  }

  @Test
  void whatComesStaleIsStoredForValidationOrWhereTheOriginInvitesServingItStale() {
    assertThat(verdict("Cache-Control", "max-age=0")).isEqualTo(Storability.STALE);
    assertThat(verdict("Cache-Control", "max-age=x")).isEqualTo(Storability.STALE);
    assertThat(verdict("Cache-Control", "max-age=60", "Age", "60")).isEqualTo(Storability.STALE);
    assertThat(verdict("Expires", "0")).isEqualTo(Storability.STALE);
    assertThat(verdict("Cache-Control", "max-age=0", "ETag", "\"a\""))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict("Cache-Control", "max-age=0, stale-if-error=60"))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict("Cache-Control", "max-age=0, stale-if-error=60, must-revalidate"))
        .isEqualTo(Storability.STALE);
  }

  @Test
  void withoutFreshnessNothingIsStoredButWhatCanBeValidated() {
    assertThat(verdict()).isEqualTo(Storability.NO_FRESHNESS);
    assertThat(verdict("ETag", "\"a\"")).isEqualTo(Storability.STORABLE);
    assertThat(verdict(get(), response(500, "ETag", "\"a\""))).isEqualTo(Storability.NO_FRESHNESS);
    assertThat(verdict(get(), response(500, "ETag", "\"a\"", "Cache-Control", "public")))
        .isEqualTo(Storability.STORABLE);
  }

  @Test
  void withADefaultTtlAPlainResponseIsStored() {
    assertThat(Storability.of(get(), ok(), POLICY)).isEqualTo(Storability.STORABLE);
    assertThat(Storability.of(get("Cookie", "a"), ok(), POLICY).isStorable()).isFalse();
    assertThat(Storability.of(get("Authorization", "a"), ok(), POLICY).isStorable()).isFalse();
    assertThat(Storability.of(get(), ok("Set-Cookie", "a"), POLICY).isStorable()).isFalse();
    assertThat(Storability.of(get(), response(500), POLICY).isStorable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "Foo, *", "*, Foo", ",*", " * "})
  void aResponseThatVariesOnEverythingIsNotStored(String vary) {
    assertThat(verdict("Cache-Control", "max-age=60", "Vary", vary))
        .isEqualTo(Storability.VARY_ANY);
    assertThat(verdict("Cache-Control", "max-age=60", "Vary", "Foo", "Vary", vary))
        .isEqualTo(Storability.VARY_ANY);
  }

  @Test
  void anErrorThatOneRequestsConditionsCausedIsKeptFromOthers() {
    String[] fresh = {"Cache-Control", "max-age=60"};
    assertThat(verdict(get("Range", "bytes=9-"), response(416, fresh)))
        .isEqualTo(Storability.CAUSED_BY_REQUEST);
    assertThat(verdict(get("If-Match", "\"x\""), response(412, fresh)))
        .isEqualTo(Storability.CAUSED_BY_REQUEST);
    assertThat(verdict(get("Expect", "x"), response(417, fresh)))
        .isEqualTo(Storability.CAUSED_BY_REQUEST);
  }

  @Test
  void anAnswerToPostServesGetsWhereItSaysThatItIsTheTarget() {
    RequestHead post = request("POST", "Content-Length", "5");
    String here = "/path?q";
    assertThat(verdict(post, ok("Cache-Control", "max-age=60", "Content-Location", here)))
        .isEqualTo(Storability.STORABLE_FOR_GET);
    assertThat(verdict(post, ok("Cache-Control", "max-age=60", "Content-Location", "/other")))
        .isEqualTo(Storability.METHOD);
    assertThat(verdict(post, ok("Cache-Control", "max-age=60"))).isEqualTo(Storability.METHOD);
    assertThat(Storability.of(post, ok("Content-Location", here), POLICY))
        .isEqualTo(Storability.METHOD);
  }

  @Test
  void aTargetedFieldTakesThePlaceOfCacheControlAndExpires() {
    assertThat(verdict("Cache-Control", "no-store", "CDN-Cache-Control", "max-age=60"))
        .isEqualTo(Storability.STORABLE);
    assertThat(verdict("Cache-Control", "max-age=60", "CDN-Cache-Control", "no-store"))
        .isEqualTo(Storability.NO_STORE);
    assertThat(verdict("Cache-Control", "no-store", "CDN-Cache-Control", "max-age=\"60\""))
        .isEqualTo(Storability.NO_STORE);
    assertThat(verdict("Expires", date(60), "CDN-Cache-Control", "max-age=0"))
        .isEqualTo(Storability.STALE);
  }

  @Test
  void unusualRequestFieldsChangeNothing() {
    ResponseHead fresh = ok("Cache-Control", "max-age=60");
    assertThat(verdict(get("Cache-Control", "nothing-to-see-here", "Pragma", "foo"), fresh))
        .isEqualTo(Storability.STORABLE);
  }

  @Test
  void tokensAreWordsAndNoTwoAreAlike() {
    assertThat(Storability.values())
        .extracting(Storability::token)
        .doesNotHaveDuplicates()
        .allMatch(token -> token.matches("[a-z-]+"));
  }
}
