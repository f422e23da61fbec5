package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.HeadUpdate;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.Validation;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.StoredResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the origin whether stored responses still hold, and acts on what it says (RFC 9111 §4.3).
 * Thread-safe.
 *
 * <p>The stored responses it asks about are its candidates: their bodies are held by the plan from
 * {@link #revalidate} or {@link #refresh} until {@link #confirmed}, {@link #standIn} or {@link
 * #release}, exactly one of them, lets go of them.
 */
final class Revalidator {

  private final ResponseStore store;
  private final Lookup lookup;
  private final CachePolicy policy;
  private final Purges purges;

  Revalidator(ResponseStore store, Lookup lookup, CachePolicy policy, Purges purges) {
    this.store = store;
    this.lookup = lookup;
    this.policy = policy;
    this.purges = purges;
  }

  /**
   * A conditional request with the validators of every variant, so that a 304 can pick one (RFC
   * 9111 §4.3.1).
   *
   * @param selected the stored response that matches the request
   */
  Plan.AskOrigin revalidate(
      CacheKey key,
      RequestHead request,
      Forward reason,
      List<StoredResponse> variants,
      StoredResponse selected) {
    long stamp = purges.now();
    List<StoredResponse> candidates = new ArrayList<>(variants.size());
    if (selected.tryRetain()) {
      candidates.add(selected);
    }
    for (StoredResponse variant : variants) {
      if (variant != selected
          && variant.head().etag() != null
          && !purges.coversStored(variant)
          && variant.tryRetain()) {
        candidates.add(variant);
      }
    }
    return new Plan.AskOrigin(
        key, request, reason, candidates, validatorsOf(candidates), false, stamp);
  }

  /**
   * The client's request as it is, which no 304 of the cache's own can answer: a HEAD. The stored
   * response may stand in for an origin that fails.
   */
  Plan.AskOrigin askAnew(
      CacheKey key, RequestHead request, Forward reason, StoredResponse selected) {
    long stamp = purges.now();
    List<StoredResponse> candidates = selected.tryRetain() ? List.of(selected) : List.of();
    return new Plan.AskOrigin(key, request, reason, candidates, Fields.empty(), false, stamp);
  }

  /**
   * The request that refreshes a stale response while it is served (RFC 5861 §3): always a GET,
   * whatever it serves.
   */
  Plan.AskOrigin refresh(CacheKey key, RequestHead request, StoredResponse stored) {
    RequestHead get = new RequestHead("GET", request.target(), request.fields());
    long stamp = purges.now();
    List<StoredResponse> candidates = stored.tryRetain() ? List.of(stored) : List.of();
    return new Plan.AskOrigin(
        key, get, Forward.STALE, candidates, validatorsOf(candidates), true, stamp);
  }

  private static Fields validatorsOf(List<StoredResponse> candidates) {
    return Validation.conditionalFields(candidates.stream().map(StoredResponse::head).toList());
  }

  /**
   * RFC 9111 §4.3.4: a 304 freshens the stored responses it selects; one of them is the answer.
   *
   * @return the answer, its body held for the caller; null if the 304 confirms nothing that is
   *     stored
   */
  @Nullable StoredResponse confirmed(
      Plan.AskOrigin plan, ResponseHead notModified, Instant requestTime, Instant now) {
    List<StoredHead> selected =
        Validation.selected(
            plan.candidates().stream().map(StoredResponse::head).toList(), notModified);
    StoredResponse answer = null;
    for (StoredResponse candidate : plan.candidates()) {
      if (selected.contains(candidate.head())) {
        StoredResponse freshened = freshen(plan, candidate, notModified, requestTime, now);
        if (answer == null) {
          answer = freshened;
          continue;
        }
      }
      candidate.body().release();
    }
    return answer;
  }

  /**
   * RFC 9111 §4.3.5: what the answer to a HEAD says about the stored responses that could have been
   * chosen for it.
   */
  void updateFromHead(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    lookup
        .find(plan.request().target())
        .thenAccept(
            variants -> {
              for (StoredResponse stored : variants) {
                if (stored.head().selecting().matches(plan.request())) {
                  switch (HeadUpdate.of(stored.head(), stored.body().length(), response)) {
                    case FRESHEN -> freshen(plan, stored, response, requestTime, now);
                    case INVALIDATE -> store.remove(stored);
                    case KEEP -> {}
                  }
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
    StoredResponse freshened = new StoredResponse(stored.key(), head, stored.body(), plan.stamp());
    if (Validation.mayUpdate(request, stored.head(), update, policy)
        && !purges.coversFetched(stored.key(), head.groups(), plan.stamp())) {
      store.replace(stored, freshened);
    }
    return freshened;
  }

  /**
   * The stored response that may stand in for an origin that failed (RFC 9111 §4.2.4, RFC 5861 §4),
   * its body held for the caller; null if none may.
   *
   * @param status what the origin answered with, 0 if it didn't answer
   */
  @Nullable StandIn standIn(Plan.AskOrigin plan, int status, Instant now) {
    StandIn standIn = null;
    for (StoredResponse candidate : plan.candidates()) {
      if (standIn == null && candidate.head().selecting().matches(plan.request())) {
        Reuse verdict =
            Reuse.whenOriginFails(plan.request(), candidate.head(), now, status, policy);
        if (verdict.isUsable()) {
          standIn = new StandIn(candidate, verdict);
          continue;
        }
      }
      candidate.body().release();
    }
    return standIn;
  }

  /** Lets go of the candidates of a plan that nothing came of. */
  static void release(Plan.AskOrigin plan) {
    plan.candidates().forEach(candidate -> candidate.body().release());
  }

  /** A stored response in place of the origin's, and why that is allowed. */
  record StandIn(StoredResponse response, Reuse verdict) {}
}
