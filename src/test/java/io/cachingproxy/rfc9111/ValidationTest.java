package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.POLICY;
import static io.cachingproxy.rfc9111.Heads.after;
import static io.cachingproxy.rfc9111.Heads.bare;
import static io.cachingproxy.rfc9111.Heads.date;
import static io.cachingproxy.rfc9111.Heads.get;
import static io.cachingproxy.rfc9111.Heads.ok;
import static io.cachingproxy.rfc9111.Heads.response;
import static io.cachingproxy.rfc9111.Heads.stored;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.Freshness.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation and what a 304 changes (RFC 9111 §4.3, §3.2). */
class ValidationTest {

  private static StoredHead freshened(StoredHead stored, RequestHead request, ResponseHead update) {
    return Validation.freshen(stored, request, update, after(100), after(100), POLICY).own();
  }

  /** What of the update goes into the store; null if nothing does. */
  private static @Nullable StoredHead shared(
      StoredHead stored, RequestHead request, String... fields) {
    ResponseHead update = bare(304, fields);
    return Validation.freshen(stored, request, update, after(100), after(100), POLICY).shared();
  }

  private static StoredHead freshened(StoredHead stored, String... fields) {
    return freshened(stored, get(), bare(304, fields));
  }

  private static boolean selects(StoredHead stored, ResponseHead notModified) {
    return !Validation.selected(List.of(stored), notModified).isEmpty();
  }

  @Test
  void aSingleResponseIsValidatedByAllItHas() {
    assertThat(
            Validation.conditionalFields(
                List.of(stored("ETag", "W/\"a\"", "Last-Modified", date(-10)))))
        .isEqualTo(Fields.of("If-None-Match", "W/\"a\"", "If-Modified-Since", date(-10)));
    assertThat(Validation.conditionalFields(List.of(stored("Last-Modified", date(-10)))))
        .isEqualTo(Fields.of("If-Modified-Since", date(-10)));
  }

  @Test
  void severalAreValidatedByTheirTags() {
    assertThat(
            Validation.conditionalFields(
                List.of(
                    stored("ETag", "\"a\"", "Last-Modified", date(-10)),
                    stored("ETag", "\"b\""),
                    stored("ETag", "\"a\""),
                    stored())))
        .isEqualTo(Fields.of("If-None-Match", "\"a\", \"b\""));
  }

  @Test
  void tagsBeyondWhatARequestCanHoldAreLeftOut() {
    String large = "\"" + "x".repeat(4_000) + "\"";
    String other = "\"" + "y".repeat(4_000) + "\"";
    String third = "\"" + "z".repeat(4_000) + "\"";
    assertThat(
            Validation.conditionalFields(
                List.of(
                    stored("ETag", large),
                    stored("ETag", other),
                    stored("ETag", third),
                    stored("ETag", "\"small\""))))
        .isEqualTo(Fields.of("If-None-Match", large + ", " + other + ", \"small\""));
    String beyond = "\"" + "x".repeat(30_000) + "\"";
    assertThat(
            Validation.conditionalFields(
                List.of(stored("ETag", beyond, "Last-Modified", date(-10)))))
        .isEqualTo(Fields.of("If-Modified-Since", date(-10)));
  }

  @Test
  void withoutValidatorThereIsNoCondition() {
    assertThat(Validation.conditionalFields(List.of(stored("Last-Modified", "yesterday"))))
        .isEqualTo(Fields.empty());
    assertThat(Validation.conditionalFields(List.of())).isEqualTo(Fields.empty());
    assertThat(stored("Last-Modified", "yesterday").lastModified()).isNull();
    assertThat(stored("ETag", "\"\"").etag()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "\"a\", \"a\", true",
        "\"a\", \"b\", false",
        "\"a\", W/\"a\", true",
        "W/\"a\", W/\"a\", true",
        "W/\"a\", W/\"b\", false",
        "W/\"a\", \"a\", false"
      })
  void a304SpeaksOfTheResponseWithItsTag(String ours, String theirs, boolean selected) {
    assertThat(selects(stored("ETag", ours), bare(304, "ETag", theirs))).isEqualTo(selected);
  }

  @Test
  void withoutTagsTheDateOfModificationDecides() {
    StoredHead head = stored("Last-Modified", date(-10));
    assertThat(selects(head, bare(304, "Last-Modified", date(-10)))).isTrue();
    assertThat(selects(head, bare(304, "Last-Modified", date(-9)))).isFalse();
    assertThat(selects(head, bare(304, "Last-Modified", date(-10), "ETag", "\"new\""))).isTrue();
    assertThat(selects(head, bare(304, "ETag", "\"new\""))).isFalse();
  }

  @Test
  void aStrongTagSelectsAllThatHaveItAndAWeakOneTheNewest() {
    StoredHead old = stored(get(), bare(200, "Date", date(-60), "ETag", "\"a\""));
    StoredHead young = stored(get(), bare(200, "Date", date(-30), "ETag", "\"a\""));
    StoredHead other = stored("ETag", "\"b\"");
    List<StoredHead> all = List.of(old, young, other);
    assertThat(Validation.selected(all, bare(304, "ETag", "\"a\""))).containsExactly(old, young);
    assertThat(Validation.selected(all, bare(304, "ETag", "W/\"a\""))).containsExactly(young);
    assertThat(Validation.selected(all, bare(304, "ETag", "\"c\""))).isEmpty();
  }

  @Test
  void a304WithoutAnyValidatorSpeaksOfTheOnlyOneItCan() {
    assertThat(selects(stored("ETag", "\"a\""), bare(304))).isTrue();
    assertThat(Validation.selected(List.of(stored("ETag", "\"a\""), stored()), bare(304)))
        .isEmpty();
  }

  @Test
  void fieldsAreReplacedWhereTheyStandAndNewOnesAdded() {
    StoredHead head = stored("A", "1", "B", "1", "A", "2", "C", "1");
    Fields fields = freshened(head, "Date", date(100), "a", "3", "D", "1").fields();
    assertThat(fields)
        .isEqualTo(Fields.of("Date", date(100), "a", "3", "B", "1", "C", "1", "D", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "content-encoding",
        "Content-Range",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Upgrade",
        "X-Named"
      })
  void someFieldsOfA304AreNotTaken(String name) {
    StoredHead head = stored("Content-Length", "5", "Content-Encoding", "gzip");
    Fields before = head.fields().without("Date");
    StoredHead after = freshened(head, name, "x-named", "Connection", "X-Named");
    assertThat(after.fields().without("Date")).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cache-Control",
        "Content-Type",
        "Content-Location",
        "Content-Security-Policy",
        "ETag",
        "Expires",
        "Set-Cookie",
        "X-Frame-Options",
        "Clear-Site-Data",
        "X-Any"
      })
  void allOthersAre(String name) {
    StoredHead head = stored("ETag", "\"a\"", name, "old");
    assertThat(freshened(head, name, "new").fields().values(name)).containsExactly("new");
  }

  @Test
  void theAgeStartsAnew() {
    StoredHead head = stored("Cache-Control", "max-age=60", "Age", "30", "ETag", "\"a\"");
    StoredHead after = freshened(head, "ETag", "\"a\"");
    assertThat(after.age(after(105))).isEqualTo(5);
    assertThat(after.isFresh(after(150))).isTrue();
    assertThat(after.fields().first("Date")).isEqualTo(date(100));
    assertThat(freshened(head, "Age", "7").age(after(105))).isEqualTo(12);
  }

  @Test
  void theLifetimeIsThatOfTheUpdatedFields() {
    StoredHead head = stored("Cache-Control", "max-age=60", "ETag", "\"a\"");
    assertThat(freshened(head, "Cache-Control", "max-age=5").freshness().lifetimeSeconds())
        .isEqualTo(5);
    assertThat(freshened(head).freshness().lifetimeSeconds()).isEqualTo(60);
  }

  @Test
  void cookiesOfTheOneWhoValidatesDoNotMakeASharedResponsePersonal() {
    StoredHead head = stored("ETag", "\"a\"");
    StoredHead after = freshened(head, get("Cookie", "a=b"), bare(304, "ETag", "\"a\""));
    assertThat(after.freshness().source()).isEqualTo(Source.DEFAULT);
  }

  @Test
  void theVariantStaysTheSame() {
    StoredHead head = stored(get("Foo", "1"), ok("Vary", "Foo", "ETag", "\"a\""));
    StoredHead after = freshened(head, get("Foo", "2"), bare(304, "ETag", "\"a\""));
    assertThat(after.selecting()).isEqualTo(head.selecting());
  }

  @Test
  void a304ThatForbidsStoringIsNotStored() {
    StoredHead head = stored("ETag", "\"a\"", "Cache-Control", "max-age=60");
    assertThat(shared(head, get())).isNotNull();
    assertThat(shared(head, get(), "Cache-Control", "no-store")).isNull();
    assertThat(shared(head, get(), "Cache-Control", "private")).isNull();
    assertThat(shared(head, get("Cache-Control", "no-store"))).isNull();
    assertThat(shared(head, get("Authorization", "x"))).isNull();
    StoredHead open = stored("ETag", "\"a\"", "Cache-Control", "max-age=60, public");
    assertThat(shared(open, get("Authorization", "x"))).isNotNull();
  }

  @Test
  void a304WithACookieIsForItsRequesterAloneWithoutExplicitFreshness() {
    assertThat(shared(stored("ETag", "\"a\""), get(), "Set-Cookie", "a=b")).isNull();
    StoredHead noCache = stored("ETag", "\"a\"", "Cache-Control", "no-cache");
    assertThat(shared(noCache, get(), "Set-Cookie", "a=b")).isNull();
    StoredHead explicit = stored("ETag", "\"a\"", "Cache-Control", "max-age=60");
    assertThat(shared(explicit, get(), "Set-Cookie", "a=b")).isNotNull();
  }

  @Test
  void aCookieOfA304NeverGoesIntoTheStore() {
    StoredHead head =
        stored("ETag", "\"a\"", "Cache-Control", "max-age=60, public", "Set-Cookie", "theme=dark");
    for (RequestHead request : List.of(get(), get("Cookie", "sid=1"))) {
      assertThat(
              freshened(head, request, bare(304, "Set-Cookie", "sid=2"))
                  .fields()
                  .values("Set-Cookie"))
          .containsExactly("sid=2");
      StoredHead shared = requireNonNull(shared(head, request, "Set-Cookie", "sid=2", "X", "new"));
      assertThat(shared.fields().values("Set-Cookie")).containsExactly("theme=dark");
      assertThat(shared.fields().first("X")).isEqualTo("new");
    }
  }

  @Test
  void a304ThatIsPartOfASessionIsForItsRequesterAlone() {
    StoredHead head = stored("ETag", "\"a\"", "Cache-Control", "max-age=60");
    RequestHead session = get("Cookie", "sid=1");
    String[] update = {"Cache-Control", "max-age=60", "Set-Cookie", "sid=2"};
    assertThat(shared(head, session, update)).isNull();
    assertThat(shared(head, session, "Set-Cookie", "sid=2")).isNull();
    assertThat(shared(head, session.asGet(), "Cache-Control", "max-age=60")).isNotNull();
  }

  @Test
  void aStoredCookieDoesNotKeepOthersFromConfirmingTheResponse() {
    StoredHead head =
        stored("ETag", "\"a\"", "Cache-Control", "max-age=60", "Set-Cookie", "theme=dark");
    StoredHead shared = requireNonNull(shared(head, get("Cookie", "sid=1"), "X", "new"));
    assertThat(shared.fields().values("Set-Cookie")).containsExactly("theme=dark");
    assertThat(shared.isFresh(after(150))).isTrue();
  }

  @Test
  void whatAnswersACookieConfirmsAGuessAndBringsNothingElse() {
    StoredHead head = stored("ETag", "\"a\"", "X-User", "nobody");
    String[] update = {"ETag", "\"a\"", "X-User", "ann", "Date", date(90)};
    RequestHead request = get("Cookie", "sid=1");
    assertThat(freshened(head, request, bare(304, update)).fields().first("X-User"))
        .isEqualTo("ann");
    StoredHead shared = requireNonNull(shared(head, request, update));
    assertThat(shared.fields().first("X-User")).isEqualTo("nobody");
    assertThat(shared.fields().first("Date")).isEqualTo(date(90));
    assertThat(shared.freshness().source()).isEqualTo(Source.DEFAULT);
    assertThat(shared.isFresh(after(200))).isTrue();
    assertThat(requireNonNull(shared(head, get(), update)).fields().first("X-User"))
        .isEqualTo("ann");
  }

  @Test
  void whatCouldNotBeUsedIsTakenOverAllTheSame() {
    // An answer to HEAD that says so has to end the freshness of what is stored.
    StoredHead shared = requireNonNull(shared(stored(), get(), "Cache-Control", "max-age=0"));
    assertThat(shared.isFresh(after(100))).isFalse();
  }

  @Test
  void whatCouldNotBeUsedBringsNothingOfOneUserToOthers() {
    // Without its lifetime this status could not be stored, whoever asked.
    StoredHead head = stored(get(), response(302, "ETag", "\"a\"", "Cache-Control", "max-age=60"));
    RequestHead request = get("Cookie", "sid=1");
    String[] update = {"Cache-Control", "x", "X-User", "ann"};
    StoredHead shared = requireNonNull(shared(head, request, update));
    assertThat(shared.fields().contains("X-User")).isFalse();
    assertThat(shared.isFresh(after(101))).isFalse();
    assertThat(shared(head, request, "Cache-Control", "x", "Set-Cookie", "sid=2")).isNull();
    assertThat(shared(head, get("X-Api-Key", "ann"), update)).isNull();
  }

  @Property
  void ofA304OnlyThatGetsIntoTheStoreWhichAWholeResponseCouldBring(
      @ForAll("requests") RequestHead request,
      @ForAll("responses") List<String> before,
      @ForAll("responses") List<String> update) {
    ResponseHead first = ok(before.toArray(String[]::new));
    Assume.that(Storability.of(get(), first, POLICY).isStorable());
    List<String> news = new ArrayList<>(update);
    news.addAll(List.of("X-News", "1"));
    StoredHead head = stored(get(), first);
    StoredHead shared = shared(head, request, news.toArray(String[]::new));
    if (shared != null) {
      assertThat(shared.fields().values("Set-Cookie"))
          .isEqualTo(head.fields().values("Set-Cookie"));
    }
    if (shared != null && shared.fields().contains("X-News")) {
      List<String> whole = new ArrayList<>(news);
      for (int i = 0; i < before.size(); i += 2) {
        if (!news.contains(before.get(i))
            && !List.of("Set-Cookie", "Age").contains(before.get(i))) {
          whole.addAll(before.subList(i, i + 2));
        }
      }
      assertThat(Storability.of(request, ok(whole.toArray(String[]::new)), POLICY))
          .matches(Storability::isStorable);
    }
  }

  @Provide
  Arbitrary<RequestHead> requests() {
    return lines(
            List.of("Cookie", "sid=1"),
            List.of("Authorization", "x"),
            List.of("Cache-Control", "no-store"))
        .map(lines -> get(lines.toArray(String[]::new)));
  }

  @Provide
  Arbitrary<List<String>> responses() {
    Arbitrary<List<String>> directives =
        Arbitraries.of(
                "max-age=60",
                "max-age=0",
                "private",
                "no-store",
                "no-cache",
                "public",
                "s-maxage=9")
            .list()
            .ofMaxSize(2)
            .map(
                all -> all.isEmpty() ? List.of() : List.of("Cache-Control", String.join(",", all)));
    Arbitrary<List<String>> others =
        lines(List.of("ETag", "\"a\""), List.of("Set-Cookie", "sid=2"), List.of("Age", "70"));
    return Combinators.combine(directives, others)
        .as((some, more) -> Stream.concat(some.stream(), more.stream()).toList());
  }

  @SafeVarargs
  private static Arbitrary<List<String>> lines(List<String>... lines) {
    return Arbitraries.of(lines)
        .set()
        .map(chosen -> chosen.stream().flatMap(List::stream).toList());
  }

  @Test
  void anAnswerToHeadConfirmsWhatHasItsValidatorsAndLength() {
    StoredHead head = stored("ETag", "\"a\"", "Last-Modified", date(-10), "Content-Length", "5");
    assertThat(HeadUpdate.of(head, 5, ok())).isEqualTo(HeadUpdate.FRESHEN);
    assertThat(HeadUpdate.of(head, 5, ok("ETag", "\"a\"", "Content-Length", "5")))
        .isEqualTo(HeadUpdate.FRESHEN);
    assertThat(HeadUpdate.of(head, 5, ok("ETag", "\"b\""))).isEqualTo(HeadUpdate.INVALIDATE);
    assertThat(HeadUpdate.of(head, 5, ok("Last-Modified", date(-9))))
        .isEqualTo(HeadUpdate.INVALIDATE);
    assertThat(HeadUpdate.of(head, 5, ok("Content-Length", "6"))).isEqualTo(HeadUpdate.INVALIDATE);
    assertThat(HeadUpdate.of(stored(), 5, ok("ETag", "\"a\""))).isEqualTo(HeadUpdate.INVALIDATE);
  }

  @Test
  void anAnswerToHeadWithAnotherStatusSaysLittle() {
    assertThat(HeadUpdate.of(stored(), 5, response(410))).isEqualTo(HeadUpdate.INVALIDATE);
    assertThat(HeadUpdate.of(stored(), 5, response(404))).isEqualTo(HeadUpdate.INVALIDATE);
    assertThat(HeadUpdate.of(stored(), 5, response(503))).isEqualTo(HeadUpdate.KEEP);
    assertThat(HeadUpdate.of(stored(), 5, response(304))).isEqualTo(HeadUpdate.KEEP);
    assertThat(HeadUpdate.of(stored(get(), response(410)), 5, response(410)))
        .isEqualTo(HeadUpdate.KEEP);
  }
}
