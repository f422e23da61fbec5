package io.cachingproxy.conformance;

import static io.cachingproxy.testing.ResponseAssert.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;

/**
 * One case: settings, and steps of a client's request, the origin's replies should it be asked, and
 * what must be seen. Written down in that order: {@code get} and its like begin a step, everything
 * after them belongs to it. Played by {@link CasePlayer}.
 *
 * <p>No freshness is guessed unless a case wants it. In field lines, dates are written as {@link
 * Times} says.
 */
final class Case {

  private final String id;
  private final String what;
  private final Map<String, String> settings =
      new TreeMap<>(Map.of("default-ttl", "0", "heuristic-percent", "0"));
  private final List<Step> steps = new ArrayList<>();

  private Case(String id, String what) {
    this.id = id;
    this.what = what;
  }

  /**
   * A case without steps.
   *
   * @param id {@code group/name}; {@code docs/conformance.md} refers to it
   * @param what the point of it in a few words
   */
  static Case of(String id, String what) {
    return new Case(id, what);
  }

  String id() {
    return id;
  }

  Map<String, String> settings() {
    return settings;
  }

  List<Step> steps() {
    return steps;
  }

  @Override
  public String toString() {
    return id + ": " + what;
  }

  Case with(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  /** Freshness is guessed, with that default TTL. */
  Case guessing(String defaultTtl) {
    return with("default-ttl", defaultTtl).with("heuristic-percent", "10");
  }

  // The client

  Case get(String... lines) {
    return send("GET", lines);
  }

  Case head(String... lines) {
    return send("HEAD", lines);
  }

  Case send(String method, String... lines) {
    steps.add(new Step(method, lines));
    return this;
  }

  /** Asks for another resource of the case, or with a query: {@code "?a"}. */
  Case at(String resource) {
    step().resource = resource;
    return this;
  }

  Case content(String content) {
    step().content = content;
    return this;
  }

  /** So many seconds after the last step; only where the clock is the case's own. */
  Case after(long seconds) {
    step().secondsLater = seconds;
    return this;
  }

  /** The origin takes so many seconds to answer; only where the clock is the case's own. */
  Case whileOriginTakes(long seconds) {
    step().originSeconds = seconds;
    return this;
  }

  // The origin, should it be asked

  Case origin(int status, String... lines) {
    return origin(status, Reply.Manner.WHOLE, lines);
  }

  Case origin(int status, Reply.Manner manner, String... lines) {
    step().replies.add(new Reply(status, manner, null, lines));
    return this;
  }

  Case origin(Reply.Manner manner) {
    return origin(200, manner);
  }

  Case originSends(String content, int status, String... lines) {
    step().replies.add(new Reply(status, Reply.Manner.WHOLE, content, lines));
    return this;
  }

  // What must be seen

  /** The origin was asked, and the client got its answer. */
  Case forwarded() {
    return check(
        seen -> {
          Assertions.assertThat(seen.asked()).as("requests at the origin").isNotEmpty();
          assertThat(seen.response()).isMiss();
          if (seen.hasContent()) {
            assertThat(seen.response()).hasBody(seen.lastContent());
          }
        });
  }

  /** The origin was not asked; the client got what it sent last. */
  Case fromStore() {
    return check(seen -> stored(seen, seen.lastContent()));
  }

  /** The origin was not asked; the client got its reply with that number. */
  Case fromStore(int reply) {
    return check(seen -> stored(seen, seen.content(reply)));
  }

  private static void stored(Seen seen, String content) {
    Assertions.assertThat(seen.asked()).as("requests at the origin").isEmpty();
    assertThat(seen.response()).isHit();
    if (seen.hasContent()) {
      assertThat(seen.response()).hasBody(content);
    }
  }

  /** Like {@link #fromStore()}, and meanwhile the origin was asked once in the background. */
  Case fromStoreAndRefreshed() {
    step().backgroundRequests = 1;
    return check(
        seen -> {
          assertThat(seen.response()).hasHeaderLines("X-Cache", "HIT");
          Assertions.assertThat(seen.asked()).as("requests at the origin").hasSize(1);
        });
  }

  /** The origin was asked with a condition, confirmed, and the client got what it sent last. */
  Case validated() {
    return check(seen -> confirmed(seen, seen.lastContent()));
  }

  /** The origin was asked with a condition, and confirmed its reply with that number. */
  Case validated(int reply) {
    return check(seen -> confirmed(seen, seen.content(reply)));
  }

  private static void confirmed(Seen seen, String content) {
    Assertions.assertThat(seen.asked()).as("requests at the origin").hasSize(1);
    Assertions.assertThat(
            seen.asked().get(0).headers().has("If-None-Match")
                || seen.asked().get(0).headers().has("If-Modified-Since"))
        .as("a conditional request: %s", seen.asked().get(0).head())
        .isTrue();
    assertThat(seen.response()).isRevalidatedHit();
    if (seen.hasContent()) {
      assertThat(seen.response()).hasBody(content);
    }
  }

  /** The origin was asked and failed; the client got the stored reply with that number. */
  Case staleInstead(int reply) {
    return check(
        seen -> {
          Assertions.assertThat(seen.asked()).as("requests at the origin").isNotEmpty();
          assertThat(seen.response()).hasHeaderLines("X-Cache", "HIT").hasStatus(200);
          assertThat(seen.response()).hasBody(seen.content(reply));
        });
  }

  /** The origin was asked so many times. */
  Case asked(int times) {
    return check(seen -> Assertions.assertThat(seen.asked()).hasSize(times));
  }

  /** The answer is not whole: the client can tell. */
  Case truncated() {
    return check(seen -> assertThat(seen.response()).isTruncated());
  }

  Case status(int status) {
    return check(seen -> assertThat(seen.response()).hasStatus(status));
  }

  /** The answer has exactly these values, one for each line of that name. */
  Case sees(String name, String... values) {
    return check(seen -> assertThat(seen.response()).hasHeaderLines(name, seen.times().in(values)));
  }

  Case seesNo(String name) {
    return check(seen -> assertThat(seen.response()).hasNoHeader(name));
  }

  /** The answer's Age: at least so much, and only a little more. */
  Case seesAge(long seconds) {
    return check(seen -> assertThat(seen.response()).hasAgeFrom(seconds));
  }

  Case seesBody(String content) {
    return check(seen -> assertThat(seen.response()).hasBody(content));
  }

  /** Cache-Status has that parameter. */
  Case seesCacheStatus(String parameter) {
    return check(seen -> assertThat(seen.response()).hasCacheStatus(parameter));
  }

  /** What the origin received first in this step has exactly these values of that name. */
  Case originSees(String name, String... values) {
    return check(
        seen ->
            Assertions.assertThat(seen.asked().get(0).headers().values(name))
                .as("%s of %s", name, seen.asked().get(0).head())
                .containsExactly(seen.times().in(values)));
  }

  /** The tags of the If-None-Match that the origin received, in whatever order. */
  Case originIsAskedAbout(String... tags) {
    return check(
        seen ->
            Assertions.assertThat(
                    Arrays.stream(
                            seen.asked().get(0).headers().joined("If-None-Match").split(",", -1))
                        .map(String::strip))
                .as(seen.asked().get(0).head())
                .containsExactlyInAnyOrder(tags));
  }

  private Case check(Consumer<Seen> check) {
    step().checks.add(check);
    return this;
  }

  private Step step() {
    return steps.get(steps.size() - 1);
  }
}
