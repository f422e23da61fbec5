package io.cachingproxy.cache;

import static io.cachingproxy.cache.CacheFixture.append;
import static io.cachingproxy.cache.CacheFixture.assertGoesAlone;
import static io.cachingproxy.cache.CacheFixture.content;
import static io.cachingproxy.cache.CacheFixture.is;
import static io.cachingproxy.cache.CacheFixture.next;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.WaitOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Protects what plans hold: what is never carried out gives back each hold once, and leaves nobody
 * waiting for it.
 */
final class PlanTest {

  private final CacheFixture house = new CacheFixture();

  @AfterEach
  void everythingIsGivenBack() {
    house.assertNothingIsLeft();
  }

  /** Discards it twice: as often as a plan to ask the origin allows. */
  private void assertLetsGoOnce(Plan.AskOrigin plan) {
    Plan.Answer reader = is(Plan.Answer.class, house.get("Cache-Control", "max-stale"));
    plan.discard();
    plan.discard();
    house.store.clear();
    assertThat(house.store.inFlightBytes()).as("what the reader holds still").isPositive();
    assertThat(content(reader)).isEqualTo("old");
    assertThat(house.store.inFlightBytes()).isZero();
  }

  @Test
  void anAnswerGivesItsResponseBack() {
    house.storePage("x", "Cache-Control", "max-age=60");
    Plan first = house.get();
    Plan second = house.get();
    first.discard();
    house.store.clear();
    assertThat(house.store.inFlightBytes()).isPositive();
    assertThat(content(second)).isEqualTo("x");
  }

  @Test
  void anAnswerWithARefreshGivesBothBackAndWhoWaitsForTheRefreshGoesAlone() {
    house.storeStale("Cache-Control", "max-age=60, stale-while-revalidate=100");
    Plan.Answer answer = is(Plan.Answer.class, house.get());
    assertThat(answer.refresh()).isNotNull();
    Plan.Wait wait = house.waits("Cache-Control", "max-age=100");
    answer.discard();
    assertGoesAlone(next(wait));
    house.store.clear();
    assertThat(house.store.inFlightBytes()).isZero();
  }

  @Test
  void aFollowerStopsReading() {
    ArrivingResponse arriving = house.begin(house.leads(), "Cache-Control", "max-age=60");
    append(arriving, "ab", false);
    int[] abandoned = {0};
    arriving.onAbandoned(() -> abandoned[0]++);
    Plan first = house.follows();
    Plan second = house.follows();
    first.discard();
    first.discard();
    assertThat(abandoned[0]).as("while the second reads").isZero();
    second.discard();
    assertThat(abandoned[0]).isEqualTo(1);
    append(arriving, "c", true);
    assertThat(content(house.get())).isEqualTo("abc");
  }

  @Test
  void aWaitIsLeft() {
    Plan.AskOrigin leader = house.leads();
    house.waits().discard();
    assertThat(house.waits).containsExactly(WaitOutcome.LEFT);
    assertThat(leader.shared().hasWaiting()).isFalse();
  }

  @Test
  void aFetchLetsGoOfWhatCouldStandIn() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.Fetch head = is(Plan.Fetch.class, house.plan("HEAD", "/page"));
    assertThat(head.candidates()).hasSize(1);
    assertLetsGoOnce(head);
  }

  @Test
  void aFetchThatIsNeverSentSendsThoseAloneWhoWaitForIt() {
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    leader.discard();
    assertGoesAlone(next(wait));
    assertThat(house.waits).containsExactly(WaitOutcome.ALONE);
  }

  @Test
  void aRevalidationLetsGoOfEveryVariant() {
    for (String language : new String[] {"en", "fr"}) {
      house.deliver(
          house.asks("Accept-Language", language),
          language,
          "Cache-Control",
          "max-age=60",
          "Vary",
          "Accept-Language",
          "ETag",
          "\"" + language + "\"");
    }
    Plan.AskOrigin forced = house.asks("Accept-Language", "en", "Cache-Control", "no-cache");
    assertThat(forced.candidates()).hasSize(2);
    forced.discard();
    forced.discard();
    assertThat(content(house.get("Accept-Language", "fr"))).isEqualTo("fr");
    house.store.clear();
    assertThat(house.store.inFlightBytes()).isZero();
  }

  @Test
  void aRevalidationLetsGoOfWhatItAsksAbout() {
    house.storeStale("Cache-Control", "max-age=60");
    assertLetsGoOnce(is(Plan.Revalidate.class, house.get()));
  }

  @Test
  void aRefreshLetsGoOfWhatItAsksAbout() {
    house.storeStale("Cache-Control", "max-age=60, stale-while-revalidate=100");
    Plan.Answer stale = is(Plan.Answer.class, house.get());
    Plan.Refresh refresh = requireNonNull(stale.refresh());
    assertThat(content(stale)).isEqualTo("old");
    assertLetsGoOnce(refresh);
  }

  @Test
  void aCompletionLetsGoOfTheParts() {
    house.receivePart("ab", 0, 10);
    Plan.Complete completion = is(Plan.Complete.class, house.get());
    Plan.Answer reader = is(Plan.Answer.class, house.get("Range", "bytes=0-1"));
    completion.discard();
    completion.discard();
    house.store.clear();
    assertThat(house.store.inFlightBytes()).as("what the reader holds still").isPositive();
    reader.discard();
  }

  @Test
  void whatHoldsNothingHasNothingToGiveBack() {
    Plan.Pass pass = house.cache.bypass(CacheFixture.request("GET", "/page"));
    pass.discard();
    pass.discard();
    house.get("Cache-Control", "only-if-cached").discard();
    assertThat(house.waits).isEmpty();
  }

  @Test
  void aPlanThatIsOverLetsGoOnceThoughItIsDiscardedToo() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin answered = house.asks();
    house.deliver(answered, "new", "Cache-Control", "max-age=60");
    answered.discard();
    assertThat(content(house.get())).isEqualTo("new");
    house.cache.clear();
    house.storeStale("Cache-Control", "max-age=60, must-revalidate");
    Plan.AskOrigin failed = house.asks();
    assertThat(house.cache.originFailed(failed, SomeFailure.ORIGIN)).isNull();
    failed.discard();
    house.store.clear();
    assertThat(house.store.inFlightBytes()).isZero();
  }
}
