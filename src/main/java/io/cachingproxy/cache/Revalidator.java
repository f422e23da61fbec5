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
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the origin whether stored responses still hold, and acts on what it says (RFC 9111 §4.3).
 * Thread-safe.
 *
 * <p>The stored responses it asks about are its candidates: their bodies are held by the plan from
 * {@link #revalidate} or {@link #refresh} until {@link #confirmed}, {@link #standIn} or {@link
 * Plan#discard}, exactly one of them, lets go of them.
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
      Stored selected) {
    long stamp = purges.now();
    List<Stored> candidates = new ArrayList<>(variants.size());
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
        key,
        request,
        reason,
        candidates,
        conditions(request, candidates, false),
        false,
        stamp,
        null,
        null);
  }

  /**
   * The client's request as it is, which no 304 of the cache's own can answer: a HEAD. The stored
   * response may stand in for an origin that fails.
   */
  Plan.AskOrigin askAnew(CacheKey key, RequestHead request, Forward reason, Stored selected) {
    long stamp = purges.now();
    List<Stored> candidates = selected.tryRetain() ? List.of(selected) : List.of();
    return new Plan.AskOrigin(
        key, request, reason, candidates, Fields.empty(), false, stamp, null, null);
  }

  /**
   * The request that refreshes a stale response while it is served (RFC 5861 §3): always a GET,
   * whatever it serves.
   */
  Plan.AskOrigin refresh(CacheKey key, RequestHead request, Stored stored) {
    RequestHead get = request.asGet();
    long stamp = purges.now();
    List<Stored> candidates = stored.tryRetain() ? List.of(stored) : List.of();
    return new Plan.AskOrigin(
        key,
        get,
        Forward.STALE,
        candidates,
        conditions(get, candidates, true),
        true,
        stamp,
        null,
        null);
  }

  /**
   * The validators of the candidates. If only parts are stored, a new representation is asked for
   * no more than the range that the client wants of it.
   */
  private static Fields conditions(
      RequestHead request, List<Stored> candidates, boolean isRefresh) {
    Fields validators =
        Validation.conditionalFields(candidates.stream().map(Stored::head).toList());
    boolean replacesConditions = isRefresh || validators.size() > 0;
    boolean isPartial = !candidates.isEmpty() && candidates.get(0) instanceof PartialResponse;
    return replacesConditions && isPartial
        ? validators.toBuilder()
            .addAll(request.fields().without(l -> !l.isNamed("Range") && !l.isNamed("If-Range")))
            .build()
        : validators;
  }

  /**
   * RFC 9111 §4.3.4: a 304 freshens the stored responses it selects; one of them is the answer.
   *
   * @return null if the 304 confirms nothing that is stored
   */
  @Nullable Confirmed confirmed(
      Plan.AskOrigin plan, ResponseHead notModified, Instant requestTime, Instant now) {
    List<StoredHead> selected =
        Validation.selected(plan.candidates().stream().map(Stored::head).toList(), notModified);
    Confirmed confirmed = null;
    for (Stored candidate : plan.candidates()) {
      if (selected.contains(candidate.head())) {
        Confirmed freshened = freshen(plan, candidate, notModified, requestTime, now);
        if (confirmed == null && suffices(freshened.answer(), plan.request())) {
          confirmed = freshened;
          continue;
        }
      }
      candidate.release();
    }
    return confirmed;
  }

  /** A newer Date can make a difference to If-Range, and so to what is wanted. */
  private static boolean suffices(Stored stored, RequestHead request) {
    return !(stored instanceof PartialResponse partial) || Gap.isNone(request, partial);
  }

  /**
   * RFC 9111 §4.3.5: what the answer to a HEAD says about the stored responses that could have been
   * chosen for it.
   */
  void updateFromHead(
      Plan.AskOrigin plan, ResponseHead response, Instant requestTime, Instant now) {
    Consumer<List<? extends Stored>> update =
        variants -> variants.forEach(each -> update(plan, each, response, requestTime, now));
    lookup.find(plan.request().target()).thenAccept(update);
    lookup.findPartial(plan.request().target()).thenAccept(update);
  }

  private void update(
      Plan.AskOrigin plan, Stored stored, ResponseHead response, Instant requestTime, Instant now) {
    if (stored.head().selecting().matches(plan.request())) {
      switch (HeadUpdate.of(stored.head(), stored.completeLength(), response)) {
        case FRESHEN -> freshen(plan, stored, response, requestTime, now);
        case INVALIDATE -> store.remove(stored);
        case KEEP -> {}
      }
    }
  }

  /**
   * The stored response with what the update brings, put in its place as far as others may have
   * that (RFC 9111 §3.2).
   */
  private Confirmed freshen(
      Plan.AskOrigin plan, Stored stored, ResponseHead update, Instant requestTime, Instant now) {
    Validation.Freshened head =
        Validation.freshen(stored.head(), plan.request(), update, requestTime, now, policy);
    StoredHead kept = head.shared();
    Stored shared = kept == null ? null : stored.withHead(kept, plan.stamp());
    if (shared != null
        && !purges.coversFetched(stored.key(), shared.head().groups(), plan.stamp())) {
      store.replace(stored, shared);
    }
    return new Confirmed(stored.withHead(head.own(), plan.stamp()), shared);
  }

  /**
   * The stored response that may stand in for an origin that failed (RFC 9111 §4.2.4, RFC 5861 §4),
   * its body held for the caller; null if none may.
   *
   * @param status what the origin answered with, 0 if it didn't answer
   */
  @Nullable StandIn standIn(Plan.AskOrigin plan, int status, Instant now) {
    StandIn standIn = null;
    for (Stored candidate : plan.candidates()) {
      if (standIn == null && candidate.head().selecting().matches(plan.request())) {
        Reuse verdict =
            Reuse.whenOriginFails(plan.request(), candidate.head(), now, status, policy);
        if (verdict.isUsable()) {
          standIn = new StandIn(candidate, verdict);
          continue;
        }
      }
      candidate.release();
    }
    return standIn;
  }

  /**
   * A stored response that the origin has confirmed.
   *
   * @param answer for the one who asked, its body held for the caller
   * @param shared for the others, as it is stored now; null if it was confirmed for the one alone
   */
  record Confirmed(Stored answer, @Nullable Stored shared) {}

  /** A stored response in place of the origin's, and why that is allowed. */
  record StandIn(Stored response, Reuse verdict) {}
}
