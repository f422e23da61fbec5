package io.cachingproxy.cache.parts;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.ReceivedPart;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.Validation;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores parts that have arrived: combined with stored parts of the same representation (RFC 9111
 * §3.4), and as a whole response once no byte is missing (RFC 9110 §15.3.7.3). Thread-safe.
 */
public final class PartStoring {

  /**
   * How many attempts are made if other parts of the same representation are stored concurrently.
   */
  private static final int MAX_ATTEMPTS = 8;

  private final ResponseStore store;
  private final CachePolicy policy;
  private final Purges purges;
  private final Consumer<String> notStored;

  /**
   * Creates the part storage.
   *
   * @param notStored is told why a part is not stored, if it isn't: a token from a bounded set
   */
  public PartStoring(
      ResponseStore store, CachePolicy policy, Purges purges, Consumer<String> notStored) {
    this.store = store;
    this.policy = policy;
    this.purges = purges;
    this.notStored = notStored;
  }

  /**
   * A part that has arrived.
   *
   * @param head of the response that it is a part of
   * @param body its bytes, held by whoever stores it
   * @param standsAlone whether its fields are complete, so that it can be stored on its own
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

    /** The head of a stored response after this part's update; null if it must not be stored. */
    @Nullable StoredHead update(StoredHead stored, CachePolicy policy) {
      return Validation.freshen(
              stored, request, part.whole(), head.requestTime(), head.responseTime(), policy)
          .shared();
    }
  }

  /**
   * Starts to store a part whose content is about to arrive; null if there is no room for it.
   *
   * @param request which the origin has answered with it
   * @param stamp the time of {@link Purges} at which that was sent
   * @param standsAlone whether the part has all the fields of a whole response, which may not be
   *     the case after If-Range
   */
  public @Nullable ArrivingResponse start(
      CacheKey key,
      RequestHead request,
      long stamp,
      boolean standsAlone,
      ReceivedPart part,
      Instant requestTime,
      Instant responseTime) {
    BodyWriter writer = store.newPart(part.range().length(), part.completeLength());
    if (writer == null) {
      return null;
    }
    StoredHead head = StoredHead.of(request, part.whole(), requestTime, responseTime, policy);
    return new ArrivingResponse(
        purges,
        notStored,
        key,
        head,
        stamp,
        writer,
        part.range().length(),
        body -> {
          PartialBody held = PartialBody.of(part.range(), part.completeLength(), body);
          store(new Arrived(key, request, part, head, held, stamp, standsAlone), MAX_ATTEMPTS);
        });
  }

  private void store(Arrived arrived, int attempts) {
    store
        .find(arrived.key())
        .thenAcceptBoth(
            store.findPartial(arrived.key()),
            (whole, partial) -> {
              if (whole.stream().anyMatch(arrived::combinesWith)) {
                // The whole response is already stored.
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
      // A whole response may have been stored since the look-up.
      if (store.putUnless(alone, whole -> arrived.combinesWith(whole) || isKept(whole, arrived))) {
        removeIfPurged(alone, arrived.stamp());
        return;
      }
    }
    notStored(arrived);
  }

  /** Whether that whole response stays stored, so that the part must be dropped. */
  private boolean isKept(StoredResponse whole, Arrived arrived) {
    return !arrived.part().isComplete()
        && arrived.isSameVariant(whole)
        && !purges.coversStored(whole)
        && !arrived.part().maySupplant(arrived.head(), whole.head(), whole.completeLength());
  }

  private void notStored(Arrived arrived) {
    arrived.body().release();
    notStored.accept("partial");
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

  /** The returned response takes over the hold on {@code body}. */
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
