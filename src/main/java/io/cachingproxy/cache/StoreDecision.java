package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.parts.PartStoring;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.ReceivedPart;
import io.cachingproxy.rfc9111.Storability;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a response to a client is also stored (RFC 9111 §3), and starts storing it.
 * Thread-safe.
 */
final class StoreDecision {

  private final ResponseStore store;
  private final Lookup lookup;
  private final CachePolicy policy;
  private final Purges purges;
  private final CacheListener listener;
  private final PartStoring parts;

  StoreDecision(
      ResponseStore store,
      Lookup lookup,
      CachePolicy policy,
      Purges purges,
      CacheListener listener,
      PartStoring parts) {
    this.store = store;
    this.lookup = lookup;
    this.policy = policy;
    this.purges = purges;
    this.listener = listener;
    this.parts = parts;
  }

  /**
   * Relays a response, and stores it if that is allowed.
   *
   * @param stamp the time of {@link Purges} after which a purge covers it
   */
  Reception.Relay receive(
      Plan.AskOrigin plan, long stamp, ResponseHead response, Instant requestTime, Instant now) {
    ReceivedPart part = storablePart(plan, response);
    Storability verdict =
        Storability.of(plan.request(), part == null ? response : part.whole(), policy);
    String detail = verdict.isStorable() ? null : verdict.token();
    ArrivingResponse storing = null;
    boolean clientHasIt = false;
    if (verdict.isStorable()) {
      if (part == null) {
        StoredHead head = StoredHead.of(plan.request(), response, requestTime, now, policy);
        boolean isKnown = clientHas(plan, head);
        storing = start(plan, stamp, response, head);
        clientHasIt = storing != null && isKnown;
      } else {
        storing =
            parts.start(
                plan.key(),
                plan.request(),
                plan.stamp(),
                standsAlone(plan),
                part,
                requestTime,
                now);
      }
      long length = part == null ? ContentLength.of(response.fields()) : part.completeLength();
      detail = storing == null ? whyNot(length) : null;
    }
    if (detail != null) {
      listener.notStored(detail);
    }
    CacheOutcome outcome =
        CacheOutcome.fromOrigin(plan.forward(), response.status(), storing != null, detail);
    return new Reception.Relay(outcome, storing, clientHasIt);
  }

  private String whyNot(long length) {
    return store.isTooLarge(length) ? ArrivingResponse.TOO_LARGE : ArrivingResponse.NO_ROOM;
  }

  /**
   * Whether the client already has the response that is being stored (RFC 9111 §4.3.2). The origin
   * couldn't tell if the cache's conditions had replaced the client's.
   */
  private static boolean clientHas(Plan.AskOrigin plan, StoredHead head) {
    return head.status() == 200
        && plan.request().method().equals("GET")
        && !(plan instanceof Plan.Refresh)
        && Preconditions.of(plan.request(), head) == Preconditions.NOT_MODIFIED;
  }

  /**
   * The part in a 206, if it was asked for and either has all the fields of a whole response, or
   * stored parts exist with which it could be combined.
   */
  private static @Nullable ReceivedPart storablePart(Plan.AskOrigin plan, ResponseHead response) {
    boolean storable =
        plan.asksForRange() && (standsAlone(plan) || plan.forward() == ForwardReason.PARTIAL);
    return storable ? ReceivedPart.of(response) : null;
  }

  /** Whether a part has all the fields of a whole response: with If-Range some may be missing. */
  private static boolean standsAlone(Plan.AskOrigin plan) {
    return !(plan instanceof Plan.Complete) && !plan.request().fields().contains("If-Range");
  }

  private @Nullable ArrivingResponse start(
      Plan.AskOrigin plan, long stamp, ResponseHead response, StoredHead head) {
    long length = ContentLength.of(response.fields());
    CacheKey key = lookup.keyToStore(plan.request().target(), head, stamp);
    List<Stored> superseded = superseded(plan, head);
    BodyWriter writer = store.newBody(length);
    if (writer == null) {
      return null;
    }
    return new ArrivingResponse(
        purges,
        listener::notStored,
        key,
        head,
        stamp,
        writer,
        length,
        body -> {
          StoredResponse stored = new StoredResponse(key, head, body, stamp);
          store.put(stored);
          superseded.forEach(store::remove);
          if (purges.coversFetched(key, head.groups(), stamp)) {
            store.remove(stored);
          }
        });
  }

  /**
   * Stored responses that the request used to select and no longer does (RFC 9111 §4.3.3), but that
   * would be kept as variants because Vary has changed.
   */
  private static List<Stored> superseded(Plan.AskOrigin plan, StoredHead head) {
    List<Stored> selected = new ArrayList<>();
    plan.candidates().forEach(each -> selected.add(each.stored()));
    if (plan instanceof Plan.Complete completion) {
      selected.add(completion.gap().held().stored());
    }
    selected.removeIf(
        stored ->
            !stored.head().selecting().matches(plan.request())
                || stored.head().selecting().names().equals(head.selecting().names()));
    return List.copyOf(selected);
  }
}
