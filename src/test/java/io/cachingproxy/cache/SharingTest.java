package io.cachingproxy.cache;

import static io.cachingproxy.cache.CacheFixture.append;
import static io.cachingproxy.cache.CacheFixture.assertGoesAlone;
import static io.cachingproxy.cache.CacheFixture.content;
import static io.cachingproxy.cache.CacheFixture.is;
import static io.cachingproxy.cache.CacheFixture.isOver;
import static io.cachingproxy.cache.CacheFixture.next;
import static io.cachingproxy.cache.CacheFixture.rest;
import static io.cachingproxy.cache.CacheFixture.soFar;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.CacheFixture.Purge;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.FetchFailure.Cause;
import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.cache.collapse.WaitOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects what those get who wait for another's request, and what they must not get. */
final class SharingTest {

  private static final String[] FRESH = {"Cache-Control", "max-age=60"};

  private final CacheFixture house = new CacheFixture();

  @AfterEach
  void everythingIsGivenBack() {
    house.assertNothingIsLeft();
  }

  @Test
  void twoRequestsForOneUrlGetTheSameContentWhileItArrives() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    assertThat(isOver(wait)).isFalse();
    assertThat(house.cache.waiting()).isEqualTo(1);

    ArrivingResponse arriving = house.begin(leader, FRESH);
    Plan.Follow follow = is(Plan.Follow.class, next(wait));
    assertThat(follow.outcome().source()).isEqualTo(Source.MISS);
    assertThat(follow.outcome().collapsed()).isTrue();
    assertThat(soFar(follow)).isEmpty();
    append(arriving, "ab", false);
    assertThat(soFar(follow)).isEqualTo("ab");

    Plan late = house.follows();
    append(arriving, "cd", true);
    assertThat(rest(follow)).isEqualTo("cd");
    assertThat(rest(late)).as("who came in between").isEqualTo("abcd");
    assertThat(content(house.get())).as("from the store").isEqualTo("abcd");
    assertThat(house.waits).containsExactly(WaitOutcome.SHARED, WaitOutcome.SHARED);
    assertThat(house.cache.waiting()).isZero();
  }

  @Test
  void whatBreaksOffBreaksOffForAllAndTheNextOneAsks() {
    ArrivingResponse arriving = house.begin(house.leads(), FRESH);
    append(arriving, "ab", false);
    Plan follow = house.follows();
    arriving.abort(new IOException("cut"));
    assertThat(rest(follow)).isEqualTo("[broken off]");
    assertThat(house.notStored).containsExactly("incomplete");
    assertThat(house.leads()).as("the next one").isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Cache-Control, no-store",
    "Cache-Control, 'private, max-age=60'",
    "Cache-Control, no-cache",
    "Set-Cookie, a=b",
    "Vary, *"
  })
  void whatIsPersonalSendsAllWhoWaitToTheOriginAtOnceAndTheNextOnesToo(String name, String value) {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait first = house.waits();
    Plan.Wait second = house.waits();
    Reception.Relay relay =
        (Reception.Relay) house.receive(leader, 200, name, value, "ETag", "\"1\"");
    if (relay.storing() != null) {
      append(relay.storing(), "x", true);
    }
    assertGoesAlone(next(first));
    assertGoesAlone(next(second));
    assertThat(house.waits).containsExactly(WaitOutcome.ALONE, WaitOutcome.ALONE);
    assertGoesAlone(house.get());
    assertGoesAlone(house.get());
    house.clock.advance(Duration.ofSeconds(61));
    house.leads().discard();
  }

  @Test
  void whomAnotherVariantIsForGoesAlone() {
    Plan.AskOrigin leader = house.leads("Accept-Language", "en");
    Plan.Wait same = house.waits("Accept-Language", "en");
    Plan.Wait another = house.waits("Accept-Language", "fr");
    house.deliver(leader, "x", "Cache-Control", "max-age=60", "Vary", "Accept-Language");
    assertThat(rest(next(same))).isEqualTo("x");
    assertGoesAlone(next(another));
    assertThat(house.waits).containsExactly(WaitOutcome.SHARED, WaitOutcome.ALONE);
  }

  @Test
  void whoseOwnConditionsOnlyTheOriginCanJudgeGoesAloneAndTheOthersFollow() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait mustMatch = house.waits("If-Match", "\"1\"");
    Plan.Wait mayMatch = house.waits("If-None-Match", "\"1\"");
    house.deliver(leader, "x", "Cache-Control", "max-age=60", "ETag", "\"1\"");
    assertGoesAlone(next(mustMatch));
    assertThat(rest(next(mayMatch))).isEqualTo("x");
  }

  @Test
  void whoWantsAYoungerOneGoesAlone() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait patient = house.waits("Cache-Control", "max-age=30");
    Plan.Wait strict = house.waits("Cache-Control", "max-age=5");
    house.deliver(leader, "x", "Cache-Control", "max-age=60", "Age", "10");
    assertThat(rest(next(patient))).isEqualTo("x");
    assertGoesAlone(next(strict));
  }

  @Test
  void whoComesWhileItArrivesGetsItOnlyIfItIsStillFresh() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait early = house.waits();
    ArrivingResponse arriving = house.begin(leader, "Cache-Control", "max-age=10", "ETag", "\"1\"");
    house.clock.advance(Duration.ofSeconds(11));
    assertGoesAlone(next(house.waits()));
    append(arriving, "x", true);
    assertThat(rest(next(early))).isEqualTo("x");
    assertThat(house.waits).containsExactly(WaitOutcome.SHARED, WaitOutcome.ALONE);
  }

  @Test
  void whoWantsAPartOfWhatIsStaleGetsNoneOfANewWhole() {
    house.storeStale(FRESH);
    Plan.AskOrigin leader = house.leads();
    Plan.Wait part = house.waits("Range", "bytes=0-1");
    ArrivingResponse arriving = house.begin(leader, FRESH);
    assertGoesAlone(next(part));
    append(arriving, "new", true);
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void whatIsPurgedBeforeItsHeadComesIsForItsRequesterAlone(Purge purge) {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait before = house.waits();
    purge.of(house);
    Plan after = house.get();
    house.deliver(leader, "old", "Cache-Control", "max-age=60", "Cache-Groups", "\"g\"");
    assertGoesAlone(next(before));
    if (purge == Purge.ITS_GROUP) {
      // Nobody could know yet that it is of the group.
      assertGoesAlone(next(is(Plan.Wait.class, after)));
    } else {
      assertThat(is(Plan.AskOrigin.class, after).shared().isShared()).isTrue();
      after.discard();
    }
    assertThat(house.notStored).contains("purged");
    assertThat(house.cache.personalKeys()).isZero();
    assertThat(house.leads()).as("nothing is stored").isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void whatIsPurgedWhileItArrivesIsForThoseAloneWhoCameBefore(Purge purge) {
    ArrivingResponse arriving =
        house.begin(house.leads(), "Cache-Control", "max-age=60", "Cache-Groups", "\"g\"");
    Plan before = house.follows();
    append(arriving, "ol", false);
    purge.of(house);
    Plan.AskOrigin after = house.leads();
    Plan.Wait afterToo = house.waits();
    append(arriving, "d", true);
    assertThat(rest(before)).isEqualTo("old");
    assertThat(house.notStored).contains("purged");
    assertThat(isOver(afterToo)).isFalse();
    house.deliver(after, "new", FRESH);
    assertThat(rest(next(afterToo))).isEqualTo("new");
    assertThat(content(house.get())).isEqualTo("new");
  }

  @Test
  void whoWaitsForAnOriginThatFailsGetsTheSameFailure() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait first = house.waits();
    Plan.Wait second = house.waits();
    assertThat(house.cache.originFailed(leader, SomeFailure.ORIGIN)).isNull();
    for (Plan.Wait each : new Plan.Wait[] {first, second}) {
      Plan.Refuse refusal = is(Plan.Refuse.class, next(each));
      assertThat(refusal.status()).isEqualTo(502);
      assertThat(refusal.outcome().collapsed()).isTrue();
    }
    assertThat(house.waits).containsExactly(WaitOutcome.FAILED, WaitOutcome.FAILED);
    assertThat(house.leads()).as("the next one tries").isNotNull();
  }

  @Test
  void whoMayHaveSomethingStaleInsteadOfAFailureGetsThat() {
    house.storeStale(FRESH);
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    Plan.Wait strict = house.waits("Cache-Control", "max-age=100");
    Plan.Answer own = requireNonNull(house.cache.originFailed(leader, SomeFailure.ORIGIN));
    assertThat(own.outcome().collapsed()).isFalse();
    assertThat(content(own)).isEqualTo("old");
    Plan.Answer shared = is(Plan.Answer.class, next(wait));
    assertThat(shared.outcome().source()).isEqualTo(Source.STALE);
    assertThat(shared.outcome().detail()).isEqualTo("stale-disconnected");
    assertThat(shared.outcome().collapsed()).isTrue();
    assertThat(content(shared)).isEqualTo("old");
    assertThat(is(Plan.Refuse.class, next(strict)).status()).isEqualTo(502);
    assertThat(house.waits).containsExactly(WaitOutcome.FAILED, WaitOutcome.FAILED);
  }

  @Test
  void whereWhatIsStoredMustBeValidatedAFailureIs504() {
    house.storeStale("Cache-Control", "max-age=60, must-revalidate");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    assertThat(house.cache.originFailed(leader, SomeFailure.ORIGIN)).isNull();
    assertThat(is(Plan.Refuse.class, next(wait)).status()).isEqualTo(504);
  }

  @Test
  void whereAPersonalRequestMayBeAtFaultOneOfThoseWhoWaitAsksAgain() {
    Plan.AskOrigin leader = house.leads("Cookie", "a=1");
    Plan.Wait first = house.waits("Cookie", "a=2");
    Plan.Wait second = house.waits("Cookie", "a=3");
    assertThat(house.cache.originFailed(leader, new SomeFailure(Cause.REQUEST))).isNull();
    Plan.AskOrigin again = is(Plan.AskOrigin.class, next(first));
    assertThat(again.request().fields().first("Cookie")).isEqualTo("a=2");
    assertThat(house.waits).containsExactly(WaitOutcome.AGAIN, WaitOutcome.AGAIN);
    Plan.Wait stillSecond = is(Plan.Wait.class, next(second));
    house.cache.originFailed(again, SomeFailure.ORIGIN);
    assertThat(next(stillSecond)).isInstanceOf(Plan.Refuse.class);
  }

  @Test
  void whereAnOrdinaryRequestFailsAllOthersLikeItWould() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.cache.originFailed(leader, new SomeFailure(Cause.REQUEST));
    assertThat(next(wait)).isInstanceOf(Plan.Refuse.class);
    assertThat(house.waits).containsExactly(WaitOutcome.FAILED);
  }

  @Test
  void whoseClientLeavesLetsAnotherAsk() {
    house.storeStale(FRESH);
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    Plan.Answer own = house.cache.originFailed(leader, new SomeFailure(Cause.CLIENT));
    requireNonNull(own).discard();
    Plan.AskOrigin again = is(Plan.AskOrigin.class, next(wait));
    assertThat(again.shared().isShared()).isTrue();
    again.discard();
    assertThat(house.waits).containsExactly(WaitOutcome.AGAIN);
  }

  @Test
  void anErrorOfTheOriginIsToldToAllInTheProxysOwnWords() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.receive(leader, 503, "Retry-After", "7", "X-Secret", "a");
    Plan.Refuse refusal = is(Plan.Refuse.class, next(wait));
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.more().first("Retry-After")).isEqualTo("7");
    assertThat(refusal.more().size()).isEqualTo(1);
    assertThat(refusal.outcome().detail()).isEqualTo("origin-error");
    assertThat(refusal.outcome().forwardStatus()).isEqualTo(503);
    assertThat(house.waits).containsExactly(WaitOutcome.FAILED);
  }

  @Test
  void insteadOfAnErrorOfTheOriginThoseWhoMayGetSomethingStale() {
    house.storeStale("Cache-Control", "max-age=60, stale-if-error=100");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    Reception.Answer own = (Reception.Answer) house.receive(leader, 500);
    assertThat(content(own.held().take())).isEqualTo("old");
    Plan.Answer shared = is(Plan.Answer.class, next(wait));
    assertThat(shared.outcome().detail()).isEqualTo("stale-if-error");
    assertThat(shared.outcome().forwardStatus()).isEqualTo(500);
    assertThat(content(shared)).isEqualTo("old");
  }

  @ParameterizedTest
  @CsvSource({"500, true", "502, true", "503, false", "504, false"})
  void anErrorThatACookieMayHaveCausedIsItsSendersAlone(int status, boolean alone) {
    Plan.AskOrigin leader = house.leads("Cookie", "a=1");
    Plan.Wait wait = house.waits("Cookie", "a=2");
    house.receive(leader, status);
    if (alone) {
      assertGoesAlone(next(wait));
    } else {
      assertThat(is(Plan.Refuse.class, next(wait)).status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"Cache-Control, no-cache", "Cache-Control, max-age=0", "Pragma, no-cache"})
  void aReloadDoesNotMakeTheResponsePersonal(String name, String value) {
    Plan.AskOrigin reload = house.leads(name, value);
    house.deliver(reload, "page", "Cache-Control", "max-age=60");
    assertThat(house.cache.personalKeys()).isZero();
  }

  @Test
  void anErrorThatIsNobodysFaultButTheRequestsSaysNothingAboutTheNextAnswers() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.receive(leader, 404, "Cache-Control", "no-store");
    assertGoesAlone(next(wait));
    assertThat(house.cache.personalKeys()).isZero();
    assertThat(house.leads()).isNotNull();
  }

  @Test
  void whileTheOriginIsLateAllWhoMayGetSomethingStaleAndTheAnswerIsStillForTheOthers() {
    house.storeStale(FRESH);
    Plan.AskOrigin leader = house.leads();
    Plan.Wait before = house.waits();
    Plan.Wait strict = house.waits("Cache-Control", "max-age=100");
    assertThat(house.cache.waitIsBounded(leader)).isTrue();
    Plan.Answer own = requireNonNull(house.cache.originIsLate(leader));
    assertThat(own.outcome().detail()).isEqualTo("stale-wait");
    assertThat(content(own)).isEqualTo("old");
    assertThat(is(Plan.Answer.class, next(before)).outcome().detail()).isEqualTo("stale-wait");
    assertThat(content(next(before))).isEqualTo("old");
    Plan.Answer after = is(Plan.Answer.class, next(house.waits()));
    assertThat(after.outcome().collapsed()).isTrue();
    assertThat(content(after)).as("who comes meanwhile").isEqualTo("old");
    assertThat(isOver(strict)).isFalse();
    assertThat(house.cache.isWantedForStore(leader)).isTrue();
    house.deliver(leader, "new", FRESH);
    assertThat(rest(next(strict))).isEqualTo("new");
    assertThat(house.waits)
        .containsExactly(WaitOutcome.STALE, WaitOutcome.STALE, WaitOutcome.SHARED);
  }

  @Test
  void whereNothingIsStoredALateOriginIsWaitedFor() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    assertThat(house.cache.waitIsBounded(leader)).isFalse();
    assertThat(house.cache.originIsLate(leader)).isNull();
    assertThat(isOver(wait)).isFalse();
    house.deliver(leader, "x", FRESH);
    assertThat(rest(next(wait))).isEqualTo("x");
    assertThat(house.waits).containsExactly(WaitOutcome.SHARED);
  }

  @Test
  void aLateRefreshGivesItsWaitersSomethingStaleButItselfNothing() {
    house.storeStale("Cache-Control", "max-age=60, stale-while-revalidate=100");
    Plan.Answer stale = is(Plan.Answer.class, house.get());
    Plan.Refresh refresh = requireNonNull(stale.refresh());
    stale.response().release();
    Plan.Wait strict = house.waits("Cache-Control", "max-age=100");
    assertThat(house.cache.waitIsBounded(refresh)).isTrue();
    assertThat(house.cache.originIsLate(refresh)).isNull();
    assertThat(isOver(strict)).as("it wants nothing stale").isFalse();
    refresh.discard();
    assertGoesAlone(next(strict));
  }

  @Test
  void whatIsPurgedWhileTheOriginIsLateIsNotOfferedAnyMore() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    requireNonNull(house.cache.originIsLate(leader)).discard();
    Purge.ITS_GROUP.of(house);
    // It is gone from the store, so this one asks as if there had never been any.
    Plan after = house.get();
    assertThat(after).isNotInstanceOf(Plan.Answer.class);
    after.discard();
    leader.discard();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whoMayNotWaitGoesAlone(int maxWaiting) {
    CacheFixture crowded = new CacheFixture(new CollapseLimits(maxWaiting, Duration.ofSeconds(1)));
    Plan.AskOrigin leader = crowded.asks();
    assertThat(leader.shared().isShared()).isEqualTo(maxWaiting > 0);
    Plan.Wait wait = maxWaiting > 0 ? crowded.waits() : null;
    assertGoesAlone(crowded.get());
    assertGoesAlone(crowded.get());
    assertThat(crowded.waits)
        .isEqualTo(
            maxWaiting == 0 ? List.of() : List.of(WaitOutcome.TOO_MANY, WaitOutcome.TOO_MANY));
    assertThat(crowded.cache.isWantedForStore(leader)).isTrue();
    crowded.deliver(leader, "x", FRESH);
    if (wait != null) {
      assertThat(rest(next(wait))).isEqualTo("x");
    }
    assertThat(content(crowded.get())).isEqualTo("x");
    crowded.assertNothingIsLeft();
  }
}
