package io.cachingproxy.cache;

import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.ReceivedPart;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.Validation;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores parts that have arrived: together with those of the same representation that are stored
 * already (RFC 9111 §3.4), and as a whole response once no byte is missing (RFC 9110 §15.3.7.3).
 * Thread-safe.
 */
final class PartStoring {

  /** How often it is tried anew when another part of the same representation comes in between. */
  private static final int ATTEMPTS = 8;

  private final ResponseStore store;
  private final CachePolicy policy;
  private final Purges purges;
  private final CacheListener listener;

  PartStoring(ResponseStore store, CachePolicy policy, Purges purges, CacheListener listener) {
    this.store = store;
    this.policy = policy;
    this.purges = purges;
    this.listener = listener;
  }

  /**
   * A part that has arrived.
   *
   * @param head of the response that it is a part of
   * @param body its bytes, held by whoever stores it
   * @param standsAlone whether its fields are complete, so that it need not be joined to others
   */
  private record Arrived(
      CacheKey key,
      RequestHead request,
      ReceivedPart part,
      StoredHead head,
      PartialBody body,
      long stamp,
      boolean standsAlone) {

    boolean isSameVariant(Stored stored) {
      return stored.head().selecting().equals(head.selecting());
    }

    boolean combinesWith(Stored stored) {
      return isSameVariant(stored)
          && part.combinesWith(head, stored.head(), stored.completeLength());
    }

    /** What its fields make of a stored response; null if they may not be kept. */
    @Nullable StoredHead update(StoredHead stored, CachePolicy policy) {
      return Validation.freshen(
              stored, request, part.whole(), head.requestTime(), head.responseTime(), policy)
          .shared();
    }
  }

  /**
   * Whether a part has all the fields of a whole response: not if If-Range let it leave some out.
   */
  static boolean standsAlone(Plan.AskOrigin plan) {
    return plan.gap() == null && !plan.request().fields().contains("If-Range");
  }

  /** Begins to store a part whose content is about to arrive; null if there is no room for it. */
  @Nullable Storing start(
      Plan.AskOrigin plan, ReceivedPart part, Instant requestTime, Instant responseTime) {
    BodyWriter writer = store.newPart(part.range().length(), part.completeLength());
    if (writer == null) {
      return null;
    }
    StoredHead head =
        StoredHead.of(plan.request(), part.whole(), requestTime, responseTime, policy);
    return new Storing(
        purges,
        listener,
        plan.key(),
        head,
        plan.stamp(),
        writer,
        part.range().length(),
        body -> store(plan, part, head, body));
  }

  private void store(Plan.AskOrigin plan, ReceivedPart part, StoredHead head, Body body) {
    store(
        new Arrived(
            plan.key(),
            plan.request(),
            part,
            head,
            PartialBody.of(part.range(), part.completeLength(), body),
            plan.stamp(),
            standsAlone(plan)),
        ATTEMPTS);
  }

  private void store(Arrived arrived, int attempts) {
    store
        .find(arrived.key())
        .thenAcceptBoth(
            store.findPartial(arrived.key()),
            (whole, partial) -> {
              if (whole.stream().anyMatch(arrived::combinesWith)) {
                // All of it is there already.
                arrived.body().release();
              } else if (whole.stream().anyMatch(stored -> isKept(stored, arrived))) {
                notStored(arrived);
              } else {
                join(arrived, partial, attempts);
              }
            });
  }

  private void join(Arrived arrived, List<PartialResponse> stored, int attempts) {
    for (PartialResponse before : stored) {
      if (attempts > 0 && arrived.combinesWith(before) && !purges.coversStored(before)) {
        StoredHead head = arrived.update(before.head(), policy);
        PartialBody joined = head == null ? null : before.body().joinedWith(arrived.body());
        if (head != null && joined != null) {
          extend(arrived, before, head, joined, attempts);
          return;
        }
      }
    }
    if (arrived.standsAlone()) {
      Stored alone = stored(arrived, arrived.head(), arrived.body(), arrived.stamp());
      // A whole response may have come since it was looked for.
      if (store.putUnless(alone, whole -> arrived.combinesWith(whole) || isKept(whole, arrived))) {
        removeIfPurged(alone, arrived.stamp());
        return;
      }
    }
    notStored(arrived);
  }

  /** Whether that whole response stays, and the part is given up for it. */
  private boolean isKept(StoredResponse whole, Arrived arrived) {
    return !arrived.part().isComplete()
        && arrived.isSameVariant(whole)
        && !purges.coversStored(whole)
        && !arrived.part().maySupplant(arrived.head(), whole.head(), whole.completeLength());
  }

  private void notStored(Arrived arrived) {
    arrived.body().release();
    listener.notStored("partial");
  }

  private void extend(
      Arrived arrived, PartialResponse before, StoredHead head, PartialBody joined, int attempts) {
    Stored after = stored(arrived, head, joined, Math.min(before.stamp(), arrived.stamp()));
    if (store.extend(before, after)) {
      arrived.body().release();
      removeIfPurged(after, arrived.stamp());
    } else {
      after.release();
      store(arrived, attempts - 1);
    }
  }

  /** What is put into the store takes over the hold of {@code body}. */
  private static Stored stored(Arrived arrived, StoredHead head, PartialBody body, long stamp) {
    return body.isComplete()
        ? new StoredResponse(arrived.key(), head, body.complete(), stamp)
        : new PartialResponse(arrived.key(), head, body, stamp);
  }

  private void removeIfPurged(Stored stored, long stamp) {
    if (purges.coversFetched(stored.key(), stored.head().groups(), stamp)) {
      store.remove(stored);
    }
  }
}
