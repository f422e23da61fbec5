package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Eligibility;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.RequestDirectives;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.Selection;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do with a request: looks up, asks the rules, and says it as a {@link Plan}.
 * Thread-safe; nothing blocks.
 */
final class Planner {

  private final ResponseStore store;
  private final Lookup lookup;
  private final CachePolicy policy;
  private final Purges purges;
  private final Refreshes refreshes;
  private final Collapser collapser;
  private final Revalidator revalidator;
  private final Completer completer;
  private final Clock clock;

  Planner(
      ResponseStore store,
      Lookup lookup,
      CachePolicy policy,
      Purges purges,
      Refreshes refreshes,
      Collapser collapser,
      Revalidator revalidator,
      Completer completer,
      Clock clock) {
    this.store = store;
    this.lookup = lookup;
    this.policy = policy;
    this.purges = purges;
    this.refreshes = refreshes;
    this.collapser = collapser;
    this.revalidator = revalidator;
    this.completer = completer;
    this.clock = clock;
  }

  /**
   * What is asked, and how.
   *
   * @param mayWait whether it may wait for another request
   * @param mayLookAgain whether it has not been looked up twice already
   * @param landings what {@link Collapser#landings} was before the look-up
   */
  private record Question(
      CacheKey key, RequestHead request, boolean mayWait, boolean mayLookAgain, long landings) {}

  CompletionStage<Plan> plan(RequestHead request) {
    return plan(request, true);
  }

  /** What to do with a request whose answer is none of the cache's business. */
  Plan.AskOrigin bypass(RequestHead request) {
    return ask(Lookup.keyOf(request.target()), request, Forward.BYPASS);
  }

  private CompletionStage<Plan> plan(RequestHead request, boolean mayWait) {
    return plan(request, mayWait, true);
  }

  private CompletionStage<Plan> plan(RequestHead request, boolean mayWait, boolean mayLookAgain) {
    CacheKey key = Lookup.keyOf(request.target());
    return switch (Eligibility.of(request)) {
      case ELIGIBLE -> {
        Question question = new Question(key, request, mayWait, mayLookAgain, collapser.landings());
        yield lookup.find(request.target()).thenCompose(variants -> plan(question, variants));
      }
      case METHOD -> done(ask(key, request, Forward.METHOD));
      case CONTENT -> done(ask(key, request, Forward.BYPASS));
    };
  }

  private static CompletionStage<Plan> done(Plan plan) {
    return CompletableFuture.completedFuture(plan);
  }

  private CompletionStage<Plan> plan(Question question, List<StoredResponse> found) {
    RequestHead request = question.request();
    List<StoredResponse> variants = current(found);
    StoredResponse stored = Selection.select(variants, StoredResponse::head, request);
    if (stored != null) {
      return plan(question, stored, variants);
    }
    Forward reason = variants.isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    return lookup
        .findPartial(request.target())
        .thenCompose(parts -> planWithParts(question, parts, variants, reason));
  }

  /** No whole response is stored for the request, but maybe the part that it wants. */
  private CompletionStage<Plan> planWithParts(
      Question question,
      List<PartialResponse> parts,
      List<StoredResponse> variants,
      Forward reason) {
    RequestHead request = question.request();
    PartialResponse stored = Selection.select(current(parts), PartialResponse::head, request);
    if (stored == null) {
      return fetch(question, reason, variants);
    }
    if (Gap.isNone(request, stored)) {
      return plan(question, stored, List.of());
    }
    return orRefuse(
        request,
        () -> {
          Plan completion = completer.complete(question.key(), request, stored);
          return done(completion == null ? ask(question, Forward.PARTIAL) : completion);
        });
  }

  private CompletionStage<Plan> plan(
      Question question, Stored stored, List<StoredResponse> variants) {
    RequestHead request = question.request();
    Instant now = clock.instant();
    if (Preconditions.of(request, stored.head()) == Preconditions.PASS_ON) {
      return orRefuse(request, () -> done(ask(question, Forward.REQUEST)));
    }
    Reuse verdict = Reuse.of(request, stored.head(), now, policy);
    if (!verdict.isUsable()) {
      Forward reason = verdict.isForcedByRequest() ? Forward.REQUEST : Forward.STALE;
      return request.method().equals("GET")
          ? collapse(
              question,
              reason,
              variants,
              !(stored instanceof PartialResponse),
              () -> revalidator.revalidate(question.key(), request, reason, variants, stored))
          : orRefuse(
              request, () -> done(revalidator.askAnew(question.key(), request, reason, stored)));
    }
    if (!stored.tryRetain()) {
      // It left the store between the look-up and now, or has been moved in it.
      return question.mayLookAgain()
          ? plan(question.request(), question.mayWait(), false)
          : fetch(question, Forward.MISS, variants);
    }
    try {
      return done(answer(question, stored, verdict, now));
    } catch (RuntimeException | Error bug) {
      stored.release();
      throw bug;
    }
  }

  /** Answers with something stored, which is held by now. */
  private Plan answer(Question question, Stored stored, Reuse verdict, Instant now) {
    if (verdict == Reuse.FRESH) {
      CacheOutcome hit = CacheOutcome.fromStore(Source.HIT, stored.head(), now, null);
      return new Plan.Answer(stored, hit, null);
    }
    CacheOutcome stale = CacheOutcome.fromStore(Source.STALE, stored.head(), now, verdict.token());
    Plan.AskOrigin refresh =
        verdict == Reuse.STALE_WHILE_REVALIDATE ? refresh(question, stored, now) : null;
    return new Plan.Answer(stored, stale, refresh);
  }

  /**
   * The request in the background, which others wait for if they may not have the response stale;
   * null if it is not time for one, or another request will bring the same.
   */
  private Plan.@Nullable AskOrigin refresh(Question question, Stored stored, Instant now) {
    if (!refreshes.begin(stored.key(), now)) {
      return null;
    }
    try {
      Flight flight = collapser.lead(question.key(), question.request(), stored);
      if (flight != null) {
        return led(flight, () -> revalidator.refresh(question.key(), question.request(), stored));
      }
    } catch (RuntimeException | Error bug) {
      refreshes.end(stored.key(), true, now);
      throw bug;
    }
    refreshes.end(stored.key(), false, now);
    return null;
  }

  private CompletionStage<Plan> fetch(
      Question question, Forward reason, List<StoredResponse> variants) {
    return collapse(question, reason, variants, false, () -> ask(question, reason));
  }

  /** Asks the origin, unless another request is doing that already. */
  private CompletionStage<Plan> collapse(
      Question question,
      Forward reason,
      List<StoredResponse> variants,
      boolean isRevalidation,
      Supplier<Plan.AskOrigin> ask) {
    RequestHead request = question.request();
    return orRefuse(
        request,
        () -> {
          if (!question.mayWait() || !request.method().equals("GET")) {
            return done(ask.get());
          }
          Collapser.Role role =
              collapser.roleOf(
                  question.key(),
                  request,
                  reason,
                  variants,
                  isRevalidation,
                  outcome -> plan(request, outcome == WaitOutcome.AGAIN),
                  clock.instant());
          if (role instanceof Collapser.Role.Wait wait) {
            return done(new Plan.Wait(wait.waiting()));
          }
          if (role instanceof Collapser.Role.Lead lead) {
            return lead(question, lead.flight(), variants, ask);
          }
          return done(ask.get());
        });
  }

  private CompletionStage<Plan> lead(
      Question question,
      Flight flight,
      List<StoredResponse> variants,
      Supplier<Plan.AskOrigin> ask) {
    if (question.landings() == collapser.landings()) {
      return done(led(flight, ask));
    }
    // What was looked for may have come into the store just after the look-up.
    try {
      return lookup
          .find(question.request().target())
          .thenCompose(
              again -> {
                if (isSame(variants, again)) {
                  return done(led(flight, ask));
                }
                flight.lands();
                return plan(question.request(), false);
              })
          .whenComplete(
              (plan, failure) -> {
                if (failure != null) {
                  flight.lands();
                }
              });
    } catch (RuntimeException | Error bug) {
      flight.lands();
      throw bug;
    }
  }

  private static Plan.AskOrigin led(Flight flight, Supplier<Plan.AskOrigin> ask) {
    try {
      return ask.get().led(flight);
    } catch (RuntimeException | Error bug) {
      flight.lands();
      throw bug;
    }
  }

  private static boolean isSame(List<StoredResponse> before, List<StoredResponse> after) {
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).isVery(after.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The variants that no purge has covered since; the others give their memory back. */
  private <T extends Stored> List<T> current(List<T> variants) {
    for (int i = 0; i < variants.size(); i++) {
      if (purges.coversStored(variants.get(i))) {
        variants.stream().filter(purges::coversStored).forEach(store::remove);
        return variants.stream().filter(variant -> !purges.coversStored(variant)).toList();
      }
    }
    return variants;
  }

  private Plan.AskOrigin ask(Question question, Forward reason) {
    return ask(question.key(), question.request(), reason);
  }

  private Plan.AskOrigin ask(CacheKey key, RequestHead request, Forward reason) {
    return Plan.AskOrigin.plain(key, request, reason, purges.now());
  }

  /**
   * RFC 9111 §5.2.1.7: a client that wants nothing but a stored response gets 504 when there's
   * none.
   */
  private CompletionStage<Plan> orRefuse(
      RequestHead request, Supplier<CompletionStage<Plan>> plan) {
    return RequestDirectives.onlyIfCached(request, policy)
        ? done(
            new Plan.Refuse(
                504, CacheOutcome.proxyMade(null, "only-if-cached"), "the response is not stored"))
        : plan.get();
  }
}
