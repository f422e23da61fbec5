package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Stored;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Gives what came of a request to those who wait for the same, as far as they may have it, and
 * sends the others on their own way. Thread-safe.
 */
final class Sharing {

  /** Why something stale is served while the origin is still being waited for. */
  static final String LATE = "stale-wait";

  private final Collapser collapser;
  private final Revalidator revalidator;
  private final CachePolicy policy;
  private final Purges purges;

  Sharing(Collapser collapser, Revalidator revalidator, CachePolicy policy, Purges purges) {
    this.collapser = collapser;
    this.revalidator = revalidator;
    this.policy = policy;
    this.purges = purges;
  }

  /**
   * The head of the origin's response is here.
   *
   * @param reception what becomes of it for the one who asked
   * @param response the origin's
   */
  void received(
      Plan.AskOrigin plan,
      Flight flight,
      Reception reception,
      ResponseHead response,
      Instant requestTime,
      Instant now) {
    int status = response.status();
    if (reception instanceof Reception.Answer answer
        && answer.outcome().source() == Source.REVALIDATED) {
      Stored shared = answer.shared();
      if (shared == null) {
        collapser.learn(plan.key(), plan.request(), false, now);
        flight.lands();
      } else if (wasPurged(plan, shared.head())) {
        // A purge says nothing about whom the response is for.
        flight.lands();
      } else {
        flight.answers(each -> flight.confirmed(each, shared, status, requestTime, now));
        learn(plan, shared.head(), requestTime, now);
      }
      return;
    }
    Storing storing = reception instanceof Reception.Relay relay ? relay.storing() : null;
    if (storing != null && wasPurged(plan, storing.head())) {
      flight.lands();
    } else if (storing != null) {
      learn(plan, storing.head(), requestTime, now);
      storing.onEnded(flight::lands);
      flight.arrives(storing, requestTime);
    } else if (Reuse.isFailure(status)) {
      // A cookie, or a field nobody knows, may be all that is wrong. Others have their own.
      boolean ofRequest = (status == 500 || status == 502) && collapser.isPersonal(plan.request());
      flight.fails(
          each -> orStale(plan, each, status, now, ofRequest ? null : refused(each, response)));
    } else {
      if (status < 400 && status != 304) {
        // An error says nothing about what comes when it is over.
        collapser.learn(plan.key(), plan.request(), false, now);
      }
      flight.lands();
    }
  }

  /** Some of those who wait may have come after the purge, so none of them gets it. */
  private boolean wasPurged(Plan.AskOrigin plan, StoredHead head) {
    return purges.coversFetched(plan.key(), head.groups(), plan.stamp());
  }

  /**
   * Whether others can use such a response is known from whether a second one of its kind could.
   */
  private void learn(Plan.AskOrigin plan, StoredHead head, Instant requestTime, Instant now) {
    boolean isShared = Reuse.of(plan.request(), head, requestTime, policy).isUsable();
    collapser.learn(plan.key(), plan.request(), isShared, now);
  }

  /** There was no answer: nobody who waited asks an origin that fails once more. */
  void failed(Plan.AskOrigin plan, Flight flight, Throwable failure, Instant now) {
    boolean mustBeValidated = plan.mustBeValidated();
    flight.fails(
        each -> {
          Plan error = new Plan.Unanswered(each.forward(), failure, mustBeValidated);
          return orStale(plan, each, 0, now, error);
        });
  }

  /** There is no answer yet, and it is time for what is stale and may be used meanwhile. */
  void late(Plan.AskOrigin plan, Flight flight, Clock clock) {
    flight.isLate(each -> stale(plan, each, 0, LATE, clock.instant()));
  }

  private @Nullable Plan orStale(
      Plan.AskOrigin plan, Waiting each, int status, Instant now, @Nullable Plan otherwise) {
    Plan stale = stale(plan, each, status, null, now);
    return stale == null ? otherwise : stale;
  }

  /** Something stale for one who waits, by the rules for its own request; null if there is none. */
  private Plan.@Nullable Answer stale(
      Plan.AskOrigin plan, Waiting each, int status, @Nullable String detail, Instant now) {
    Plan.Answer stale =
        revalidator.standInAnswer(plan, each.request(), each.forward(), status, detail, now);
    return stale == null ? null : stale.shared();
  }

  /**
   * The origin's error, in the proxy's own words: what else its response said may have been meant
   * for the one who asked.
   */
  private static Plan refused(Waiting each, ResponseHead response) {
    String retryAfter = response.fields().first("Retry-After");
    return new Plan.Refuse(
        response.status(),
        CacheOutcome.proxyMade(each.forward(), "origin-error")
            .after(each.forward(), response.status())
            .shared(),
        "the origin answered with an error",
        retryAfter == null ? Fields.empty() : Fields.of("Retry-After", retryAfter));
  }
}
