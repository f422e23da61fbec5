package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Eligibility;
import io.cachingproxy.rfc9111.HeadUpdate;
import io.cachingproxy.rfc9111.Invalidation;
import io.cachingproxy.rfc9111.RequestDirectives;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.Storability;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.Validation;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.StoredResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
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
  private final CacheListener listener;
  private final Clock clock;
  private final Purges purges = new Purges();
  private final Refreshes refreshes = new Refreshes();

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
    this.listener = listener;
    this.clock = clock;
  }

  /** What to do with a request. */
  public CompletionStage<Plan> plan(RequestHead request) {
    CacheKey key = keyOf(request.target());
    return switch (Eligibility.of(request)) {
      case ELIGIBLE -> store.find(key).thenApply(variants -> plan(key, request, variants));
      case METHOD -> CompletableFuture.completedFuture(ask(key, request, Forward.METHOD));
      case CONTENT -> CompletableFuture.completedFuture(ask(key, request, Forward.BYPASS));
    };
  }

  private Plan plan(CacheKey key, RequestHead request, List<StoredResponse> variants) {
    Instant now = clock.instant();
    StoredResponse stored = select(variants, request);
    if (stored == null) {
      Forward reason = variants.isEmpty() ? Forward.URI_MISS : Forward.VARY_MISS;
      return unlessOnlyIfCached(request, ask(key, request, reason));
    }
    Reuse verdict = Reuse.of(request, stored.head(), now, policy);
    if (!verdict.isUsable()) {
      Forward reason = verdict.isForcedByRequest() ? Forward.REQUEST : Forward.STALE;
      return unlessOnlyIfCached(request, revalidate(key, request, reason, variants, stored));
    }
    if (!stored.tryRetain()) {
      // It left the store between the look-up and now.
      return unlessOnlyIfCached(request, ask(key, request, Forward.MISS));
    }
    if (verdict == Reuse.FRESH) {
      return new Plan.Answer(
          stored, fromStore(Source.HIT, stored.head(), now, null, 0, null), null);
    }
    CacheOutcome stale = fromStore(Source.STALE, stored.head(), now, null, 0, verdict.token());
    boolean refresh = verdict == Reuse.STALE_WHILE_REVALIDATE && refreshes.begin(key);
    return new Plan.Answer(stored, stale, refresh ? refresh(key, request, stored) : null);
  }

  /** Of the variants that match, the most recent (RFC 9111 §4.1). */
  private @Nullable StoredResponse select(List<StoredResponse> variants, RequestHead request) {
    StoredResponse selected = null;
    for (int i = 0; i < variants.size(); i++) {
      StoredResponse variant = variants.get(i);
      if (!purges.coversStored(variant.stamp())
          && variant.head().selecting().matches(request)
          && (selected == null || variant.head().date().isAfter(selected.head().date()))) {
        selected = variant;
      }
    }
    return selected;
  }

  private Plan.AskOrigin ask(CacheKey key, RequestHead request, Forward reason) {
    return new Plan.AskOrigin(key, request, reason, List.of(), Fields.empty(), false, purges.now());
  }

  /**
   * A conditional request with the validators of every variant, so that a 304 can pick one (RFC
   * 9111 §4.3.1).
   */
  private Plan.AskOrigin revalidate(
      CacheKey key,
      RequestHead request,
      Forward reason,
      List<StoredResponse> variants,
      StoredResponse selected) {
    if (!request.method().equals("GET")) {
      return ask(key, request, reason);
    }
    long stamp = purges.now();
    List<StoredResponse> candidates = new ArrayList<>(variants.size());
    if (selected.tryRetain()) {
      candidates.add(selected);
    }
    for (StoredResponse variant : variants) {
      if (variant != selected
          && variant.head().etag() != null
          && !purges.coversStored(variant.stamp())
          && variant.tryRetain()) {
        candidates.add(variant);
      }
    }
    Fields validators =
        Validation.conditionalFields(candidates.stream().map(StoredResponse::head).toList());
    return new Plan.AskOrigin(key, request, reason, candidates, validators, false, stamp);
  }

  /**
   * The request that refreshes a stale response while it is served (RFC 5861 §3): always a GET,
   * whatever it serves.
   */
  private Plan.AskOrigin refresh(CacheKey key, RequestHead request, StoredResponse stored) {
    RequestHead get = new RequestHead("GET", request.target(), request.fields());
    long stamp = purges.now();
    List<StoredResponse> candidates = stored.tryRetain() ? List.of(stored) : List.of();
    Fields validators =
        candidates.isEmpty()
            ? Fields.empty()
            : Validation.conditionalFields(List.of(stored.head()));
    return new Plan.AskOrigin(key, get, Forward.STALE, candidates, validators, true, stamp);
  }

  /** A refresh in the background is over, one way or another. */
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
    abandon(plan);
    return new Plan.Refuse(504, proxyMade(null, "only-if-cached"));
  }

  /**
   * What to do with the head of the origin's final response.
   *
   * @param requestTime when the request was sent (RFC 9111 §4.2.3)
   */
  public Reception receive(Plan.AskOrigin plan, ResponseHead response, Instant requestTime) {
    Instant now = clock.instant();
    RequestHead request = plan.request();
    if (plan.isRevalidation()) {
      if (response.status() == 304) {
        return confirmed(plan, response, requestTime, now);
      }
      StoredResponse standIn = standIn(plan, response.status(), now);
      if (standIn != null) {
        return new Reception.Answer(
            standIn,
            fromStore(
                Source.STALE,
                standIn.head(),
                now,
                plan.forward(),
                response.status(),
                "stale-if-error"));
      }
    } else if (plan.isRefresh()) {
      abandon(plan);
    }
    invalidate(request, response);
    if (request.method().equals("HEAD")) {
      updateFromHead(plan, response, requestTime, now);
    }
    Storability verdict = Storability.of(request, response, policy);
    String detail = verdict.isStorable() ? null : verdict.token();
    Storing storing = null;
    if (verdict.isStorable()) {
      storing = startStoring(plan, response, requestTime, now);
      detail = storing == null ? "too-large" : null;
    }
    if (detail != null) {
      listener.notStored(detail);
    }
    return new Reception.Relay(
        new CacheOutcome(
            Source.MISS,
            plan.forward(),
            response.status(),
            storing != null,
            OptionalLong.empty(),
            OptionalLong.empty(),
            detail),
        storing);
  }

  private @Nullable Storing startStoring(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    long announced = ContentLength.of(response.fields());
    BodyWriter body = store.newBody(announced);
    if (body == null) {
      return null;
    }
    StoredHead head = StoredHead.of(plan.request(), response, requestTime, now, policy);
    return new Storing(store, purges, listener, plan.key(), head, plan.stamp(), body);
  }

  /**
   * RFC 9111 §4.3.5: what the answer to a HEAD says about the stored responses that could have been
   * chosen for it.
   */
  private void updateFromHead(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    RequestHead request = plan.request();
    store
        .find(plan.key())
        .thenAccept(
            variants -> {
              for (StoredResponse stored : variants) {
                if (!stored.head().selecting().matches(request)) {
                  continue;
                }
                switch (HeadUpdate.of(stored.head(), stored.body().length(), response)) {
                  case FRESHEN -> freshen(plan, stored, response, requestTime, now);
                  case INVALIDATE -> store.remove(stored);
                  case KEEP -> {}
                }
              }
            });
  }

  /**
   * The stored response with what the update brings, put in its place where that is allowed (RFC
   * 9111 §3.2).
   */
  private StoredResponse freshen(
      Plan.AskOrigin plan,
      StoredResponse stored,
      ResponseHead update,
      Instant requestTime,
      Instant now) {
    RequestHead request = plan.request();
    StoredHead head = Validation.freshen(stored.head(), request, update, requestTime, now, policy);
    StoredResponse freshened = new StoredResponse(plan.key(), head, stored.body(), plan.stamp());
    if (Validation.mayUpdate(request, stored.head(), update, policy)
        && !purges.coversFetched(plan.key(), plan.stamp())) {
      store.replace(stored, freshened);
    }
    return freshened;
  }

  /** RFC 9111 §4.3.4: a 304 freshens the stored responses it selects; one of them is the answer. */
  private Reception confirmed(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    StoredResponse answer = null;
    for (StoredResponse candidate : plan.candidates()) {
      if (!Validation.selects(candidate.head(), response)) {
        continue;
      }
      StoredResponse freshened = freshen(plan, candidate, response, requestTime, now);
      if (answer == null) {
        answer = freshened;
      }
    }
    StoredResponse kept = answer;
    plan.candidates().stream()
        .filter(candidate -> kept == null || candidate.body() != kept.body())
        .forEach(candidate -> candidate.body().release());
    if (kept == null) {
      // The stored response it confirms is gone: only a whole response helps (RFC 9111 §4.3.3).
      return new Reception.AskAgain(ask(plan.key(), plan.request(), plan.forward()));
    }
    return new Reception.Answer(
        kept, fromStore(Source.REVALIDATED, kept.head(), now, plan.forward(), 304, null));
  }

  /**
   * The origin did not answer at all. The plan is done with.
   *
   * @return a stale response that may stand in (RFC 9111 §4.2.4), its body held for the caller;
   *     null if there is none
   */
  public Plan.@Nullable Answer originFailed(Plan.AskOrigin plan) {
    Instant now = clock.instant();
    StoredResponse standIn = standIn(plan, 0, now);
    return standIn == null
        ? null
        : new Plan.Answer(
            standIn,
            fromStore(Source.STALE, standIn.head(), now, plan.forward(), 0, "origin-unreachable"),
            null);
  }

  /** The candidate that may stand in for an error, its body held; lets go of all others. */
  private @Nullable StoredResponse standIn(Plan.AskOrigin plan, int status, Instant now) {
    StoredResponse standIn = null;
    for (StoredResponse candidate : plan.candidates()) {
      if (standIn == null
          && candidate.head().selecting().matches(plan.request())
          && Reuse.whenOriginFails(plan.request(), candidate.head(), now, status, policy)
              .isUsable()) {
        standIn = candidate;
      } else {
        candidate.body().release();
      }
    }
    return standIn;
  }

  /** Lets go of a plan that nothing will come of: the client has left. */
  public void abandon(Plan.AskOrigin plan) {
    plan.candidates().forEach(candidate -> candidate.body().release());
  }

  /**
   * RFC 9111 §4.4: a non-error answer to an unsafe request invalidates what it may have changed.
   */
  private void invalidate(RequestHead request, ResponseHead response) {
    for (TargetUri target : Invalidation.targets(request, response)) {
      CacheKey key = keyOf(target);
      purges.purge(key);
      store.remove(key);
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

  private static CacheKey keyOf(TargetUri target) {
    return new CacheKey(target.normalized());
  }

  private static CacheOutcome fromStore(
      Source source,
      StoredHead head,
      Instant now,
      @Nullable Forward forward,
      int forwardStatus,
      @Nullable String detail) {
    return new CacheOutcome(
        source,
        forward,
        forwardStatus,
        false,
        OptionalLong.of(head.ttl(now)),
        OptionalLong.of(head.age(now)),
        detail);
  }

  /**
   * The outcome of an answer that this proxy makes itself.
   *
   * @param forward why the request was sent to the origin, null if it wasn't
   * @param detail the reason in a token of bounded variety
   */
  public static CacheOutcome proxyMade(@Nullable Forward forward, String detail) {
    return new CacheOutcome(
        Source.PROXY, forward, 0, false, OptionalLong.empty(), OptionalLong.empty(), detail);
  }
}
