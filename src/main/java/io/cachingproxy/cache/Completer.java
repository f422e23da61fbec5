package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.parts.Gap;
import io.cachingproxy.cache.parts.PartStoring;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.ReceivedPart;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.Validation;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the origin for the missing range of a stored response, and combines the two (RFC 9111 §3.3,
 * §3.4). Thread-safe.
 *
 * <p>The plan holds the stored parts from {@link #complete} until it {@linkplain
 * Plan.Complete#letGo releases} them, or hands the hold on to the joined answer.
 */
final class Completer {

  private final ResponseStore store;
  private final CachePolicy policy;
  private final Purges purges;
  private final PartStoring parts;

  Completer(ResponseStore store, CachePolicy policy, Purges purges, PartStoring parts) {
    this.store = store;
    this.policy = policy;
    this.purges = purges;
    this.parts = parts;
  }

  /** A plan to ask for the missing range; null if the request is better forwarded unchanged. */
  Plan.@Nullable Complete complete(CacheKey key, RequestHead request, PartialResponse stored) {
    Gap gap = Gap.of(request, stored);
    if (gap == null) {
      return null;
    }
    return new Plan.Complete(
        new Plan.Asked(key, request, ForwardReason.PARTIAL, purges.now()), gap);
  }

  /**
   * Handles the origin's response to {@link #complete}.
   *
   * @return null if it must be treated like any other response: a new whole one, or an error
   */
  @Nullable Reception receive(
      Plan.Complete plan, ResponseHead response, Instant requestTime, Instant now) {
    Gap gap = plan.gap();
    Reception.Join join = join(plan, response, requestTime, now);
    if (join != null) {
      return join;
    }
    switch (response.status()) {
      case 206, 416 -> store.remove(gap.held().stored());
      case 304 -> {}
      default -> {
        return null;
      }
    }
    // It answers the cache's range request, but not the client's: forward the client's unchanged.
    return new Reception.AskAgain(
        new Plan.Fetch(new Plan.Asked(plan.key(), plan.request(), plan.forward(), purges.now())));
  }

  private Reception.@Nullable Join join(
      Plan.Complete plan, ResponseHead response, Instant requestTime, Instant now) {
    Gap gap = plan.gap();
    ReceivedPart part = ReceivedPart.of(response);
    PartialResponse held = gap.held().stored();
    if (part == null || !part.range().equals(gap.missing())) {
      return null;
    }
    RequestHead request = plan.request();
    StoredHead received = StoredHead.of(request, part.whole(), requestTime, now, policy);
    if (!part.combinesWith(received, held.head(), held.completeLength())) {
      return null;
    }
    Validation.Freshened head =
        Validation.freshen(held.head(), request, part.whole(), requestTime, now, policy);
    Fields fields = gap.fields(head.own()).with("Age", Long.toString(head.own().age(now)));
    List<ByteBuffer> before = bytes(held, gap.wanted().first(), gap.missing().first());
    List<ByteBuffer> after = bytes(held, gap.missing().last() + 1, gap.wanted().last() + 1);
    ArrivingResponse storing =
        head.shared() == null
            ? null
            : parts.start(plan.key(), request, plan.stamp(), false, part, requestTime, now);
    CacheOutcome outcome =
        CacheOutcome.fromOrigin(plan.forward(), response.status(), storing != null, null);
    return new Reception.Join(
        gap.status(),
        fields,
        gap.held().handOn(),
        before,
        gap.missing().length(),
        after,
        outcome,
        storing);
  }

  private static List<ByteBuffer> bytes(PartialResponse held, long first, long end) {
    return first == end ? List.of() : held.buffers(new ByteRange(first, end - 1));
  }
}
