package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.POLICY;
import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.request;
import static io.cachingproxy.rfc9111.Heads.stored;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of a response (RFC 9111 §3.1), and which requests are looked up at all. */
class StoredHeadTest {

  @Test
  void allFieldsAreKeptInOrderWithDuplicatesAndWhateverIsInThem() {
    Fields fields =
        Fields.of(
            "Date",
            date(0),
            "b",
            "1",
            "A",
            "  2\u00e9\u00ff ",
            "B",
            "3",
            "Set-Cookie",
            "x",
            "Proxy-Status",
            "p",
            "Trailer",
            "t");
    assertThat(stored(get(), bare(200, flat(fields))).fields()).isEqualTo(fields);
  }

  private static String[] flat(Fields fields) {
    return fields.stream()
        .flatMap(line -> List.of(line.name(), line.value()).stream())
        .toArray(String[]::new);
  }

  @Test
  void whatIsMeantForOneConnectionIsNot() {
    StoredHead head =
        stored(
            "Connection",
            "close, X-A",
            "Connection",
            "x-b",
            "X-A",
            "1",
            "X-B",
            "2",
            "X-C",
            "3",
            "Keep-Alive",
            "k",
            "Proxy-Connection",
            "p",
            "TE",
            "t",
            "Transfer-Encoding",
            "chunked",
            "Upgrade",
            "u",
            "Proxy-Authenticate",
            "a",
            "Proxy-Authentication-Info",
            "i",
            "Proxy-Authorization",
            "z");
    assertThat(head.fields().without("Date")).isEqualTo(Fields.of("X-C", "3"));
  }

  @Test
  void connectionCannotNameWhatAMessageCannotDoWithout() {
    Fields fields = Fields.of("Connection", "Content-Length, Cache-Control", "Content-Length", "5");
    assertThat(EndToEnd.response(fields)).isEqualTo(Fields.of("Content-Length", "5"));
    assertThat(EndToEnd.request(Fields.of("Connection", "Host, X", "Host", "h", "X", "1")))
        .isEqualTo(Fields.of("Host", "h"));
  }

  @Test
  void fieldsThatAreQualifiedAsPrivateOrNoCacheAreNotKept() {
    StoredHead head =
        stored(
            "Cache-Control",
            "max-age=60, private=\"Set-Cookie, X-A\", no-cache=x-b",
            "Set-Cookie",
            "s",
            "X-A",
            "1",
            "X-B",
            "2",
            "X-C",
            "3");
    assertThat(head.fields().without("Date").without("Cache-Control"))
        .isEqualTo(Fields.of("X-C", "3"));
  }

  @Test
  void aDateIsAddedWhereThereIsNoneAndAgeIsLeftToTheWriter() {
    StoredHead head = stored(get(), bare(200, "Age", "5", "X", "1"));
    assertThat(head.fields()).isEqualTo(Fields.of("X", "1", "Date", date(0)));
    assertThat(stored(get(), bare(200, "Date", "odd")).fields())
        .isEqualTo(Fields.of("Date", "odd"));
  }

  @Test
  void aTargetedFieldIsKeptAndObeyed() {
    StoredHead head = stored("CDN-Cache-Control", "max-age=5", "Cache-Control", "no-cache");
    assertThat(head.cacheControl().noCache()).isFalse();
    assertThat(head.fields().contains("CDN-Cache-Control")).isTrue();
  }

  @Test
  void theFirstValidOfSeveralTargetedFieldsCounts() {
    CachePolicy policy =
        new CachePolicy(
            Guessing.defaults(), true, true, List.of("Proxy-Cache-Control", "CDN-Cache-Control"));
    StoredHead head =
        stored(
            get(),
            bare(200, "CDN-Cache-Control", "max-age=5", "Proxy-Cache-Control", "max-age=9"),
            policy);
    assertThat(head.freshness().lifetimeSeconds()).isEqualTo(9);
    StoredHead other =
        stored(
            get(),
            bare(200, "CDN-Cache-Control", "max-age=5", "Proxy-Cache-Control", "max-age=?"),
            policy);
    assertThat(other.freshness().lifetimeSeconds()).isEqualTo(5);
    assertThat(POLICY.targetedFields()).containsExactly("CDN-Cache-Control");
  }

  @Test
  void onlyGetAndHeadWithoutContentAreLookedUp() {
    assertThat(Eligibility.of(get())).isEqualTo(Eligibility.ELIGIBLE);
    assertThat(Eligibility.of(request("HEAD"))).isEqualTo(Eligibility.ELIGIBLE);
    assertThat(Eligibility.of(request("POST"))).isEqualTo(Eligibility.METHOD);
    assertThat(Eligibility.of(request("get"))).isEqualTo(Eligibility.METHOD);
    assertThat(Eligibility.of(get("Content-Length", "1"))).isEqualTo(Eligibility.CONTENT);
    assertThat(Eligibility.of(get("Transfer-Encoding", "chunked"))).isEqualTo(Eligibility.CONTENT);
    assertThat(Eligibility.of(get("Cache-Control", "nothing-to-see-here", "Pragma", "foo")))
        .isEqualTo(Eligibility.ELIGIBLE);
  }
}
