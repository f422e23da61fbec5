package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.cache.collapse.ArrivingBody;
import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.Collapser;
import io.cachingproxy.cache.collapse.SharedFetch;
import io.cachingproxy.cache.collapse.Waiting;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shares the outcome of a request with the requests waiting for it, as far as the rules allow, and
 * lets the others proceed on their own. Thread-safe.
 */
final class Sharing {

  /** The detail of a stale response served while the origin is slow. */
  static final String LATE = "stale-wait";

  private final Collapser<Plan> collapser;
  private final Revalidator revalidator;
  private final CachePolicy policy;
  private final Purges purges;

  Sharing(Collapser<Plan> collapser, Revalidator revalidator, CachePolicy policy, Purges purges) {
    this.collapser = collapser;
    this.revalidator = revalidator;
    this.policy = policy;
    this.purges = purges;
  }

  /**
   * Shares the head of the origin's response.
   *
   * @param reception what was decided for the leader
   * @param response the origin's response
   */
  void received(
      Plan.AskOrigin plan,
      SharedFetch<Plan> fetch,
      Reception reception,
      ResponseHead response,
      Instant requestTime,
      Instant now) {
    int status = response.status();
    if (reception instanceof Reception.Answer answer
        && answer.outcome().source() == Source.REVALIDATED) {
      Stored shared = answer.shared();
      if (shared == null) {
        collapser.learn(plan.key(), plan.request(), false, now);
        fetch.endsUnshared();
      } else if (wasPurged(plan, shared.head())) {
        // A purge does not mean that the response is for one requester only.
        fetch.endsUnshared();
      } else {
        fetch.answers(each -> confirmed(each, shared, status, requestTime, now));
        learn(plan, shared.head(), requestTime, now);
      }
      return;
    }
    ArrivingResponse storing = reception instanceof Reception.Relay relay ? relay.storing() : null;
    if (storing != null && wasPurged(plan, storing.head())) {
      fetch.endsUnshared();
    } else if (storing != null) {
      learn(plan, storing.head(), requestTime, now);
      storing.onEnded(fetch::endsUnshared);
      fetch.arrives(new Arrival(storing, policy), requestTime);
    } else if (Reuse.isFailure(status)) {
      // The failure may be caused by a cookie or an unknown field of this request only.
      boolean ofRequest = (status == 500 || status == 502) && collapser.isPersonal(plan.request());
      fetch.fails(
          each -> orStale(plan, each, status, now, ofRequest ? null : refused(each, response)));
    } else {
      if (status < 400 && status != 304) {
        // An error says nothing about the responses that follow it.
        collapser.learn(plan.key(), plan.request(), false, now);
      }
      fetch.endsUnshared();
    }
  }

  /** What others may have of a response that is arriving: the same as if it were stored. */
  private record Arrival(ArrivingResponse response, CachePolicy policy)
      implements SharedFetch.Arrival<Plan> {

    @Override
    public Set<CacheGroup> groups() {
      return response.head().groups();
    }

    @Override
    public Plan.@Nullable Follow answer(Waiting<Plan> each, Instant asOf) {
      RequestHead request = each.request();
      StoredHead head = response.head();
      if (request.fields().contains("Range") || !mayAnswer(head, request, asOf, policy)) {
        return null;
      }
      ArrivingBody.Reader reader = response.read();
      return reader == null
          ? null
          : new Plan.Follow(
              reader,
              head,
              response.announced(),
              CacheOutcome.fromOrigin(each.forward(), head.status(), true, null).shared());
    }
  }

  private static boolean mayAnswer(
      StoredHead head, RequestHead request, Instant asOf, CachePolicy policy) {
    return head.selecting().matches(request)
        && Preconditions.of(request, head) != Preconditions.PASS_ON
        && Reuse.of(request, head, asOf, policy).isUsable();
  }

  /**
   * The plan to serve a response that the origin has confirmed; null if it can't answer that
   * request.
   *
   * @param asked when the origin was asked
   */
  private @Nullable Plan confirmed(
      Waiting<Plan> each, Stored stored, int status, Instant asked, Instant now) {
    if (!(stored instanceof StoredResponse)
        || !mayAnswer(stored.head(), each.request(), asked, policy)) {
      return null;
    }
    StoredAnswer answer = StoredAnswer.of(each.request(), stored);
    CacheOutcome outcome =
        CacheOutcome.fromStore(Source.REVALIDATED, stored.head(), now, null)
            .after(each.forward(), status)
            .shared();
    return stored.tryRetain() ? new Plan.Answer(answer, outcome, null) : null;
  }

  /** Some waiting requests may be younger than the purge, so none of them gets it. */
  private boolean wasPurged(Plan.AskOrigin plan, StoredHead head) {
    return purges.coversFetched(plan.key(), head.groups(), plan.stamp());
  }

  /**
   * Remembers whether such a response can be shared: whether it could answer the same request
   * again, if that was no reload.
   */
  private void learn(Plan.AskOrigin plan, StoredHead head, Instant requestTime, Instant now) {
    RequestHead another = withoutDirectives(plan.request());
    boolean isShared = Reuse.of(another, head, requestTime, policy).isUsable();
    collapser.learn(plan.key(), plan.request(), isShared, now);
  }

  /** The request without what its sender alone wants of the cache (RFC 9111 §5.2.1, §5.4). */
  private static RequestHead withoutDirectives(RequestHead request) {
    Fields fields = request.fields();
    return fields.contains("Cache-Control") || fields.contains("Pragma")
        ? new RequestHead(
            request.method(), request.target(), fields.without("Cache-Control").without("Pragma"))
        : request;
  }

  /** Shares a failure: no waiting request asks a failing origin once more. */
  void failed(Plan.AskOrigin plan, SharedFetch<Plan> fetch, FetchFailure failure, Instant now) {
    boolean mustBeValidated = plan.mustBeValidated();
    fetch.fails(
        each -> {
          Plan error = failure.refusal(each.forward(), mustBeValidated);
          return orStale(plan, each, 0, now, error);
        });
  }

  /** Offers stale responses, because the origin is slow. */
  void late(Plan.AskOrigin plan, SharedFetch<Plan> fetch, Clock clock) {
    fetch.isLate(each -> stale(plan, each, 0, LATE, clock.instant()));
  }

  private @Nullable Plan orStale(
      Plan.AskOrigin plan, Waiting<Plan> each, int status, Instant now, @Nullable Plan otherwise) {
    Plan stale = stale(plan, each, status, null, now);
    return stale == null ? otherwise : stale;
  }

  /**
   * A stale response for a waiting request, by the rules for that request; null if there is none.
   */
  private Plan.@Nullable Answer stale(
      Plan.AskOrigin plan, Waiting<Plan> each, int status, @Nullable String detail, Instant now) {
    Plan.Answer stale =
        revalidator.standInAnswer(plan, each.request(), each.forward(), status, detail, now);
    return stale == null ? null : stale.shared();
  }

  /**
   * The origin's error as an error of the proxy's own: the rest of its response may have been meant
   * for the leader only.
   */
  private static Plan refused(Waiting<Plan> each, ResponseHead response) {
    String retryAfter = response.fields().first("Retry-After");
    return new Plan.Refuse(
        response.status(),
        CacheOutcome.proxyMade(each.forward(), "origin-error")
            .after(each.forward(), response.status())
            .shared(),
        "the origin answered with an error",
        retryAfter == null ? Fields.empty() : Fields.of("Retry-After", retryAfter));
  }
}
