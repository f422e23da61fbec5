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
 * The cache, without servlet or socket: it looks up, decides, and says what is to be done as a
 * {@link Plan}; when the origin has answered it decides again and says so as a {@link Reception}.
 * The rules themselves are those of {@code rfc9111}; here they are put in order.
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
   * A cache over {@code store}.
   *
   * @param store where responses are kept; the caller closes it
   * @param policy the operator's settings that the rules need
   * @param limits the bounds of waiting for one another's responses
   * @param listener hears of decisions not to store, and of waits
   * @param clock the one clock
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

  /** What to do with a request. */
  public CompletionStage<Plan> plan(RequestHead request) {
    return planner.plan(request);
  }

  /** What to do with a request whose answer is none of the cache's business. */
  public Plan.Pass bypass(RequestHead request) {
    return planner.bypass(request);
  }

  /**
   * A refresh in the background is over.
   *
   * @param key that of the stored response which was served meanwhile
   * @param failed whether it brought nothing, so that the next one has to wait
   */
  public void refreshEnded(CacheKey key, boolean failed) {
    refreshes.end(key, failed, clock.instant());
  }

  /**
   * What to do with the head of the origin's final response.
   *
   * <p>Those who wait for the response hear of it too.
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
    // An answer that invalidates what was stored under its own URI is not invalid itself.
    long stamp = invalidates && !overtaken ? purges.now() : plan.stamp();
    return storeDecision.receive(plan, stamp, response, requestTime, now);
  }

  /** What to do with the head of the answer to a {@link #bypass}: it is passed on, not stored. */
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
   * The origin did not answer at all. The plan is done with.
   *
   * <p>Those who wait share the failure, each by the rules for its own request. If it may be about
   * the one who asked alone, one of those who wait asks in its place.
   *
   * @param failure what happened
   * @return something stale that may stand in (RFC 9111 §4.2.4), its body held for the caller; null
   *     if there is nothing
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
   * The origin takes long to answer. It goes on being waited for; but those who wait with the plan,
   * and those who come while it is on its way, get something stale where that may stand in for an
   * origin that fails (RFC 9111 §4.2.4).
   *
   * @return the same for the one who asked, its body held for the caller; null if there is nothing,
   *     or if nobody waits for the answer to this very request
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
   * Whether there may be something stale for those who wait while the origin takes long. Whoever
   * wants the origin's own answer waits for it (RFC 9111 §5.2.1.4).
   */
  public boolean waitIsBounded(Plan.AskOrigin plan) {
    return plan.mayBeStale()
        && (!(plan instanceof Plan.Refresh) || plan.shared().isShared())
        && !RequestDirectives.wantsOrigin(plan.request(), policy);
  }

  /**
   * Whether the answer is wanted though its client has something stale by now: nobody else asks for
   * the same meanwhile, and it will freshen what is stored.
   */
  public boolean isWantedForStore(Plan.AskOrigin plan) {
    return plan.shared().isShared() || (collapser.isOff() && plan.request().method().equals("GET"));
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

  /** How long a request may wait for what another was sent for. */
  public Duration maxWait() {
    return limits.maxWait();
  }

  /** How many requests wait now for what another was sent for. */
  public int waiting() {
    return collapser.waiting();
  }

  /**
   * How many responses are known to be for their requester alone, so that nobody waits for them.
   */
  public int personalKeys() {
    return collapser.personal();
  }

  /** How much is stored now. */
  public ResponseStore.Usage usage() {
    return store.usage();
  }
}
