package io.cachingproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.CacheFixture.Purge;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Protects what was purged from answers to unsafe requests that were under way meanwhile. */
class OvertakenAnswerTest {

  private static final String[] STORABLE = {
    "Cache-Control", "max-age=60",
    "Content-Location", "/page",
    "Content-Length", "1",
    "Cache-Groups", "\"g\"",
    "ETag", "\"1\""
  };

  private final CacheFixture house = new CacheFixture();

  private void answer(Plan plan) {
    house.deliver(plan, "x", STORABLE);
  }

  @Test
  void anAnswerToPostIsStoredThoughItInvalidatesItsOwnUri() {
    answer(house.plan("POST", "/page"));
    assertThat(house.get()).isInstanceOf(Plan.Answer.class);
  }

  @Test
  void anAnswerToPostIsNotStoredIfItsGroupWasPurgedOnItsWay() {
    Plan post = house.plan("POST", "/page");
    Purge.ITS_GROUP.of(house);
    answer(post);
    assertThat(house.get()).isInstanceOf(Plan.AskOrigin.class);
  }

  @Test
  void aConfirmationWhoseGroupWasPurgedOnItsWayDoesNotMakeTheUriPersonal() {
    answer(house.get());
    house.clock.advance(Duration.ofSeconds(61));
    Plan revalidation = house.get();
    Purge.ITS_GROUP.of(house);
    Reception reception =
        house.receive(revalidation, 304, "ETag", "\"1\"", "Cache-Control", "max-age=60");
    assertThat(reception).as("for its own client").isInstanceOf(Reception.Answer.class);

    assertThat(house.get()).as("the next one asks").isInstanceOf(Plan.AskOrigin.class);
    assertThat(house.get())
        .as("a request that comes meanwhile waits for that one")
        .isInstanceOf(Plan.Wait.class);
  }
}
