package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Stored;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Gives what came of a request to those who wait for the same, as far as they may have it, and
 * sends the others on their own way. Thread-safe.
 */
final class Sharing {

  private final Collapser collapser;
  private final CachePolicy policy;

  Sharing(Collapser collapser, CachePolicy policy) {
    this.collapser = collapser;
    this.policy = policy;
  }

  /**
   * The head of the origin's response is here.
   *
   * @param reception what becomes of it for the one who asked
   * @param status the origin's
   */
  void received(
      Plan.AskOrigin plan,
      Flight flight,
      Reception reception,
      int status,
      Instant requestTime,
      Instant now) {
    if (reception instanceof Reception.Answer answer) {
      Stored shared = answer.shared();
      if (shared == null) {
        collapser.learn(plan.key(), plan.request(), false, now);
        flight.lands();
      } else if (answer.outcome().source() == Source.REVALIDATED) {
        flight.answers(each -> flight.confirmed(each, shared, status, requestTime, now));
        learn(plan, shared.head(), requestTime, now);
      } else {
        flight.answers(each -> flight.standIn(each, shared, status, now));
      }
      return;
    }
    Storing storing = reception instanceof Reception.Relay relay ? relay.storing() : null;
    if (storing != null) {
      learn(plan, storing.head(), requestTime, now);
      storing.onEnded(flight::lands);
      flight.arrives(storing, requestTime);
    } else {
      if (status < 400 && status != 304) {
        // An error says nothing about what comes when it is over.
        collapser.learn(plan.key(), plan.request(), false, now);
      }
      flight.lands();
    }
  }

  /**
   * Whether others can use such a response is known from whether a second one of its kind could.
   */
  private void learn(Plan.AskOrigin plan, StoredHead head, Instant requestTime, Instant now) {
    boolean isShared = Reuse.of(plan.request(), head, requestTime, policy).isUsable();
    collapser.learn(plan.key(), plan.request(), isShared, now);
  }

  /**
   * There was no answer, and the request hasn't reached the origin: so it isn't its fault.
   *
   * @param standIn what the one who asked gets instead, if anything
   */
  static void failed(Flight flight, @Nullable Stored standIn, Throwable failure, Instant now) {
    flight.fails(
        each -> {
          Plan shared = standIn == null ? null : flight.standIn(each, standIn, 0, now);
          return shared == null ? new Plan.Unanswered(each.forward(), failure) : shared;
        });
  }
}
