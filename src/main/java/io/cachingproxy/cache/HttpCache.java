package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.Revalidator.StandIn;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Invalidation;
import io.cachingproxy.rfc9111.RequestDirectives;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import java.time.Clock;
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
  private final Purges purges = new Purges();
  private final Refreshes refreshes = new Refreshes();
  private final Collapser collapser;
  private final Sharing sharing;
  private final Lookup lookup;
  private final Planner planner;
  private final Revalidator revalidator;
  private final Completer completer;
  private final Intake intake;

  /**
   * A cache over {@code store}.
   *
   * @param store where responses are kept; the caller closes it
   * @param policy the operator's settings that the rules need
   * @param collapsing the bounds of waiting for one another's responses
   * @param listener hears of decisions not to store, and of waits
   * @param clock the one clock
   */
  public HttpCache(
      ResponseStore store,
      CachePolicy policy,
      Collapsing collapsing,
      CacheListener listener,
      Clock clock) {
    this.store = store;
    this.clock = clock;
    this.policy = policy;
    this.lookup = new Lookup(store, purges);
    this.revalidator = new Revalidator(store, lookup, policy, purges);
    PartStoring parts = new PartStoring(store, policy, purges, listener);
    this.completer = new Completer(store, policy, purges, parts);
    this.intake = new Intake(store, lookup, policy, purges, listener, parts);
    this.collapser = new Collapser(policy, purges, collapsing, listener);
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
  public Plan.AskOrigin bypass(RequestHead request) {
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
      Flight flight = plan.flight();
      if (flight != null && reception instanceof Reception.AskAgain again) {
        reception = new Reception.AskAgain(again.plan().led(flight));
      } else if (flight != null) {
        sharing.received(plan, flight, reception, response, requestTime, now);
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
    Gap gap = plan.gap();
    Reception completed =
        gap == null ? null : completer.receive(plan, gap, response, requestTime, now);
    if (completed != null) {
      return completed;
    }
    if (plan.isRevalidation() && response.status() == 304) {
      return confirmed(plan, response, requestTime, now);
    }
    StandIn standIn = revalidator.standIn(plan, request, response.status(), now);
    if (standIn != null) {
      String detail = standIn.verdict().token();
      return new Reception.Answer(
          standIn.held(),
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
    Revalidator.Confirmed confirmed = revalidator.confirmed(plan, response, requestTime, now);
    Hold<Stored> answer = confirmed == null ? null : Hold.of(confirmed.answer());
    if (confirmed == null || answer == null) {
      // What it confirms is not stored: only a whole response helps (RFC 9111 §4.3.3).
      return new Reception.AskAgain(
          Plan.AskOrigin.plain(plan.key(), plan.request(), plan.forward(), purges.now()));
    }
    return new Reception.Answer(
        answer,
        CacheOutcome.fromStore(Source.REVALIDATED, answer.stored().head(), now, null)
            .after(plan.forward(), response.status()),
        confirmed.shared());
  }

  /** Whose doing it may be that the origin gave no answer. */
  public enum Cause {
    /** The origin's, or the way to it: whoever asks next will find the same. */
    ORIGIN,
    /** Something in the request may have been too much for the origin. */
    REQUEST,
    /** The client's alone: it left, for example. */
    CLIENT
  }

  /**
   * The origin did not answer at all. The plan is done with.
   *
   * <p>Those who wait share the failure, each by the rules for its own request. If it may be about
   * the one who asked alone, one of those who wait asks in its place.
   *
   * @param failure what happened
   * @param cause whose doing it may be
   * @return something stale that may stand in (RFC 9111 §4.2.4), its body held for the caller; null
   *     if there is nothing
   */
  public Plan.@Nullable Answer originFailed(Plan.AskOrigin plan, Throwable failure, Cause cause) {
    Instant now = clock.instant();
    try {
      Flight flight = plan.flight();
      boolean concernsOthers =
          cause == Cause.ORIGIN
              || (cause == Cause.REQUEST && !collapser.isPersonal(plan.request()));
      if (flight != null && concernsOthers) {
        sharing.failed(plan, flight, failure, now);
      } else if (flight != null) {
        flight.goesAgain();
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
    Flight flight = plan.flight();
    if (flight != null) {
      sharing.late(plan, flight, clock);
    }
    if (plan.isRefresh()) {
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
        && (!plan.isRefresh() || plan.flight() != null)
        && !RequestDirectives.wantsOrigin(plan.request(), policy);
  }

  /**
   * Whether the answer is wanted though its client has something stale by now: nobody else asks for
   * the same meanwhile, and it will freshen what is stored.
   */
  public boolean isWantedForStore(Plan.AskOrigin plan) {
    return plan.flight() != null || (collapser.isOff() && plan.request().method().equals("GET"));
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

  /** How many requests wait now for what another was sent for. */
  public int waiting() {
    return collapser.waiting();
  }

  /**
   * How many responses are known to be for their requester alone, so that nobody waits for them.
   */
  public int unshared() {
    return collapser.unshared();
  }

  /** How much is stored now. */
  public ResponseStore.Usage usage() {
    return store.usage();
  }
}
