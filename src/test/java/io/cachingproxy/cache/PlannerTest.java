package io.cachingproxy.cache;

import static io.cachingproxy.cache.CacheFixture.assertGoesAlone;
import static io.cachingproxy.cache.CacheFixture.content;
import static io.cachingproxy.cache.CacheFixture.is;
import static io.cachingproxy.cache.CacheFixture.next;
import static io.cachingproxy.cache.CacheFixture.rest;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.cache.CacheFixture.Purge;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.collapse.WaitOutcome;
import io.cachingproxy.http.ForwardReason;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects the decision what to do with a request, whatever happens between its steps. */
final class PlannerTest {

  private static final String STALE_MEANWHILE = "max-age=60, stale-while-revalidate=100";

  /** What a request says that has nothing against an age, but wants nothing stale. */
  private static final String[] NOTHING_STALE = {"Cache-Control", "max-age=100"};

  private final CacheFixture house = new CacheFixture();

  @AfterEach
  void everythingIsGivenBack() {
    house.assertNothingIsLeft();
  }

  private static CacheOutcome outcome(Plan plan) {
    return is(Plan.Answer.class, plan).outcome();
  }

  @Test
  void aPlanToAskSaysWhyTheStoreHasNoAnswer() {
    assertThat(house.asks().forward()).isEqualTo(ForwardReason.URI_MISS);
    house.cache.clear();
    house.deliver(
        house.asks("Accept-Language", "en"),
        "x",
        "Cache-Control",
        "max-age=60",
        "Vary",
        "Accept-Language");
    assertThat(house.asks("Accept-Language", "fr").forward()).isEqualTo(ForwardReason.VARY_MISS);
    house.clock.advance(Duration.ofSeconds(61));
    Plan.AskOrigin stale = house.asks("Accept-Language", "en");
    assertThat(stale.forward()).isEqualTo(ForwardReason.STALE);
    stale.discard();
  }

  @Test
  void onlyGetAndHeadWithoutContentAreLookedUp() {
    house.storePage("x", "Cache-Control", "max-age=60");
    Plan.AskOrigin options = is(Plan.AskOrigin.class, house.plan("OPTIONS", "/page"));
    assertThat(options.forward()).isEqualTo(ForwardReason.METHOD);
    Plan.AskOrigin withContent = house.asks("Content-Length", "1");
    assertThat(withContent.forward()).isEqualTo(ForwardReason.BYPASS);
    Plan.Pass pass = house.cache.bypass(CacheFixture.request("GET", "/page"));
    assertThat(pass.forward()).isEqualTo(ForwardReason.BYPASS);
    assertThat(content(house.get())).isEqualTo("x");
  }

  @Test
  void aFreshResponseIsAHitUntilItsTimeIsOver() {
    house.storePage("x", "Cache-Control", "max-age=60");
    house.clock.advance(Duration.ofSeconds(59));
    Plan hit = house.get();
    assertThat(outcome(hit).source()).isEqualTo(Source.HIT);
    assertThat(outcome(hit).age()).hasValue(59);
    assertThat(content(hit)).isEqualTo("x");
    house.clock.advance(Duration.ofSeconds(2));
    house.asks().discard();
  }

  @Test
  void whatTheClientWantsOfTheOriginAloneIsPassedOnAsItIs() {
    house.storePage("x", "Cache-Control", "max-age=60", "ETag", "\"1\"");
    Plan.AskOrigin plan = house.asks("If-Match", "\"1\"");
    assertThat(plan.forward()).isEqualTo(ForwardReason.REQUEST);
    assertThat(plan.replacesConditions()).isFalse();
    assertGoesAlone(plan);
  }

  @Test
  void whatHasLeftTheStoreSinceTheLookUpIsLookedForOnceMore() {
    house.storePage("old", "Cache-Control", "max-age=60");
    house.afterNextFind(
        () -> {
          house.store.clear();
          house.storePage("new", "Cache-Control", "max-age=60");
        });
    assertThat(content(house.get())).isEqualTo("new");
  }

  @Test
  void whatLeavesTheStoreTwiceIsAskedFor() {
    house.storePage("old", "Cache-Control", "max-age=60");
    house.afterNextFind(
        () -> {
          house.store.clear();
          house.storePage("new", "Cache-Control", "max-age=60");
        });
    house.afterNextFind(house.store::clear);
    assertThat(house.leads().forward()).isEqualTo(ForwardReason.MISS);
  }

  @Test
  void whatIsStoredBetweenALookUpAndTheRequestToTheOriginIsFoundAfterAll() {
    house.afterNextFind(() -> house.storePage("x", "Cache-Control", "max-age=60"));
    assertThat(content(house.get())).isEqualTo("x");
    house.store.clear();
    assertThat(house.leads()).as("nobody waits for one that never went").isNotNull();
  }

  @Test
  void whatIsFreshenedBetweenALookUpAndTheRequestToTheOriginIsFoundAfterAll() {
    house.storeStale("Cache-Control", "max-age=60");
    house.afterNextFind(
        () -> {
          Reception confirmed =
              house.receive(house.leads(), 304, "ETag", "\"1\"", "Cache-Control", "max-age=60");
          ((Reception.Answer) confirmed).held().close();
        });
    assertThat(content(house.get())).isEqualTo("old");
  }

  @Test
  void whatIsStoredMeanwhileForAnotherUriChangesNothing() {
    house.afterNextFind(house::storeAnother);
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.deliver(leader, "x", "Cache-Control", "max-age=60");
    assertThat(rest(next(wait))).isEqualTo("x");
  }

  @Test
  void aSecondLookUpThatFailsLeavesNobodyWaitingForARequestThatIsNeverSent() {
    house.afterNextFind(house::storeAnother);
    house.afterNextFind(
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThatThrownBy(house::get).hasRootCauseMessage("broken");
    assertThat(house.leads()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void whatWasPurgedIsAskedForAndItsMemoryFree(Purge purge) {
    house.storePage("x", "Cache-Control", "max-age=60", "ETag", "\"1\"", "Cache-Groups", "\"g\"");
    purge.of(house);
    Plan.AskOrigin plan = house.asks();
    assertThat(plan.conditions().size()).as("conditions").isZero();
    assertThat(house.cache.usage().responses()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void whatIsPurgedJustAfterTheLookUpIsAskedFor(Purge purge) {
    house.storePage("x", "Cache-Control", "max-age=60", "ETag", "\"1\"", "Cache-Groups", "\"g\"");
    house.afterNextFind(() -> purge.of(house));
    Plan.AskOrigin plan = house.leads();
    assertThat(plan.conditions().size()).as("conditions").isZero();
    assertThat(house.cache.usage().responses()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, max-age=60",
    "GET, max-age=0",
    "GET, ",
    "HEAD, max-age=60",
    "HEAD, max-age=0",
    "HEAD, "
  })
  void whoWantsNothingButAStoredResponseGetsItOr504(String method, String stored) {
    if (stored != null) {
      house.storePage("x", "Cache-Control", stored, "ETag", "\"1\"");
    }
    Plan plan = house.plan(method, "/page", "Cache-Control", "only-if-cached");
    if ("max-age=60".equals(stored)) {
      assertThat(content(plan)).isEqualTo("x");
    } else {
      Plan.Refuse refusal = is(Plan.Refuse.class, plan);
      assertThat(refusal.status()).isEqualTo(504);
      assertThat(refusal.outcome().detail()).isEqualTo("only-if-cached");
      house.cache.clear();
      house.clock.advance(Duration.ofSeconds(61));
      assertThat(house.leads()).as("nobody has gone to the origin").isNotNull();
    }
  }

  @Test
  void whoWantsNothingButAStoredResponseDoesNotWaitForOne() {
    Plan.AskOrigin leader = house.leads();
    assertThat(is(Plan.Refuse.class, house.get("Cache-Control", "only-if-cached")).status())
        .isEqualTo(504);
    assertThat(leader.shared().hasWaiting()).isFalse();
  }

  @Test
  void whoWantsNothingButAStoredResponseGetsNoPartThatHasToBeCompleted() {
    house.receivePart("ab", 0, 10);
    assertThat(is(Plan.Refuse.class, house.get("Cache-Control", "only-if-cached")).status())
        .isEqualTo(504);
    Plan part = house.get("Cache-Control", "only-if-cached", "Range", "bytes=0-1");
    assertThat(outcome(part).source()).isEqualTo(Source.HIT);
    part.discard();
  }

  @Test
  void aHeadIsAnsweredFromTheStoreAsAGetIs() {
    house.storePage("x", "Cache-Control", "max-age=60");
    Plan hit = house.plan("HEAD", "/page");
    assertThat(outcome(hit).source()).isEqualTo(Source.HIT);
    hit.discard();
  }

  @Test
  void aHeadNeitherWaitsNorIsWaitedFor() {
    assertGoesAlone(house.plan("HEAD", "/page"));
    Plan.AskOrigin leader = house.leads();
    assertGoesAlone(house.plan("HEAD", "/page"));
    assertThat(leader.shared().hasWaiting()).isFalse();
  }

  @Test
  void aHeadForSomethingStaleIsAskedAsItIsAndTheStaleOneMayStandIn() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin head = is(Plan.AskOrigin.class, house.plan("HEAD", "/page"));
    assertThat(head).isInstanceOf(Plan.Fetch.class);
    assertThat(head.conditions().size()).as("conditions").isZero();
    assertThat(head.shared().isShared()).isFalse();
    Plan.Answer standIn = requireNonNull(house.cache.originFailed(head, SomeFailure.ORIGIN));
    assertThat(standIn.outcome().source()).isEqualTo(Source.STALE);
    assertThat(content(standIn)).isEqualTo("old");
  }

  @ParameterizedTest
  @CsvSource({"Cache-Control, no-cache", "Cache-Control, max-age=0", "Pragma, no-cache"})
  void whoWantsTheOriginsOwnAnswerLeadsButNeverWaits(String name, String value) {
    Plan.AskOrigin leader = house.leads(name, value);
    assertGoesAlone(house.get(name, value));
    Plan.Wait wait = house.waits();
    house.deliver(leader, "x", "Cache-Control", "max-age=60");
    assertThat(rest(next(wait))).isEqualTo("x");
    Plan.AskOrigin forced = house.asks(name, value);
    assertThat(forced.forward()).isEqualTo(ForwardReason.REQUEST);
    assertGoesAlone(forced);
  }

  @Test
  void oneRefreshIsBegunForAllThatGetSomethingStaleMeanwhile() {
    house.storeStale("Cache-Control", STALE_MEANWHILE);
    Plan.Answer first = is(Plan.Answer.class, house.get());
    Plan.Answer second = is(Plan.Answer.class, house.get());
    assertThat(first.outcome().source()).isEqualTo(Source.STALE);
    assertThat(first.outcome().detail()).isEqualTo("stale-while-revalidate");
    Plan.Refresh refresh = requireNonNull(first.refresh());
    assertThat(refresh.conditions().first("If-None-Match")).isEqualTo("\"1\"");
    assertThat(second.refresh()).as("one is under way").isNull();
    assertThat(content(first) + content(second)).isEqualTo("oldold");

    Reception confirmed =
        house.receive(refresh, 304, "ETag", "\"1\"", "Cache-Control", STALE_MEANWHILE);
    ((Reception.Answer) confirmed).held().close();
    house.cache.refreshEnded(first.response().key(), false);
    Plan fresh = house.get();
    assertThat(outcome(fresh).source()).isEqualTo(Source.HIT);
    fresh.discard();

    house.clock.advance(Duration.ofSeconds(61));
    Plan.Answer again = is(Plan.Answer.class, house.get());
    assertThat(again.refresh()).as("the next one").isNotNull();
    again.discard();
  }

  @Test
  void aRefreshIsAGetWhateverItServes() {
    house.storeStale("Cache-Control", STALE_MEANWHILE);
    Plan.Answer head = is(Plan.Answer.class, house.plan("HEAD", "/page"));
    assertThat(requireNonNull(head.refresh()).request().method()).isEqualTo("GET");
    head.discard();
  }

  @Test
  void whoMayNotHaveItStaleWaitsForTheRefresh() {
    house.storeStale("Cache-Control", STALE_MEANWHILE);
    Plan.Answer stale = is(Plan.Answer.class, house.get());
    Plan.Wait wait = house.waits(NOTHING_STALE);
    house.deliver(requireNonNull(stale.refresh()), "new", "Cache-Control", "max-age=60");
    assertThat(rest(next(wait))).isEqualTo("new");
    assertThat(content(stale)).isEqualTo("old");
  }

  @Test
  void aRefreshThatFailsIsNotRepeatedAtOnceAndWhoWaitedForItHearsOfTheFailure() {
    house.storeStale("Cache-Control", STALE_MEANWHILE);
    Plan.Answer stale = is(Plan.Answer.class, house.get());
    Plan.Wait wait = house.waits(NOTHING_STALE);
    Plan.Answer standIn =
        house.cache.originFailed(requireNonNull(stale.refresh()), SomeFailure.ORIGIN);
    requireNonNull(standIn).discard();
    house.cache.refreshEnded(stale.response().key(), true);
    assertThat(content(stale)).isEqualTo("old");
    assertThat(is(Plan.Refuse.class, next(wait)).status()).isEqualTo(502);

    Plan.Answer meanwhile = is(Plan.Answer.class, house.get());
    assertThat(meanwhile.refresh()).as("within the pause").isNull();
    meanwhile.discard();
    house.clock.advance(Refreshes.FIRST_PAUSE);
    Plan.Answer later = is(Plan.Answer.class, house.get());
    assertThat(later.refresh()).as("after the pause").isNotNull();
    later.discard();
  }

  @Test
  void noRefreshIsBegunWhileAnotherRequestBringsTheSame() {
    house.storeStale("Cache-Control", STALE_MEANWHILE);
    Plan.AskOrigin leader = house.leads(NOTHING_STALE);
    Plan.Answer meanwhile = is(Plan.Answer.class, house.get());
    assertThat(meanwhile.refresh()).isNull();
    meanwhile.discard();
    leader.discard();
    Plan.Answer after = is(Plan.Answer.class, house.get());
    assertThat(after.refresh()).as("when that is over").isNotNull();
    after.discard();
  }

  @Test
  void whoseClientLeavesIsToldSoInCaseItCanStillReadIt() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    wait.waiting().leave();
    Plan.Refuse refusal = is(Plan.Refuse.class, next(wait));
    assertThat(refusal.status()).isEqualTo(408);
    assertThat(refusal.outcome().detail()).isEqualTo("client-left");
    assertThat(refusal.outcome().collapsed()).isTrue();
    assertThat(house.waits).containsExactly(WaitOutcome.LEFT);
    assertThat(house.cache.waiting()).isZero();
    assertThat(leader.shared().hasWaiting()).isFalse();
  }

  @Test
  void whoHasWaitedTooLongGoesAloneAndNeverWaitsAgain() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait patient = house.waits();
    Plan.Wait wait = house.waits();
    wait.waiting().timeOut();
    assertGoesAlone(next(wait));
    assertThat(house.cache.waiting()).isEqualTo(1);
    house.deliver(leader, "x", "Cache-Control", "max-age=60");
    assertThat(rest(next(patient))).isEqualTo("x");
    assertThat(house.waits).containsExactly(WaitOutcome.TIMEOUT, WaitOutcome.SHARED);
  }

  @Test
  void whoHasWaitedTooLongTakesWhatIsStoredByThen() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.deliver(house.asks("Cache-Control", "no-cache"), "x", "Cache-Control", "max-age=60");
    wait.waiting().timeOut();
    assertThat(content(next(wait))).isEqualTo("x");
    leader.discard();
  }

  @Test
  void whatSomebodyElseHasBroughtMeanwhileIsBetterThanAnError() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.deliver(house.asks("Cache-Control", "no-cache"), "x", "Cache-Control", "max-age=60");
    assertThat(house.cache.originFailed(leader, SomeFailure.ORIGIN)).isNull();
    assertThat(outcome(next(wait)).source()).isEqualTo(Source.HIT);
    assertThat(content(next(wait))).isEqualTo("x");
    assertThat(house.waits).containsExactly(WaitOutcome.FAILED);
  }

  @Test
  void whatSomebodyElseHasBroughtMeanwhileIsBetterThanSomethingStale() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.deliver(house.asks("Cache-Control", "no-cache"), "new", "Cache-Control", "max-age=60");
    Plan.Answer own = requireNonNull(house.cache.originFailed(leader, SomeFailure.ORIGIN));
    assertThat(content(own)).isEqualTo("old");
    assertThat(content(next(wait))).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoMustGoAgainWaitsForTheFirstOfThemThatDoes(boolean theFirstLeaves) {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait first = house.waits();
    Plan.Wait second = house.waits();
    Plan.Wait third = house.waits();
    if (theFirstLeaves) {
      first.waiting().leave();
    }
    house.cache.originFailed(leader, new SomeFailure(FetchFailure.Cause.CLIENT));
    Plan.AskOrigin again = is(Plan.AskOrigin.class, next(theFirstLeaves ? second : first));
    assertThat(again.shared().isShared()).isTrue();
    Plan.Wait stillThird = is(Plan.Wait.class, next(third));
    house.deliver(again, "x", "Cache-Control", "max-age=60");
    assertThat(rest(next(stillThird))).isEqualTo("x");
    if (!theFirstLeaves) {
      assertThat(rest(next(is(Plan.Wait.class, next(second))))).isEqualTo("x");
    }
  }
}
