package io.cachingproxy.cache.collapse;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.CacheKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects who leads, who waits and who goes alone, and that each wait ends once. */
final class CollapserTest {

  private static final TargetUri TARGET = requireNonNull(TargetUri.parse("http://origin/page"));
  private static final CacheKey KEY = new CacheKey(TARGET.key());
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final CacheGroup GROUP = group("g");

  private final Purges purges = new Purges();
  private final List<WaitOutcome> heard = new ArrayList<>();
  private final List<Parcel> next = new ArrayList<>();
  private final Collapser<Parcel> collapser = collapser(10);

  private static CacheGroup group(String name) {
    return CacheGroup.at(TARGET, Set.of(name)).iterator().next();
  }

  private Collapser<Parcel> collapser(int maxWaiting) {
    CollapseLimits limits = new CollapseLimits(maxWaiting, Duration.ofSeconds(1));
    return new Collapser<>(CachePolicy.defaults(), purges, limits, heard::add);
  }

  /** What those who wait are given here. */
  private static final class Parcel implements Discardable {

    private int discarded;

    @Override
    public void discard() {
      discarded++;
    }
  }

  /** What arrives, good for everybody. */
  private static final class Arriving implements SharedFetch.Arrival<Parcel> {

    private final List<Instant> asOf = new ArrayList<>();
    private final Set<CacheGroup> groups;

    Arriving(CacheGroup... groups) {
      this.groups = Set.of(groups);
    }

    @Override
    public Set<CacheGroup> groups() {
      return groups;
    }

    @Override
    public Parcel answer(Waiting<Parcel> request, Instant when) {
      asOf.add(when);
      return new Parcel();
    }
  }

  private static RequestHead get(String... fields) {
    return new RequestHead("GET", TARGET, Fields.of(fields));
  }

  private Collapser.Role<Parcel> role(boolean isRevalidation, String... fields) {
    return collapser.roleOf(
        KEY,
        get(fields),
        ForwardReason.URI_MISS,
        List.of(),
        isRevalidation,
        (outcome, shared) -> {
          Parcel parcel = shared == null ? new Parcel() : shared;
          next.add(parcel);
          return CompletableFuture.completedFuture(parcel);
        },
        NOW);
  }

  private SharedFetch<Parcel> leads(String... fields) {
    Collapser.Role<Parcel> role = role(false, fields);
    assertThat(role).isInstanceOf(Collapser.Role.Lead.class);
    return ((Collapser.Role.Lead<Parcel>) role).fetch();
  }

  private Waiting<Parcel> waits(String... fields) {
    Collapser.Role<Parcel> role = role(false, fields);
    assertThat(role).isInstanceOf(Collapser.Role.Wait.class);
    return ((Collapser.Role.Wait<Parcel>) role).waiting();
  }

  private void assertGoesAlone(String... fields) {
    assertThat(role(false, fields)).isInstanceOf(Collapser.Role.Alone.class);
  }

  private static Parcel got(Waiting<Parcel> wait) {
    assertThat(wait.isOver()).isTrue();
    return wait.outcome().toCompletableFuture().join();
  }

  private static Function<Waiting<Parcel>, @Nullable Parcel> only(
      Waiting<Parcel> one, Parcel parcel) {
    return each -> each.equals(one) ? parcel : null;
  }

  @Test
  void theFirstLeadsAndAllWhoComeBeforeItIsOverWait() {
    SharedFetch<Parcel> fetch = leads();
    assertThat(fetch.hasWaiting()).isFalse();
    waits().leave();
    Waiting<Parcel> second = waits();
    assertThat(fetch.hasWaiting()).isTrue();
    assertThat(collapser.waiting()).isEqualTo(1);
    Parcel parcel = new Parcel();
    fetch.answers(each -> parcel);
    assertThat(got(second)).isSameAs(parcel);
    assertThat(heard).containsExactly(WaitOutcome.LEFT, WaitOutcome.SHARED);
    assertThat(collapser.waiting()).isZero();
    assertThat(leads()).as("when it is over").isNotSameAs(fetch);
  }

  @ParameterizedTest
  @CsvSource({
    "Cookie, a=b",
    "Authorization, Basic x",
    "X-Odd, a",
    "Origin, https://elsewhere.example"
  })
  void whoseAnswerMayBeAnotherLeadsOthersOfItsKind(String name, String value) {
    SharedFetch<Parcel> common = leads();
    SharedFetch<Parcel> special = leads(name, value);
    Waiting<Parcel> forCommon = waits();
    Waiting<Parcel> forSpecial = waits(name, value);
    special.answers(each -> new Parcel());
    assertThat(forSpecial.isOver()).isTrue();
    assertThat(forCommon.isOver()).isFalse();
    common.endsUnshared();
  }

  @Test
  void nobodyWaitsOrIsWaitedForIfNobodyMay() {
    Collapser<Parcel> off = collapser(0);
    assertThat(off.isOff()).isTrue();
    for (int i = 0; i < 2; i++) {
      assertThat(
              off.roleOf(
                  KEY,
                  get(),
                  ForwardReason.URI_MISS,
                  List.of(),
                  false,
                  (outcome, shared) -> CompletableFuture.completedFuture(new Parcel()),
                  NOW))
          .isInstanceOf(Collapser.Role.Alone.class);
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void whenAsManyWaitAsMayTheNextGoesAloneUntilOneOfThemIsDone() {
    leads();
    List<Waiting<Parcel>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(waits());
    }
    assertGoesAlone();
    assertThat(heard).containsExactly(WaitOutcome.TOO_MANY);
    assertThat(collapser.waiting()).as("it is not counted among them").isEqualTo(10);
    all.get(3).timeOut();
    assertThat(waits().isOver()).isFalse();
  }

  @Test
  void whateverEndsAWaitFirstCounts() {
    SharedFetch<Parcel> fetch = leads();
    Waiting<Parcel> wait = waits();
    wait.timeOut();
    wait.leave();
    wait.timeOut();
    fetch.answers(
        each -> {
          throw new AssertionError("nobody is asked what it wants who has gone");
        });
    assertThat(heard).containsExactly(WaitOutcome.TIMEOUT);
    assertThat(next).hasSize(1);
    assertThat(collapser.waiting()).isZero();
  }

  @Test
  void whatIsReadyWhenOneHasJustLeftIsDiscarded() {
    SharedFetch<Parcel> fetch = leads();
    waits();
    Parcel parcel = new Parcel();
    fetch.answers(
        each -> {
          each.leave();
          return parcel;
        });
    assertThat(parcel.discarded).isEqualTo(1);
    assertThat(heard).containsExactly(WaitOutcome.LEFT);
  }

  @Test
  void whatIsOfferedWhileOneIsLeavingIsDiscarded() {
    SharedFetch<Parcel> fetch = leads();
    waits();
    Parcel parcel = new Parcel();
    fetch.isLate(
        each -> {
          each.leave();
          return parcel;
        });
    assertThat(parcel.discarded).isEqualTo(1);
    assertThat(heard).containsExactly(WaitOutcome.LEFT);
  }

  @Test
  void whatIsHandedToOneThatCannotGoOnIsDiscarded() {
    Waiting<Parcel> wait =
        new Waiting<>(
            get(),
            ForwardReason.URI_MISS,
            (outcome, shared) -> {
              throw new IllegalStateException("broken");
            },
            heard::add);
    Parcel parcel = new Parcel();
    assertThat(wait.end(parcel, WaitOutcome.SHARED)).isTrue();
    assertThatThrownBy(() -> got(wait)).hasRootCauseMessage("broken");
    assertThat(parcel.discarded).isEqualTo(1);
    assertThat(wait.end(new Parcel(), WaitOutcome.SHARED)).isFalse();
    assertThat(heard).containsExactly(WaitOutcome.SHARED);
  }

  @Test
  void whoCannotHaveItGoesAlone() {
    SharedFetch<Parcel> fetch = leads();
    Waiting<Parcel> first = waits();
    Waiting<Parcel> second = waits();
    Parcel parcel = new Parcel();
    fetch.answers(only(second, parcel));
    assertThat(got(first)).isNotSameAs(parcel);
    assertThat(got(second)).isSameAs(parcel);
    assertThat(heard).containsExactly(WaitOutcome.ALONE, WaitOutcome.SHARED);
  }

  @Test
  void whatGoesWrongForOneDoesNotKeepTheOthersWaiting() {
    SharedFetch<Parcel> fetch = leads();
    Waiting<Parcel> first = waits();
    Waiting<Parcel> second = waits();
    fetch.answers(
        each -> {
          if (each.equals(first)) {
            throw new IllegalStateException("broken");
          }
          return new Parcel();
        });
    assertThat(second.isOver()).isTrue();
    assertThat(heard).containsExactly(WaitOutcome.ALONE, WaitOutcome.SHARED);
  }

  @Test
  void aFailureIsForAllWhoCanHaveIt() {
    SharedFetch<Parcel> fetch = leads();
    Waiting<Parcel> first = waits();
    waits();
    fetch.fails(only(first, new Parcel()));
    assertThat(heard).containsExactly(WaitOutcome.FAILED, WaitOutcome.ALONE);
  }

  @Test
  void aFetchIsOverOnce() {
    SharedFetch<Parcel> fetch = leads();
    waits();
    fetch.goesAgain();
    long changes = collapser.changes();
    fetch.endsUnshared();
    fetch.fails(each -> new Parcel());
    fetch.answers(each -> new Parcel());
    fetch.isLate(each -> new Parcel());
    assertThat(heard).containsExactly(WaitOutcome.AGAIN);
    assertThat(collapser.changes()).isEqualTo(changes);
    assertThat(
            fetch.join(() -> new Waiting<>(get(), ForwardReason.MISS, nobody(), heard::add), NOW))
        .as("too late to join")
        .isNull();
  }

  private static Waiting.Next<Parcel> nobody() {
    return (outcome, shared) -> {
      throw new AssertionError("there is no wait");
    };
  }

  @Test
  void thatWhichNobodyEverWaitsWithTakesNobody() {
    SharedFetch<Parcel> fetch = SharedFetch.unshared();
    assertThat(fetch.isShared()).isFalse();
    assertThat(
            fetch.join(() -> new Waiting<>(get(), ForwardReason.MISS, nobody(), heard::add), NOW))
        .isNull();
    fetch.arrives(new Arriving(), NOW);
    assertThat(
            fetch.join(() -> new Waiting<>(get(), ForwardReason.MISS, nobody(), heard::add), NOW))
        .isNull();
    assertThat(leads().isShared()).isTrue();
  }

  @Test
  void whatHasComeIsCountedBeforeAnotherCanLead() {
    SharedFetch<Parcel> fetch = leads();
    long before = collapser.changes();
    fetch.endsUnshared();
    assertThat(collapser.changes()).isEqualTo(before + 1);
  }

  @Test
  void whoWaitedGetsItAsOfWhenItWasAskedForAndWhoComesLaterAsOfThen() {
    SharedFetch<Parcel> fetch = leads();
    Waiting<Parcel> early = waits();
    Arriving arrival = new Arriving();
    Instant asked = NOW.minusSeconds(5);
    fetch.arrives(arrival, asked);
    assertThat(early.isOver()).isTrue();
    Waiting<Parcel> late = waits();
    assertThat(late.isOver()).as("it need not wait").isTrue();
    assertThat(arrival.asOf).containsExactly(asked, NOW);
    fetch.endsUnshared();
    assertThat(heard).containsExactly(WaitOutcome.SHARED, WaitOutcome.SHARED);
    assertThat(leads()).as("when all has arrived").isNotSameAs(fetch);
  }

  @Test
  void whileTheOriginIsLateSomeGetSomethingStaleAndTheOthersWaitOn() {
    SharedFetch<Parcel> fetch = leads();
    Waiting<Parcel> early = waits();
    Waiting<Parcel> patient = waits("Cache-Control", "max-age=100");
    fetch.isLate(each -> each.request().fields().contains("Cache-Control") ? null : new Parcel());
    assertThat(early.isOver()).isTrue();
    assertThat(patient.isOver()).isFalse();
    assertThat(waits().isOver()).as("who comes meanwhile gets the same").isTrue();
    Waiting<Parcel> patientToo = waits("Cache-Control", "max-age=100");
    assertThat(patientToo.isOver()).isFalse();
    fetch.answers(each -> new Parcel());
    assertThat(heard)
        .containsExactly(
            WaitOutcome.STALE, WaitOutcome.STALE, WaitOutcome.SHARED, WaitOutcome.SHARED);
    assertThat(patientToo.isOver()).isTrue();
    assertThat(collapser.waiting()).isZero();
  }

  @Test
  void nothingStaleIsOfferedOnceTheResponseArrives() {
    SharedFetch<Parcel> fetch = leads();
    fetch.isLate(each -> new Parcel());
    fetch.arrives(new Arriving(), NOW);
    fetch.isLate(
        each -> {
          throw new AssertionError("it has come");
        });
    waits();
    assertThat(heard).containsExactly(WaitOutcome.SHARED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoComesAfterAPurgeLeadsAndWhoCameBeforeStaysWithTheOldOne(boolean everything) {
    SharedFetch<Parcel> old = leads();
    Waiting<Parcel> before = waits();
    if (everything) {
      purges.purgeEverything();
    } else {
      purges.purge(KEY);
    }
    SharedFetch<Parcel> young = leads();
    Waiting<Parcel> after = waits();
    old.endsUnshared();
    assertThat(before.isOver()).isTrue();
    assertThat(after.isOver()).isFalse();
    assertThat(waits().isOver()).as("the end of the old one is not that of the new").isFalse();
    young.answers(each -> new Parcel());
    assertThat(after.isOver()).isTrue();
  }

  @Test
  void whoComesAfterAPurgeOfAGroupLeadsAsSoonAsTheResponseIsKnownToBeOfIt() {
    SharedFetch<Parcel> old = leads();
    purges.purge(GROUP);
    Waiting<Parcel> unaware = waits();
    old.arrives(new Arriving(GROUP, group("another")), NOW);
    assertThat(unaware.isOver()).isTrue();
    SharedFetch<Parcel> young = leads();
    assertThat(young).isNotSameAs(old);
    purges.purge(group("unrelated"));
    assertThat(waits().isOver()).isFalse();
    old.endsUnshared();
    young.endsUnshared();
  }

  @Test
  void aResponseForItsRequesterAloneIsRememberedForAWhile() {
    collapser.learn(KEY, get(), false, NOW);
    assertThat(collapser.personal()).isEqualTo(1);
    assertGoesAlone();
    assertThat(leads("Cookie", "a=b")).as("another kind").isNotNull();
    collapser.learn(KEY, get(), false, NOW.minus(PersonalKeys.MEMORY).minusMillis(1));
    assertThat(leads()).as("after a while").isNotNull();
  }

  @Test
  void aResponseForAllIsRememberedAtOnce() {
    collapser.learn(KEY, get(), false, NOW);
    collapser.learn(KEY, get(), true, NOW);
    assertThat(collapser.personal()).isZero();
    assertThat(leads()).isNotNull();
  }

  @Test
  void whoForbidsStoringGoesAlone() {
    assertGoesAlone("Cache-Control", "no-store");
    leads();
    assertGoesAlone("Cache-Control", "no-store");
  }

  @Test
  void whoWantsAPartGoesAloneUnlessSomethingStoredIsAskedAbout() {
    assertGoesAlone("Range", "bytes=0-1");
    leads();
    assertGoesAlone("Range", "bytes=0-1");
    assertThat(role(true, "Range", "bytes=0-1")).isInstanceOf(Collapser.Role.Wait.class);
  }

  @ParameterizedTest
  @CsvSource({
    "If-None-Match, *",
    "If-Modified-Since, 'Sun, 01 Mar 2026 12:00:00 GMT'",
    "If-Match, *",
    "If-Unmodified-Since, 'Sun, 01 Mar 2026 12:00:00 GMT'"
  })
  void whoHasConditionsLeadsOnlyWhereThoseOfTheCacheTakeTheirPlace(String name, String value) {
    assertGoesAlone(name, value);
    Collapser.Role<Parcel> role = role(true, name, value);
    assertThat(role).isInstanceOf(Collapser.Role.Lead.class);
    assertThat(waits(name, value).isOver()).as("it waits for another").isFalse();
  }
}
