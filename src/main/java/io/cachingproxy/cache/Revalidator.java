package io.cachingproxy.cache;

import io.cachingproxy.cache.parts.Gap;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.HeadUpdate;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.Validation;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Hold;
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
 * Asks the origin whether stored responses are still valid, and applies its answer (RFC 9111 §4.3).
 * Thread-safe.
 *
 * <p>The stored responses in question are the candidates: the plan holds them from {@link
 * #revalidate} or {@link #refresh} until it {@linkplain Plan.AskOrigin#letGo releases} them. The
 * response that is served has a hold of its own.
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
   * A conditional request with the validators of every variant, so that a 304 can select one (RFC
   * 9111 §4.3.1).
   *
   * @param selected the stored response that matches the request
   */
  Plan.AskOrigin revalidate(
      CacheKey key,
      RequestHead request,
      ForwardReason reason,
      List<StoredResponse> variants,
      Stored selected) {
    long stamp = purges.now();
    List<Hold<Stored>> candidates = new ArrayList<>(held(selected));
    for (StoredResponse variant : variants) {
      if (variant != selected && variant.head().etag() != null && !purges.coversStored(variant)) {
        candidates.addAll(held(variant));
      }
    }
    return ask(new Plan.Asked(key, request, reason, stamp), candidates);
  }

  private static Plan.AskOrigin ask(Plan.Asked asked, List<Hold<Stored>> candidates) {
    try {
      Fields validators = Validation.conditionalFields(heads(candidates));
      return validators.size() == 0
          ? new Plan.Fetch(asked, candidates)
          : new Plan.Revalidate(
              asked, candidates, withRange(validators, asked.request(), candidates));
    } catch (RuntimeException | Error bug) {
      candidates.forEach(Hold::close);
      throw bug;
    }
  }

  /**
   * Forwards a HEAD request unchanged: a 304 to the cache's own conditions would not answer it. The
   * stored response may be served if the origin fails.
   */
  Plan.Fetch askAnew(CacheKey key, RequestHead request, ForwardReason reason, Stored selected) {
    long stamp = purges.now();
    return new Plan.Fetch(new Plan.Asked(key, request, reason, stamp), held(selected));
  }

  /**
   * The request that refreshes a stale response while it is served (RFC 5861 §3): always a GET,
   * even if the client sent a HEAD.
   */
  Plan.Refresh refresh(CacheKey key, RequestHead request, Stored stored) {
    RequestHead get = request.asGet();
    Plan.Asked asked = new Plan.Asked(key, get, ForwardReason.STALE, purges.now());
    List<Hold<Stored>> candidates = held(stored);
    try {
      Fields validators = Validation.conditionalFields(heads(candidates));
      return new Plan.Refresh(asked, candidates, withRange(validators, get, candidates));
    } catch (RuntimeException | Error bug) {
      candidates.forEach(Hold::close);
      throw bug;
    }
  }

  /** A hold on the response, unless it has been evicted. */
  private static List<Hold<Stored>> held(Stored stored) {
    Hold<Stored> hold = Hold.of(stored);
    return hold == null ? List.of() : List.of(hold);
  }

  private static List<StoredHead> heads(List<Hold<Stored>> candidates) {
    return candidates.stream().map(each -> each.stored().head()).toList();
  }

  /**
   * Adds the client's range to the validators if only parts are stored, so that no more than that
   * is sent of a new representation.
   */
  private static Fields withRange(
      Fields validators, RequestHead request, List<Hold<Stored>> candidates) {
    boolean isPartial =
        !candidates.isEmpty() && candidates.get(0).stored() instanceof PartialResponse;
    return isPartial
        ? validators.toBuilder()
            .addAll(request.fields().without(l -> !l.isNamed("Range") && !l.isNamed("If-Range")))
            .build()
        : validators;
  }

  /**
   * Applies a 304: it freshens the stored responses that it selects, one of which is the answer
   * (RFC 9111 §4.3.4).
   *
   * @return null if the 304 confirms no stored response
   */
  @Nullable Confirmed confirmed(
      Plan.AskOrigin plan, ResponseHead notModified, Instant requestTime, Instant now) {
    List<StoredHead> selected = Validation.selected(heads(plan.candidates()), notModified);
    Confirmed confirmed = null;
    for (Hold<Stored> candidate : plan.candidates()) {
      if (selected.contains(candidate.stored().head())) {
        Confirmed freshened = freshen(plan, candidate.stored(), notModified, requestTime, now);
        if (confirmed == null && suffices(freshened.answer(), plan.request())) {
          confirmed = freshened;
        }
      }
    }
    return confirmed;
  }

  /**
   * Whether everything that is wanted is stored. Checked after the update, since a newer Date can
   * change the result of If-Range, and so what is wanted.
   */
  private static boolean suffices(Stored stored, RequestHead request) {
    return !(stored instanceof PartialResponse partial) || Gap.isNone(request, partial);
  }

  /**
   * Applies the response to a HEAD to the stored responses that could have been selected for it
   * (RFC 9111 §4.3.5).
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
   * Updates a stored response, and replaces it in the store if the result may be shared (RFC 9111
   * §3.2).
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
   * A stored response that may be served instead of an origin that failed (RFC 9111 §4.2.4, RFC
   * 5861 §4); null if there is none. One that was purged meanwhile may not.
   *
   * @param request that of the plan, or of a request that waits with it
   * @param status what the origin answered with, 0 if it didn't answer
   */
  @Nullable StandIn standIn(Plan.AskOrigin plan, RequestHead request, int status, Instant now) {
    for (Hold<Stored> candidate : plan.candidates()) {
      Stored stored = candidate.stored();
      Preconditions conditions = Preconditions.of(request, stored.head());
      if (stored.head().selecting().matches(request)
          && suffices(stored, request)
          && conditions != Preconditions.PASS_ON
          && !purges.coversFetched(stored.key(), stored.head().groups(), stored.stamp())) {
        Reuse verdict = Reuse.whenOriginFails(request, stored.head(), now, status, policy);
        if (verdict.isUsable()) {
          StoredAnswer answer = StoredAnswer.of(request, stored, conditions);
          Hold<Stored> held = Hold.of(stored);
          if (held != null) {
            return new StandIn(held, answer, verdict);
          }
        }
      }
    }
    return null;
  }

  /**
   * The plan to serve the result of {@link #standIn}; null if there is none.
   *
   * @param forward why that request was forwarded
   * @param detail the reason as a token; null for that of the verdict
   */
  Plan.@Nullable Answer standInAnswer(
      Plan.AskOrigin plan,
      RequestHead request,
      ForwardReason forward,
      int status,
      @Nullable String detail,
      Instant now) {
    StandIn standIn = standIn(plan, request, status, now);
    if (standIn == null) {
      return null;
    }
    String why = detail == null ? standIn.verdict().token() : detail;
    CacheOutcome outcome = standIn.outcome(why, forward, status, now);
    standIn.held().take();
    return new Plan.Answer(standIn.answer(), outcome, null);
  }

  /**
   * A stored response that the origin has confirmed.
   *
   * @param answer for the leader; held by the plan
   * @param shared for waiting requests, as it is stored now; null if it is for the leader only
   */
  record Confirmed(Stored answer, @Nullable Stored shared) {}

  /**
   * A stored response served in place of the origin's, and why that is allowed.
   *
   * @param held the response; the caller closes it or takes it over
   * @param answer what the client gets of it
   */
  record StandIn(Hold<Stored> held, StoredAnswer answer, Reuse verdict) {

    /**
     * The outcome of a request that is answered with it.
     *
     * @param detail the reason as a token
     * @param forward why the request was forwarded
     * @param status what the origin answered with, 0 if it didn't answer
     */
    CacheOutcome outcome(String detail, ForwardReason forward, int status, Instant now) {
      return CacheOutcome.fromStore(CacheOutcome.Source.STALE, held.stored().head(), now, detail)
          .after(forward, status);
    }
  }
}
