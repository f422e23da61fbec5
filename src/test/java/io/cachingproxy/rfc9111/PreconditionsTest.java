package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.response;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's own conditions (RFC 9110 §13, RFC 9111 §4.3.2). */
class PreconditionsTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "\"a\", \"a\", NOT_MODIFIED",
        "\"a\", \"b\", PROCEED",
        "\"a\", W/\"a\", NOT_MODIFIED",
        "W/\"a\", \"a\", NOT_MODIFIED",
        "\"a\", '\"x\", \"a\" , W/\"y\"', NOT_MODIFIED",
        "\"a\", '\"x\",\"b\"', PROCEED",
        "'\"a,b\"', '\"x\", \"a,b\"', NOT_MODIFIED",
        "\"a\", *, NOT_MODIFIED",
        "'', *, NOT_MODIFIED",
        "'', \"a\", PROCEED",
        "\"a\", '', PROCEED",
        "a, a, NOT_MODIFIED",
        "\"a\", a, NOT_MODIFIED",
        "W/\"a\", w/\"a\", NOT_MODIFIED"
      })
  void ifNoneMatchComparesWeakly(String etag, String noneMatch, Preconditions verdict) {
    assertThat(Preconditions.of(get("If-None-Match", noneMatch), stored("ETag", etag)))
        .isEqualTo(verdict);
  }

  @Test
  void ifNoneMatchMaySpanLines() {
    assertThat(
            Preconditions.of(
                get("If-None-Match", "\"x\"", "If-None-Match", "\"a\""), stored("ETag", "\"a\"")))
        .isEqualTo(Preconditions.NOT_MODIFIED);
  }

  @ParameterizedTest
  @CsvSource({"-10, NOT_MODIFIED", "-9, NOT_MODIFIED", "-11, PROCEED", "1000, NOT_MODIFIED"})
  void ifModifiedSinceComparesToLastModified(int since, Preconditions verdict) {
    assertThat(
            Preconditions.of(
                get("If-Modified-Since", date(since)), stored("Last-Modified", date(-10))))
        .isEqualTo(verdict);
  }

  @Test
  void orToDateWhereThereIsNone() {
    StoredHead head = stored(get(), bare(200, "Date", date(-10)));
    assertThat(Preconditions.of(get("If-Modified-Since", date(-10)), head))
        .isEqualTo(Preconditions.NOT_MODIFIED);
    assertThat(Preconditions.of(get("If-Modified-Since", date(-11)), head))
        .isEqualTo(Preconditions.PROCEED);
  }

  @Test
  void ifModifiedSinceComesInThreeFormsAndAnyOtherIsIgnored() {
    StoredHead head = stored("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(Preconditions.of(get("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT"), head))
        .isEqualTo(Preconditions.NOT_MODIFIED);
    assertThat(Preconditions.of(get("If-Modified-Since", "Sun Nov  6 08:49:37 1994"), head))
        .isEqualTo(Preconditions.NOT_MODIFIED);
    assertThat(Preconditions.of(get("If-Modified-Since", "1994-11-06"), head))
        .isEqualTo(Preconditions.PROCEED);
    String date = "Sun, 06 Nov 1994 08:49:37 GMT";
    assertThat(Preconditions.of(get("If-Modified-Since", date, "If-Modified-Since", date), head))
        .isEqualTo(Preconditions.PROCEED);
  }

  @Test
  void ifNoneMatchSilencesIfModifiedSince() {
    StoredHead head = stored("ETag", "\"a\"", "Last-Modified", date(-10));
    assertThat(
            Preconditions.of(get("If-None-Match", "\"b\"", "If-Modified-Since", date(-10)), head))
        .isEqualTo(Preconditions.PROCEED);
  }

  @Test
  void whatOnlyTheOriginMayEvaluateIsPassedOn() {
    StoredHead head = stored("ETag", "\"a\"");
    assertThat(Preconditions.of(get("If-Match", "\"a\""), head)).isEqualTo(Preconditions.PASS_ON);
    assertThat(Preconditions.of(get("If-Unmodified-Since", date(0)), head))
        .isEqualTo(Preconditions.PASS_ON);
  }

  @Test
  void conditionsDoNotConcernErrors() {
    StoredHead gone = stored(get(), response(404, "ETag", "\"a\""));
    assertThat(Preconditions.of(get("If-None-Match", "\"a\""), gone))
        .isEqualTo(Preconditions.PROCEED);
  }

  @Test
  void ifRangeComparesStrongly() {
    StoredHead head = stored("ETag", "\"a\"", "Last-Modified", date(-10));
    assertThat(Preconditions.ifRangeHolds(get(), head)).isTrue();
    assertThat(Preconditions.ifRangeHolds(get("If-Range", "\"a\""), head)).isTrue();
    assertThat(Preconditions.ifRangeHolds(get("If-Range", "\"b\""), head)).isFalse();
    assertThat(Preconditions.ifRangeHolds(get("If-Range", "W/\"a\""), head)).isFalse();
    assertThat(Preconditions.ifRangeHolds(get("If-Range", date(-10)), head)).isTrue();
    assertThat(Preconditions.ifRangeHolds(get("If-Range", date(-9)), head)).isFalse();
    assertThat(
            Preconditions.ifRangeHolds(get("If-Range", date(0)), stored("Last-Modified", date(0))))
        .isFalse();
    assertThat(Preconditions.ifRangeHolds(get("If-Range", "W/\"a\""), stored("ETag", "W/\"a\"")))
        .isFalse();
  }

  @Test
  void a304CarriesWhatGuidesCachesAndNoMetadataOfWhatIsNotSent() {
    Fields fields =
        Fields.of(
            "Date",
            "d",
            "ETag",
            "\"a\"",
            "Cache-Control",
            "c",
            "Expires",
            "e",
            "Vary",
            "v",
            "Content-Location",
            "/l",
            "Content-Type",
            "t",
            "Content-Length",
            "5",
            "Content-Encoding",
            "gzip",
            "Last-Modified",
            "m",
            "Access-Control-Allow-Origin",
            "*",
            "Content-Security-Policy",
            "p");
    assertThat(Preconditions.notModifiedFields(fields))
        .isEqualTo(
            Fields.of(
                "Date",
                "d",
                "ETag",
                "\"a\"",
                "Cache-Control",
                "c",
                "Expires",
                "e",
                "Vary",
                "v",
                "Content-Location",
                "/l",
                "Access-Control-Allow-Origin",
                "*",
                "Content-Security-Policy",
                "p"));
    assertThat(Preconditions.notModifiedFields(Fields.of("Last-Modified", "m")))
        .isEqualTo(Fields.of("Last-Modified", "m"));
  }
}
