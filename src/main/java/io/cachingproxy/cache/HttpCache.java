package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.FetchFailure.Cause;
import io.cachingproxy.cache.Revalidator.StandIn;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.cache.collapse.Collapser;
import io.cachingproxy.cache.collapse.SharedFetch;
import io.cachingproxy.cache.parts.PartStoring;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Invalidation;
import io.cachingproxy.rfc9111.RequestDirectives;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Hold;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The cache, without servlets or sockets. It looks up a request and decides what to do as a {@link
 * Plan}; when the origin has answered, it decides what to do with the response as a {@link
 * Reception}. The rules themselves are in {@code rfc9111}; this class applies them in order.
 *
 * <p>Thread-safe; nothing blocks.
 */
public final class HttpCache {

  private final ResponseStore store;
  private final Clock clock;
  private final CachePolicy policy;
  private final CollapseLimits limits;
  private final Purges purges = new Purges();
  private final Refreshes refreshes = new Refreshes();
  private final Collapser<Plan> collapser;
  private final Sharing sharing;
  private final Lookup lookup;
  private final Planner planner;
  private final Revalidator revalidator;
  private final Completer completer;
  private final StoreDecision storeDecision;

  /**
   * Creates a cache over {@code store}.
   *
   * @param store where responses are stored; closed by the caller
   * @param policy the operator's settings for the rules
   * @param limits the limits for collapsed requests
   * @param listener is told of decisions not to store, and of waits
   * @param clock the wall clock
   */
  public HttpCache(
      ResponseStore store,
      CachePolicy policy,
      CollapseLimits limits,
      CacheListener listener,
      Clock clock) {
    this.store = store;
    this.clock = clock;
    this.policy = policy;
    this.limits = limits;
    this.lookup = new Lookup(store, purges);
    this.revalidator = new Revalidator(store, lookup, policy, purges);
    PartStoring parts = new PartStoring(store, policy, purges, listener::notStored);
    this.completer = new Completer(store, policy, purges, parts);
    this.storeDecision = new StoreDecision(store, lookup, policy, purges, listener, parts);
    this.collapser = new Collapser<>(policy, purges, limits, listener::waited);
    this.sharing = new Sharing(collapser, revalidator, policy, purges);
    this.planner =
        new Planner(
            store, lookup, policy, purges, refreshes, collapser, revalidator, completer, clock);
  }

  /** Plans what to do with a request. */
  public CompletionStage<Plan> plan(RequestHead request) {
    return planner.plan(request);
  }

  /** Plans a request that bypasses the cache. */
  public Plan.Pass bypass(RequestHead request) {
    return planner.bypass(request);
  }

  /**
   * A background refresh has ended.
   *
   * @param key of the stale response that was served
   * @param failed whether it brought nothing new, so that the next one must be delayed
   */
  public void refreshEnded(CacheKey key, boolean failed) {
    refreshes.end(key, failed, clock.instant());
  }

  /**
   * Decides what to do with the head of the origin's final response, and shares it with waiting
   * requests.
   *
   * @param requestTime when the request was sent (RFC 9111 §4.2.3)
   */
  public Reception receive(Plan.AskOrigin plan, ResponseHead response, Instant requestTime) {
    Instant now = clock.instant();
    Reception reception = null;
    try {
      reception = receive(plan, response, requestTime, now);
      SharedFetch<Plan> fetch = plan.shared();
      if (reception instanceof Reception.AskAgain again) {
        reception = new Reception.AskAgain(again.plan().led(fetch));
      } else if (fetch.isShared()) {
        sharing.received(plan, fetch, reception, response, requestTime, now);
      }
      plan.letGo();
      return reception;
    } catch (RuntimeException | Error bug) {
      try {
        plan.discard();
      } finally {
        if (reception != null) {
          reception.discard(bug);
        }
      }
      throw bug;
    }
  }

  private Reception receive(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    RequestHead request = plan.request();
    Reception completed =
        plan instanceof Plan.Complete completion
            ? completer.receive(completion, response, requestTime, now)
            : null;
    if (completed != null) {
      return completed;
    }
    if (response.status() == 304 && plan.conditions().size() > 0) {
      return confirmed(plan, response, requestTime, now);
    }
    StandIn standIn = revalidator.standIn(plan, request, response.status(), now);
    if (standIn != null) {
      String detail = standIn.verdict().token();
      return new Reception.Answer(
          standIn.held(),
          standIn.answer(),
          standIn.outcome(detail, plan.forward(), response.status(), now),
          standIn.held().stored());
    }
    Set<CacheGroup> groups = CacheGroup.at(request.target(), CacheGroups.of(response.fields()));
    boolean overtaken = purges.coversFetched(plan.key(), groups, plan.stamp());
    boolean invalidates = invalidate(request, response);
    if (request.method().equals("HEAD")) {
      revalidator.updateFromHead(plan, response, requestTime, now);
    }
    // A response that invalidates its own URI is not invalidated itself.
    long stamp = invalidates && !overtaken ? purges.now() : plan.stamp();
    return storeDecision.receive(plan, stamp, response, requestTime, now);
  }

  /** Decides on the response to a {@link #bypass}: it is relayed, not stored. */
  public Reception.Relay pass(Plan.Pass plan, ResponseHead response) {
    invalidate(plan.request(), response);
    return new Reception.Relay(
        CacheOutcome.fromOrigin(plan.forward(), response.status(), false, null), null, false);
  }

  private Reception confirmed(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    Revalidator.Confirmed confirmed = revalidator.confirmed(plan, response, requestTime, now);
    if (confirmed != null) {
      StoredAnswer answer = StoredAnswer.of(plan.request(), confirmed.answer());
      Hold<Stored> held = Hold.of(confirmed.answer());
      if (held != null) {
        return new Reception.Answer(
            held,
            answer,
            CacheOutcome.fromStore(Source.REVALIDATED, answer.stored().head(), now, null)
                .after(plan.forward(), response.status()),
            confirmed.shared());
      }
    }
    // What it confirms is not stored: only a whole response helps (RFC 9111 §4.3.3).
    return new Reception.AskAgain(
        new Plan.Fetch(new Plan.Asked(plan.key(), plan.request(), plan.forward(), purges.now())));
  }

  /**
   * The origin gave no usable answer. This ends the plan.
   *
   * <p>Waiting requests share the failure, each by the rules for its own request. If the failure
   * may concern the leader alone, one of the waiting requests is sent instead.
   *
   * @param failure what happened
   * @return a stale response that may be served instead (RFC 9111 §4.2.4), held for the caller;
   *     null if there is none
   */
  public Plan.@Nullable Answer originFailed(Plan.AskOrigin plan, FetchFailure failure) {
    Instant now = clock.instant();
    try {
      SharedFetch<Plan> fetch = plan.shared();
      boolean concernsOthers =
          failure.cause() == Cause.ORIGIN
              || (failure.cause() == Cause.REQUEST && !collapser.isPersonal(plan.request()));
      if (fetch.isShared() && concernsOthers) {
        sharing.failed(plan, fetch, failure, now);
      } else {
        fetch.goesAgain();
      }
      return revalidator.standInAnswer(plan, plan.request(), plan.forward(), 0, null, now);
    } finally {
      plan.discard();
    }
  }

  /**
   * The origin is slow to answer. The request continues; but the leader and the requests that wait
   * with it, now or later, get a stale response if one may be served when the origin fails (RFC
   * 9111 §4.2.4).
   *
   * @return the stale response for the leader, held for the caller; null if there is none, or if
   *     the plan is a background refresh
   */
  public Plan.@Nullable Answer originIsLate(Plan.AskOrigin plan) {
    SharedFetch<Plan> fetch = plan.shared();
    if (fetch.isShared()) {
      sharing.late(plan, fetch, clock);
    }
    if (plan instanceof Plan.Refresh) {
      return null;
    }
    Instant now = clock.instant();
    return revalidator.standInAnswer(plan, plan.request(), plan.forward(), 0, Sharing.LATE, now);
  }

  /**
   * Whether waiting requests may get a stale response while the origin is slow. Requests that
   * demand an answer from the origin must wait for it (RFC 9111 §5.2.1.4).
   */
  public boolean waitIsBounded(Plan.AskOrigin plan) {
    return plan.mayBeStale()
        && (!(plan instanceof Plan.Refresh) || plan.shared().isShared())
        && !RequestDirectives.wantsOrigin(plan.request(), policy);
  }

  /**
   * Whether the response is still wanted after its client got a stale one: other requests may be
   * waiting for it, or, if collapsing is off, it will at least freshen the store.
   */
  public boolean isWantedForStore(Plan.AskOrigin plan) {
    return plan.shared().isShared() || (collapser.isOff() && plan.request().method().equals("GET"));
  }

  /**
   * RFC 9111 §4.4: a non-error response to an unsafe request invalidates what the request may have
   * changed, and "a cache that invalidates a stored response MAY invalidate any stored responses
   * that share groups" (RFC 9875 §2.2.1). One step only: the invalidation does not cascade.
   *
   * @return whether anything was invalidated
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

  /** Removes everything, including responses that are arriving, and returns how much was stored. */
  public ResponseStore.Usage clear() {
    purges.purgeEverything();
    return store.clear();
  }

  /** How long a request may wait for another. */
  public Duration maxWait() {
    return limits.maxWait();
  }

  /** How many requests are waiting for another. */
  public int waiting() {
    return collapser.waiting();
  }

  /**
   * How many keys are known to have responses for one requester only, so that nobody waits for
   * them.
   */
  public int personalKeys() {
    return collapser.personal();
  }

  /** How much is stored. */
  public ResponseStore.Usage usage() {
    return store.usage();
  }
}
