package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.collapse.Collapser;
import io.cachingproxy.cache.collapse.SharedFetch;
import io.cachingproxy.cache.collapse.WaitOutcome;
import io.cachingproxy.cache.parts.Gap;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.ForwardReason;
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
 * Decides what to do with a request: looks it up, applies the rules, and returns a {@link Plan}.
 * Thread-safe; nothing blocks.
 */
final class Planner {

  private final ResponseStore store;
  private final Lookup lookup;
  private final CachePolicy policy;
  private final Purges purges;
  private final Refreshes refreshes;
  private final Collapser<Plan> collapser;
  private final Revalidator revalidator;
  private final Completer completer;
  private final Clock clock;

  Planner(
      ResponseStore store,
      Lookup lookup,
      CachePolicy policy,
      Purges purges,
      Refreshes refreshes,
      Collapser<Plan> collapser,
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
   * A request to plan, and how often that was tried.
   *
   * @param mayWait whether it may wait for another request
   * @param mayLookAgain whether a second look-up is allowed
   * @param changes {@link Collapser#changes} before the look-up
   */
  private record Question(
      CacheKey key, RequestHead request, boolean mayWait, boolean mayLookAgain, long changes) {}

  CompletionStage<Plan> plan(RequestHead request) {
    return plan(request, true);
  }

  /** Plans a request that bypasses the cache. */
  Plan.Pass bypass(RequestHead request) {
    CacheKey key = CacheKey.of(request.target());
    return new Plan.Pass(new Plan.Asked(key, request, ForwardReason.BYPASS, purges.now()));
  }

  private CompletionStage<Plan> plan(RequestHead request, boolean mayWait) {
    return plan(request, mayWait, true);
  }

  private CompletionStage<Plan> plan(RequestHead request, boolean mayWait, boolean mayLookAgain) {
    CacheKey key = CacheKey.of(request.target());
    return switch (Eligibility.of(request)) {
      case ELIGIBLE -> {
        Question question = new Question(key, request, mayWait, mayLookAgain, collapser.changes());
        yield lookup.find(request.target()).thenCompose(variants -> plan(question, variants));
      }
      case METHOD -> done(ask(key, request, ForwardReason.METHOD));
      case CONTENT -> done(ask(key, request, ForwardReason.BYPASS));
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
    ForwardReason reason = variants.isEmpty() ? ForwardReason.URI_MISS : ForwardReason.VARY_MISS;
    return lookup
        .findPartial(request.target())
        .thenCompose(parts -> planWithParts(question, parts, variants, reason));
  }

  /** No whole response is stored for the request, but perhaps the part that it asks for. */
  private CompletionStage<Plan> planWithParts(
      Question question,
      List<PartialResponse> parts,
      List<StoredResponse> variants,
      ForwardReason reason) {
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
          return done(completion == null ? ask(question, ForwardReason.PARTIAL) : completion);
        });
  }

  private CompletionStage<Plan> plan(
      Question question, Stored stored, List<StoredResponse> variants) {
    RequestHead request = question.request();
    Instant now = clock.instant();
    Preconditions conditions = Preconditions.of(request, stored.head());
    if (conditions == Preconditions.PASS_ON) {
      return orRefuse(request, () -> done(ask(question, ForwardReason.REQUEST)));
    }
    Reuse verdict = Reuse.of(request, stored.head(), now, policy);
    if (!verdict.isUsable()) {
      ForwardReason reason =
          verdict.isForcedByRequest() ? ForwardReason.REQUEST : ForwardReason.STALE;
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
      // It was evicted or moved between the look-up and now.
      return question.mayLookAgain()
          ? plan(question.request(), question.mayWait(), false)
          : fetch(question, ForwardReason.MISS, variants);
    }
    try {
      StoredAnswer answer = StoredAnswer.of(request, stored, conditions);
      return done(answer(question, answer, verdict, now));
    } catch (RuntimeException | Error bug) {
      stored.release();
      throw bug;
    }
  }

  /** Answers with a stored response, which is already held. */
  private Plan answer(Question question, StoredAnswer answer, Reuse verdict, Instant now) {
    Stored stored = answer.stored();
    if (verdict == Reuse.FRESH) {
      CacheOutcome hit = CacheOutcome.fromStore(Source.HIT, stored.head(), now, null);
      return new Plan.Answer(answer, hit, null);
    }
    CacheOutcome stale = CacheOutcome.fromStore(Source.STALE, stored.head(), now, verdict.token());
    Plan.Refresh refresh =
        verdict == Reuse.STALE_WHILE_REVALIDATE ? refresh(question, stored, now) : null;
    return new Plan.Answer(answer, stale, refresh);
  }

  /**
   * The background refresh, shared with requests that may not have the stale response; null if a
   * refresh is pending or paused, or another request will bring the same.
   */
  private Plan.@Nullable Refresh refresh(Question question, Stored stored, Instant now) {
    if (!refreshes.begin(stored.key(), now)) {
      return null;
    }
    try {
      SharedFetch<Plan> fetch = collapser.lead(question.key(), question.request(), stored);
      if (fetch != null) {
        return orEnd(
            fetch,
            () -> revalidator.refresh(question.key(), question.request(), stored).led(fetch));
      }
    } catch (RuntimeException | Error bug) {
      refreshes.end(stored.key(), true, now);
      throw bug;
    }
    refreshes.end(stored.key(), false, now);
    return null;
  }

  private CompletionStage<Plan> fetch(
      Question question, ForwardReason reason, List<StoredResponse> variants) {
    return collapse(question, reason, variants, false, () -> ask(question, reason));
  }

  /** Asks the origin, unless another request is already doing so. */
  private CompletionStage<Plan> collapse(
      Question question,
      ForwardReason reason,
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
          Collapser.Role<Plan> role =
              collapser.roleOf(
                  question.key(),
                  request,
                  reason,
                  variants,
                  isRevalidation,
                  (outcome, shared) -> afterWait(request, reason, outcome, shared),
                  clock.instant());
          if (role instanceof Collapser.Role.Wait<Plan> wait) {
            return done(new Plan.Wait(wait.waiting()));
          }
          if (role instanceof Collapser.Role.Lead<Plan> lead) {
            return lead(question, lead.fetch(), variants, ask);
          }
          return done(ask.get());
        });
  }

  private CompletionStage<Plan> lead(
      Question question,
      SharedFetch<Plan> fetch,
      List<StoredResponse> variants,
      Supplier<Plan.AskOrigin> ask) {
    if (question.changes() == collapser.changes()) {
      return done(led(fetch, ask));
    }
    // The response may have been stored just after the look-up.
    try {
      return lookup
          .find(question.request().target())
          .thenCompose(
              again -> {
                if (isSame(variants, again)) {
                  return done(led(fetch, ask));
                }
                fetch.endsUnshared();
                return plan(question.request(), false);
              })
          .whenComplete(
              (plan, failure) -> {
                if (failure != null) {
                  fetch.endsUnshared();
                }
              });
    } catch (RuntimeException | Error bug) {
      fetch.endsUnshared();
      throw bug;
    }
  }

  /** Plans a request whose wait is over. */
  private CompletionStage<Plan> afterWait(
      RequestHead request, ForwardReason reason, WaitOutcome outcome, @Nullable Plan shared) {
    if (outcome == WaitOutcome.LEFT) {
      // The client may only have closed its sending side: then it can read this.
      return done(
          new Plan.Refuse(
              408,
              CacheOutcome.proxyMade(reason, "client-left").shared(),
              "the client closed its side of the connection"));
    }
    if (shared == null) {
      return plan(request, outcome == WaitOutcome.AGAIN);
    }
    return outcome == WaitOutcome.FAILED
        ? plan(request, false).handle((again, bug) -> better(shared, again))
        : done(shared);
  }

  /** Prefers a response that has been stored meanwhile to the shared failure. */
  private static Plan better(Plan shared, @Nullable Plan again) {
    if (again instanceof Plan.Answer stored) {
      shared.discard();
      return stored;
    }
    if (again != null) {
      again.discard();
    }
    return shared;
  }

  private static Plan.AskOrigin led(SharedFetch<Plan> fetch, Supplier<Plan.AskOrigin> ask) {
    return orEnd(fetch, () -> ask.get().led(fetch));
  }

  /** Makes a plan that leads the fetch; if that fails, nobody goes on waiting for it. */
  private static <P extends Plan> P orEnd(SharedFetch<Plan> fetch, Supplier<P> leading) {
    try {
      return leading.get();
    } catch (RuntimeException | Error bug) {
      fetch.endsUnshared();
      throw bug;
    }
  }

  private static boolean isSame(List<StoredResponse> before, List<StoredResponse> after) {
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).isSameEntry(after.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The variants that are not purged; purged ones are removed from the store. */
  private <T extends Stored> List<T> current(List<T> variants) {
    for (int i = 0; i < variants.size(); i++) {
      if (purges.coversStored(variants.get(i))) {
        variants.stream().filter(purges::coversStored).forEach(store::remove);
        return variants.stream().filter(variant -> !purges.coversStored(variant)).toList();
      }
    }
    return variants;
  }

  private Plan.AskOrigin ask(Question question, ForwardReason reason) {
    return ask(question.key(), question.request(), reason);
  }

  private Plan.AskOrigin ask(CacheKey key, RequestHead request, ForwardReason reason) {
    return new Plan.Fetch(new Plan.Asked(key, request, reason, purges.now()));
  }

  /** RFC 9111 §5.2.1.7: a client that accepts only a stored response gets 504 if there is none. */
  private CompletionStage<Plan> orRefuse(
      RequestHead request, Supplier<CompletionStage<Plan>> plan) {
    return RequestDirectives.onlyIfCached(request, policy)
        ? done(
            new Plan.Refuse(
                504, CacheOutcome.proxyMade(null, "only-if-cached"), "the response is not stored"))
        : plan.get();
  }
}
