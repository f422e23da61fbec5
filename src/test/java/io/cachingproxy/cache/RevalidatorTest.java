package io.cachingproxy.cache;

import static io.cachingproxy.cache.CacheFixture.content;
import static io.cachingproxy.cache.CacheFixture.is;
import static io.cachingproxy.cache.CacheFixture.next;
import static io.cachingproxy.cache.CacheFixture.rest;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.CacheFixture.Purge;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.collapse.WaitOutcome;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Protects what a confirmation confirms, for whom, and what may stand in for an origin that fails.
 */
final class RevalidatorTest {

  private final CacheFixture house = new CacheFixture();

  @AfterEach
  void everythingIsGivenBack() {
    house.assertNothingIsLeft();
  }

  private static Reception.Answer answer(Reception reception) {
    assertThat(reception).isInstanceOf(Reception.Answer.class);
    return (Reception.Answer) reception;
  }

  /** What the one gets who asked, and how. */
  private static String answered(Reception reception, Source source) {
    assertThat(answer(reception).outcome().source()).isEqualTo(source);
    return content(answer(reception).held().take());
  }

  private Reception confirm(Plan plan, String... fields) {
    return house.receive(plan, 304, fields);
  }

  private void storeVariant(String language, String... more) {
    String[] fields = Arrays.copyOf(more, more.length + 4);
    fields[more.length] = "Vary";
    fields[more.length + 1] = "Accept-Language";
    fields[more.length + 2] = "ETag";
    fields[more.length + 3] = "\"" + language + "\"";
    house.deliver(house.asks("Accept-Language", language), language, fields);
  }

  @Test
  void aConfirmationAnswersTheOneWhoAskedAndFreshensWhatIsStored() {
    house.storeStale("Cache-Control", "max-age=60");
    Reception confirmed =
        confirm(house.leads(), "ETag", "\"1\"", "Cache-Control", "max-age=60", "X-New", "a");
    assertThat(answer(confirmed).outcome().forwardStatus()).isEqualTo(304);
    assertThat(answered(confirmed, Source.REVALIDATED)).isEqualTo("old");
    Plan.Answer hit = is(Plan.Answer.class, house.get());
    assertThat(hit.outcome().source()).isEqualTo(Source.HIT);
    assertThat(hit.response().head().fields().first("X-New")).isEqualTo("a");
    assertThat(content(hit)).isEqualTo("old");
  }

  @Test
  void theOriginIsAskedAboutEveryVariantAndItsWordPicksOne() {
    storeVariant("en", "Cache-Control", "max-age=60");
    storeVariant("fr", "Cache-Control", "max-age=60");
    house.clock.advance(Duration.ofSeconds(61));
    Plan.AskOrigin plan = house.leads("Accept-Language", "en");
    assertThat(plan.conditions().first("If-None-Match")).isEqualTo("\"en\", \"fr\"");
    Reception confirmed = confirm(plan, "ETag", "\"fr\"", "Cache-Control", "max-age=60");
    assertThat(answered(confirmed, Source.REVALIDATED)).isEqualTo("fr");
    Plan french = house.get("Accept-Language", "fr");
    assertThat(is(Plan.Answer.class, french).outcome().source()).isEqualTo(Source.HIT);
    french.discard();
    house.asks("Accept-Language", "en").discard();
  }

  @Test
  void aVariantThatWasPurgedIsNotAskedAbout() {
    storeVariant("en", "Cache-Control", "max-age=60");
    storeVariant("fr", "Cache-Control", "max-age=60", "Cache-Groups", "\"g\"");
    house.clock.advance(Duration.ofSeconds(61));
    Purge.ITS_GROUP.of(house);
    Plan.AskOrigin plan = house.leads("Accept-Language", "en");
    assertThat(plan.conditions().first("If-None-Match")).isEqualTo("\"en\"");
    plan.discard();
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void whatIsConfirmedAfterItsPurgeIsForTheOneWhoAskedAlone(Purge purge) {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait before = house.waits();
    purge.of(house);
    Reception confirmed = confirm(leader, "ETag", "\"1\"", "Cache-Control", "max-age=60");
    assertThat(answered(confirmed, Source.REVALIDATED)).isEqualTo("old");
    CacheFixture.assertGoesAlone(next(before));
    assertThat(house.waits).containsExactly(WaitOutcome.ALONE);
    Plan.AskOrigin after = house.leads();
    assertThat(after.conditions().size()).as("conditions").isZero();
    assertThat(house.cache.personalKeys()).as("a purge says nothing about whom it is for").isZero();
  }

  @Test
  void aConfirmationThatPutsTheResponseIntoAPurgedGroupIsForTheOneWhoAskedAlone() {
    house.storePage("old", "Cache-Control", "max-age=60", "ETag", "\"1\"");
    house.clock.advance(Duration.ofSeconds(61));
    Plan.AskOrigin leader = house.leads();
    Purge.ITS_GROUP.of(house);
    Reception confirmed =
        confirm(leader, "ETag", "\"1\"", "Cache-Control", "max-age=60", "Cache-Groups", "\"g\"");
    assertThat(answered(confirmed, Source.REVALIDATED)).isEqualTo("old");
    house.leads().discard();
  }

  @ParameterizedTest
  @CsvSource({
    "Cache-Control, private",
    "Cache-Control, no-store",
    "Vary, *",
  })
  void whatMayNotBeSharedIsForTheOneWhoAskedAndTheOthersAskAtOnce(String name, String value) {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait first = house.waits();
    Plan.Wait second = house.waits();
    Reception confirmed = confirm(leader, "ETag", "\"1\"", name, value);
    assertThat(answer(confirmed).shared()).isNull();
    assertThat(answered(confirmed, Source.REVALIDATED)).isEqualTo("old");
    CacheFixture.assertGoesAlone(next(first));
    CacheFixture.assertGoesAlone(next(second));
    assertThat(house.waits).containsExactly(WaitOutcome.ALONE, WaitOutcome.ALONE);
    Plan.AskOrigin third = house.asks();
    assertThat(third.conditions().first("If-None-Match")).as("it is still stored").isNotNull();
    CacheFixture.assertGoesAlone(third);
  }

  @Test
  void whatIsConfirmedIsForAllWhoWaited() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    Plan.Wait partial = house.waits("Range", "bytes=0-1");
    Plan.Wait conditional = house.waits("If-None-Match", "\"1\"");
    answered(confirm(leader, "ETag", "\"1\"", "Cache-Control", "max-age=60"), Source.REVALIDATED);
    Plan.Answer shared = is(Plan.Answer.class, next(wait));
    assertThat(shared.outcome().source()).isEqualTo(Source.REVALIDATED);
    assertThat(shared.outcome().forwardStatus()).isEqualTo(304);
    assertThat(shared.outcome().collapsed()).isTrue();
    assertThat(content(shared)).isEqualTo("old");
    is(Plan.Answer.class, next(partial)).discard();
    is(Plan.Answer.class, next(conditional)).discard();
    assertThat(house.waits)
        .containsExactly(WaitOutcome.SHARED, WaitOutcome.SHARED, WaitOutcome.SHARED);
  }

  @Test
  void whatIsConfirmedButIsNotStoredIsAskedForOnceMoreForAllWhoWait() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    Reception unknown = confirm(leader, "ETag", "\"another\"");
    assertThat(unknown).isInstanceOf(Reception.AskAgain.class);
    Plan.AskOrigin again = ((Reception.AskAgain) unknown).plan();
    assertThat(again.conditions().size()).as("conditions").isZero();
    assertThat(CacheFixture.isOver(wait)).isFalse();
    house.deliver(again, "new", "Cache-Control", "max-age=60");
    assertThat(rest(next(wait))).isEqualTo("new");
  }

  @Test
  void aNewResponseTakesThePlaceOfTheStaleOne() {
    house.storeStale("Cache-Control", "max-age=60");
    Plan.AskOrigin leader = house.leads();
    Plan.Wait wait = house.waits();
    house.deliver(leader, "new", "Cache-Control", "max-age=60", "ETag", "\"2\"");
    assertThat(rest(next(wait))).isEqualTo("new");
    assertThat(house.cache.usage().responses()).isEqualTo(1);
    assertThat(content(house.get())).isEqualTo("new");
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=60, 0, stale-disconnected",
    "max-age=60, 503, ",
    "'max-age=60, stale-if-error=100', 0, stale-if-error",
    "'max-age=60, stale-if-error=100', 500, stale-if-error",
    "'max-age=60, stale-if-error=100', 404, ",
    "'max-age=60, stale-if-error=0', 0, ",
    "'max-age=60, must-revalidate', 0, ",
    "'max-age=60, must-revalidate, stale-if-error=100', 503, "
  })
  void whatMayStandInForAnOriginThatFails(String stored, int status, String reason) {
    house.storeStale("Cache-Control", stored);
    Plan.AskOrigin plan = house.leads();
    assertThat(plan.mayBeStale()).isEqualTo(!stored.contains("must-revalidate"));
    assertThat(house.cache.waitIsBounded(plan)).isEqualTo(!stored.contains("must-revalidate"));
    assertThat(plan.mustBeValidated()).isEqualTo(stored.contains("must-revalidate"));
    CacheOutcome outcome = null;
    if (status == 0) {
      Plan.Answer standIn = house.cache.originFailed(plan, SomeFailure.ORIGIN);
      if (standIn != null) {
        outcome = standIn.outcome();
        assertThat(content(standIn)).isEqualTo("old");
      }
    } else if (house.receive(plan, status) instanceof Reception.Answer standIn) {
      outcome = standIn.outcome();
      assertThat(content(standIn.held().take())).isEqualTo("old");
    }
    assertThat(outcome == null ? null : outcome.detail()).isEqualTo(reason);
    assertThat(outcome == null ? Source.STALE : outcome.source()).isEqualTo(Source.STALE);
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void whatWasPurgedMeanwhileStandsInForNothing(Purge purge) {
    house.storeStale("Cache-Control", "max-age=60, stale-if-error=100");
    Plan.AskOrigin first = house.leads();
    Plan.AskOrigin second = house.asks("Cache-Control", "no-cache");
    purge.of(house);
    assertThat(house.cache.originIsLate(first)).isNull();
    assertThat(house.cache.originFailed(first, SomeFailure.ORIGIN)).isNull();
    assertThat(house.receive(second, 503)).isInstanceOf(Reception.Relay.class);
  }

  @Test
  void aVariantForOthersStandsInForNothing() {
    storeVariant("en", "Cache-Control", "max-age=60, stale-if-error=0");
    storeVariant("fr", "Cache-Control", "max-age=120");
    house.clock.advance(Duration.ofSeconds(61));
    Plan.AskOrigin english = house.leads("Accept-Language", "en");
    assertThat(english.candidates()).hasSize(2);
    assertThat(house.cache.originFailed(english, SomeFailure.ORIGIN)).isNull();
  }

  @Test
  void anAnswerToHeadFreshensWhatItAgreesWith() {
    house.storeStale("Cache-Control", "max-age=60");
    house.receive(
        house.plan("HEAD", "/page"),
        200,
        "ETag",
        "\"1\"",
        "Content-Length",
        "3",
        "Cache-Control",
        "max-age=60");
    assertThat(content(house.get())).isEqualTo("old");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ETag: \"2\"", "Content-Length: 4"})
  void anAnswerToHeadRemovesWhatItContradicts(String line) {
    house.storeStale("Cache-Control", "max-age=60");
    String[] field = line.split(": ", 2);
    house.receive(
        house.plan("HEAD", "/page"), 200, field[0], field[1], "Cache-Control", "max-age=60");
    assertThat(house.asks().conditions().size()).isZero();
    assertThat(house.cache.usage().responses()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Purge.class)
  void anAnswerToHeadBringsNothingBackThatWasPurgedMeanwhile(Purge purge) {
    house.storeStale("Cache-Control", "max-age=60");
    Plan head = house.plan("HEAD", "/page");
    purge.of(house);
    house.receive(head, 200, "ETag", "\"1\"", "Cache-Control", "max-age=60");
    assertThat(house.asks().conditions().size()).as("conditions").isZero();
  }

  @Test
  void ofAStalePartNoMoreIsAskedForThanTheClientWants() {
    house.receivePart("ab", 0, 10);
    house.clock.advance(Duration.ofSeconds(61));
    Plan.AskOrigin plan = house.asks("Range", "bytes=0-1");
    assertThat(plan.conditions().first("If-None-Match")).isEqualTo("\"1\"");
    assertThat(plan.conditions().first("Range")).isEqualTo("bytes=0-1");
    Reception confirmed = confirm(plan, "ETag", "\"1\"", "Cache-Control", "max-age=60");
    assertThat(answer(confirmed).outcome().source()).isEqualTo(Source.REVALIDATED);
    answer(confirmed).held().close();
  }
}
