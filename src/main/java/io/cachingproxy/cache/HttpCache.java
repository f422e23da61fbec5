package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Eligibility;
import io.cachingproxy.rfc9111.Invalidation;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The cache, without servlet or socket: it looks up, decides, and says what is to be done as a
 * {@link Plan}; when the origin has answered it decides again and says so as a {@link Reception}.
 * The rules themselves are those of {@code rfc9111}; here they are put in order.
 *
 * <p>Thread-safe; nothing blocks.
 */
public final class HttpCache {

  private final ResponseStore store;
  private final CachePolicy policy;
  private final Clock clock;
  private final Purges purges = new Purges();
  private final Refreshes refreshes = new Refreshes();
  private final Lookup lookup;
  private final Revalidator revalidator;
  private final Completer completer;
  private final Intake intake;

  /**
   * A cache over {@code store}.
   *
   * @param store where responses are kept; the caller closes it
   * @param policy the operator's settings that the rules need
   * @param listener hears of decisions not to store
   * @param clock the one clock
   */
  public HttpCache(ResponseStore store, CachePolicy policy, CacheListener listener, Clock clock) {
    this.store = store;
    this.policy = policy;
    this.clock = clock;
    this.lookup = new Lookup(store, purges);
    this.revalidator = new Revalidator(store, lookup, policy, purges);
    PartStoring parts = new PartStoring(store, policy, purges, listener);
    this.completer = new Completer(store, policy, purges, parts);
    this.intake = new Intake(store, lookup, policy, purges, listener, parts);
  }

  /** What to do with a request. */
  public CompletionStage<Plan> plan(RequestHead request) {
    CacheKey key = Lookup.keyOf(request.target());
    return switch (Eligibility.of(request)) {
      case ELIGIBLE ->
          lookup.find(request.target()).thenCompose(variants -> plan(key, request, variants));
      case METHOD -> CompletableFuture.completedFuture(ask(key, request, Forward.METHOD));
      case CONTENT -> CompletableFuture.completedFuture(ask(key, request, Forward.BYPASS));
    };
  }

  /** What to do with a request whose answer is none of the cache's business. */
  public Plan.AskOrigin bypass(RequestHead request) {
    return ask(Lookup.keyOf(request.target()), request, Forward.BYPASS);
  }

  private CompletionStage<Plan> plan(
      CacheKey key, RequestHead request, List<StoredResponse> variants) {
    StoredResponse stored = Selection.select(current(variants), StoredResponse::head, request);
    if (stored != null) {
      return CompletableFuture.completedFuture(plan(key, request, stored, variants));
    }
    Forward reason = variants.isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
    return lookup
        .findPartial(request.target())
        .thenApply(parts -> planWithParts(key, request, parts, reason));
  }

  /** No whole response is stored for the request, but maybe the part that it wants. */
  private Plan planWithParts(
      CacheKey key, RequestHead request, List<PartialResponse> parts, Forward reason) {
    PartialResponse stored = Selection.select(current(parts), PartialResponse::head, request);
    if (stored == null) {
      return unlessOnlyIfCached(request, ask(key, request, reason));
    }
    if (Gap.isNone(request, stored)) {
      return plan(key, request, stored, List.of());
    }
    Plan.AskOrigin completion = completer.complete(key, request, stored);
    return unlessOnlyIfCached(
        request, completion == null ? ask(key, request, Forward.PARTIAL) : completion);
  }

  private Plan plan(
      CacheKey key, RequestHead request, Stored stored, List<StoredResponse> variants) {
    Instant now = clock.instant();
    if (Preconditions.of(request, stored.head()) == Preconditions.PASS_ON) {
      return unlessOnlyIfCached(request, ask(key, request, Forward.REQUEST));
    }
    Reuse verdict = Reuse.of(request, stored.head(), now, policy);
    if (!verdict.isUsable()) {
      Forward reason = verdict.isForcedByRequest() ? Forward.REQUEST : Forward.STALE;
      Plan.AskOrigin ask =
          request.method().equals("GET")
              ? revalidator.revalidate(key, request, reason, variants, stored)
              : revalidator.askAnew(key, request, reason, stored);
      return unlessOnlyIfCached(request, ask);
    }
    if (!stored.tryRetain()) {
      // It left the store between the look-up and now.
      return unlessOnlyIfCached(request, ask(key, request, Forward.MISS));
    }
    if (verdict == Reuse.FRESH) {
      return new Plan.Answer(
          stored, CacheOutcome.fromStore(Source.HIT, stored.head(), now, null), null);
    }
    CacheOutcome stale = CacheOutcome.fromStore(Source.STALE, stored.head(), now, verdict.token());
    boolean refresh = verdict == Reuse.STALE_WHILE_REVALIDATE && refreshes.begin(stored.key());
    return new Plan.Answer(
        stored, stale, refresh ? revalidator.refresh(key, request, stored) : null);
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

  private Plan.AskOrigin ask(CacheKey key, RequestHead request, Forward reason) {
    return Plan.AskOrigin.plain(key, request, reason, purges.now());
  }

  /**
   * A refresh in the background is over, one way or another.
   *
   * @param key that of the stored response which was served meanwhile
   */
  public void refreshEnded(CacheKey key) {
    refreshes.end(key);
  }

  /**
   * RFC 9111 §5.2.1.7: a client that wants nothing but a stored response gets 504 when there's
   * none.
   */
  private Plan unlessOnlyIfCached(RequestHead request, Plan.AskOrigin plan) {
    if (!RequestDirectives.onlyIfCached(request)) {
      return plan;
    }
    Revalidator.release(plan);
    Completer.release(plan);
    return new Plan.Refuse(504, CacheOutcome.proxyMade(null, "only-if-cached"));
  }

  /**
   * What to do with the head of the origin's final response.
   *
   * @param requestTime when the request was sent (RFC 9111 §4.2.3)
   */
  public Reception receive(Plan.AskOrigin plan, ResponseHead response, Instant requestTime) {
    Instant now = clock.instant();
    RequestHead request = plan.request();
    Gap gap = plan.gap();
    Reception completed =
        gap == null ? null : completer.receive(plan, gap, response, requestTime, now);
    if (completed != null) {
      return completed;
    }
    if (plan.isRevalidation() && response.status() == 304) {
      return confirmed(plan, response, requestTime, now);
    }
    Revalidator.StandIn standIn = revalidator.standIn(plan, response.status(), now);
    if (standIn != null) {
      return new Reception.Answer(
          standIn.response(), outcomeOf(standIn, plan, response.status(), now));
    }
    Set<CacheGroup> groups = CacheGroup.at(request.target(), CacheGroups.of(response.fields()));
    boolean overtaken = purges.coversFetched(plan.key(), groups, plan.stamp());
    boolean invalidates = invalidate(request, response);
    if (request.method().equals("HEAD")) {
      revalidator.updateFromHead(plan, response, requestTime, now);
    }
    // An answer that invalidates what was stored under its own URI is not invalid itself.
    long stamp = invalidates && !overtaken ? purges.now() : plan.stamp();
    return intake.receive(plan, stamp, response, requestTime, now);
  }

  /** What to do with the head of the answer to a {@link #bypass}: it is passed on, not stored. */
  public Reception pass(Plan.AskOrigin plan, ResponseHead response) {
    invalidate(plan.request(), response);
    return new Reception.Relay(
        CacheOutcome.fromOrigin(plan.forward(), response.status(), false, null), null, false);
  }

  private Reception confirmed(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    Stored answer = revalidator.confirmed(plan, response, requestTime, now);
    if (answer == null) {
      // What it confirms is not stored: only a whole response helps (RFC 9111 §4.3.3).
      return new Reception.AskAgain(ask(plan.key(), plan.request(), plan.forward()));
    }
    return new Reception.Answer(
        answer,
        CacheOutcome.fromStore(Source.REVALIDATED, answer.head(), now, null)
            .after(plan.forward(), response.status()));
  }

  /**
   * The origin did not answer at all. The plan is done with.
   *
   * @return a stale response that may stand in (RFC 9111 §4.2.4), its body held for the caller;
   *     null if there is none
   */
  public Plan.@Nullable Answer originFailed(Plan.AskOrigin plan) {
    Instant now = clock.instant();
    Completer.release(plan);
    Revalidator.StandIn standIn = revalidator.standIn(plan, 0, now);
    return standIn == null
        ? null
        : new Plan.Answer(standIn.response(), outcomeOf(standIn, plan, 0, now), null);
  }

  private static CacheOutcome outcomeOf(
      Revalidator.StandIn standIn, Plan.AskOrigin plan, int status, Instant now) {
    return CacheOutcome.fromStore(
            Source.STALE, standIn.response().head(), now, standIn.verdict().token())
        .after(plan.forward(), status);
  }

  /**
   * RFC 9111 §4.4: a non-error answer to an unsafe request invalidates what it may have changed,
   * and "a cache that invalidates a stored response MAY invalidate any stored responses that share
   * groups" (RFC 9875 §2.2.1); one step only, nothing cascades.
   *
   * @return whether it did
   */
  private boolean invalidate(RequestHead request, ResponseHead response) {
    List<TargetUri> targets = Invalidation.targets(request, response);
    for (TargetUri target : targets) {
      lookup.find(target).thenAccept(this::purgeGroups);
      lookup.findPartial(target).thenAccept(this::purgeGroups);
      lookup.purge(target);
    }
    Set<CacheGroup> groups = Invalidation.groups(request, response);
    groups.forEach(purges::purge);
    return !targets.isEmpty() || !groups.isEmpty();
  }

  private void purgeGroups(List<? extends Stored> members) {
    for (Stored member : members) {
      member.head().groups().forEach(purges::purge);
    }
  }

  /** Removes everything, also what is under way, and says how much was stored. */
  public ResponseStore.Usage clear() {
    purges.purgeEverything();
    return store.clear();
  }

  /** How much is stored now. */
  public ResponseStore.Usage usage() {
    return store.usage();
  }
}
