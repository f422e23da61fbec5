package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.RequestDirectives;
import io.cachingproxy.rfc9111.SelectingFields;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Fingerprint;
import io.cachingproxy.store.Stored;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that simultaneous requests for one response cause one request to the origin (RFC 9111
 * §4). Thread-safe; nothing blocks.
 */
final class Collapser {

  private final CachePolicy policy;
  private final Purges purges;
  private final Collapsing bounds;
  private final CacheListener listener;
  private final ConcurrentMap<Key, Flight> flights = new ConcurrentHashMap<>();
  private final Unshared<Key> unshared = new Unshared<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong landings = new AtomicLong();

  Collapser(CachePolicy policy, Purges purges, Collapsing bounds, CacheListener listener) {
    this.policy = policy;
    this.purges = purges;
    this.bounds = bounds;
    this.listener = listener;
  }

  /**
   * Requests that one response may be good for: they have the cache key in common, the selecting
   * values where it is known what the responses vary by, the other site that asks, if one does, and
   * whether there are credentials, or fields that may change the answer: what comes of them is
   * often for one alone, and nobody else should wait for it. Clients choose all of that, so only
   * the fingerprint is kept.
   */
  record Key(Fingerprint fingerprint) {}

  Key keyOf(CacheKey key, RequestHead request, List<? extends Stored> variants) {
    String origin = policy.guessing().harmless().foreignOrigin(request.fields());
    String kind = isPersonal(request) ? "personal" : origin == null ? "common" : "from " + origin;
    if (variants.isEmpty()) {
      return new Key(Fingerprint.of(key.uri(), kind));
    }
    SelectingFields variant = variants.get(0).head().selecting().withValuesOf(request);
    return new Key(Fingerprint.of(key.uri(), kind, variant.canonical()));
  }

  /** Whether the answer may have to do with who asks, or with what only this request says. */
  boolean isPersonal(RequestHead request) {
    return request.fields().contains("Cookie")
        || request.fields().contains("Authorization")
        || !policy.guessing().harmless().cover(request.fields());
  }

  /** What a request does that can't be answered from the store. */
  sealed interface Role {

    /** It goes to the origin, and may be waited for. */
    record Lead(Flight flight) implements Role {}

    /** It waits for another. */
    record Wait(Waiting waiting) implements Role {}

    /** It goes to the origin, and nobody waits for it. */
    record Alone() implements Role {}
  }

  /** Whether no request ever waits for another. */
  boolean isOff() {
    return bounds.mostWaiting() == 0;
  }

  /** A count that has changed if, meanwhile, something may have come into the store. */
  long landings() {
    return landings.get();
  }

  /** How many requests wait now. */
  int waiting() {
    return waiting.get();
  }

  /** How many responses are known to be for their requester alone. */
  int unshared() {
    return unshared.size();
  }

  /**
   * What that request does.
   *
   * @param variants what is stored for the key
   * @param isRevalidation whether the cache's own conditions take the place of the client's
   * @param next the plan for when a wait has brought none
   */
  Role roleOf(
      CacheKey cacheKey,
      RequestHead request,
      Forward forward,
      List<? extends Stored> variants,
      boolean isRevalidation,
      Function<WaitOutcome, CompletionStage<Plan>> next,
      Instant now) {
    boolean mayShare = isRevalidation || !request.fields().contains("Range");
    if (isOff()
        || forward == Forward.REQUEST
        || !mayShare
        || RequestDirectives.noStore(request, policy)) {
      return new Role.Alone();
    }
    if (unshared.size() > 0 && unshared.contains(keyOf(cacheKey, request, List.of()), now)) {
      return new Role.Alone();
    }
    Key key = keyOf(cacheKey, request, variants);
    boolean mayLead = isRevalidation || !isConditional(request);
    // What is stored for another's request is of no use to it: waiting for that would be in vain.
    boolean mayWait = !RequestDirectives.wantsOrigin(request, policy);
    while (true) {
      Flight flight = flights.get(key);
      if (flight == null || purges.coversFetched(cacheKey, flight.groups(), flight.stamp())) {
        Flight led = mayLead ? lead(key, flight) : null;
        if (led != null || !mayLead) {
          return led == null ? new Role.Alone() : new Role.Lead(led);
        }
      } else if (!mayWait) {
        return new Role.Alone();
      } else {
        Role role = waitFor(flight, request, forward, next, now);
        if (role != null) {
          return role;
        }
      }
    }
  }

  /** Leads if nobody does; null otherwise. For a request that nobody has to wait with. */
  @Nullable Flight lead(CacheKey cacheKey, RequestHead request, Stored stored) {
    Key key = keyOf(cacheKey, request, List.of(stored));
    return flights.containsKey(key) ? null : lead(key, null);
  }

  /**
   * Takes the place of a flight whose response was purged on its way; null if somebody else did.
   */
  private @Nullable Flight lead(Key key, @Nullable Flight purged) {
    Flight flight = new Flight(policy, purges.now(), over -> landed(key, over));
    boolean leads =
        purged == null
            ? flights.putIfAbsent(key, flight) == null
            : flights.replace(key, purged, flight);
    return leads ? flight : null;
  }

  private void landed(Key key, Flight flight) {
    // The count first: whoever leads from now on must see that something has come.
    landings.incrementAndGet();
    flights.remove(key, flight);
  }

  /** Null if the flight has just ended. */
  private @Nullable Role waitFor(
      Flight flight,
      RequestHead request,
      Forward forward,
      Function<WaitOutcome, CompletionStage<Plan>> next,
      Instant now) {
    if (waiting.incrementAndGet() > bounds.mostWaiting()) {
      waiting.decrementAndGet();
      listener.waited(WaitOutcome.TOO_MANY);
      return new Role.Alone();
    }
    Waiting wait =
        flight.join(
            () -> new Waiting(request, forward, bounds.longestWait(), next, this::waitEnded), now);
    if (wait == null) {
      waiting.decrementAndGet();
      return null;
    }
    return new Role.Wait(wait);
  }

  /** Remembers whether waiting for a response like that one is worth it. */
  void learn(CacheKey cacheKey, RequestHead request, boolean isShared, Instant now) {
    // What it varies by makes no difference: as a rule all variants are shared, or none is.
    Key key = keyOf(cacheKey, request, List.of());
    if (isShared) {
      unshared.forget(key);
    } else {
      unshared.remember(key, now);
    }
  }

  private void waitEnded(WaitOutcome outcome) {
    waiting.decrementAndGet();
    listener.waited(outcome);
  }

  private static boolean isConditional(RequestHead request) {
    return request.fields().contains("If-None-Match")
        || request.fields().contains("If-Modified-Since")
        || request.fields().contains("If-Match")
        || request.fields().contains("If-Unmodified-Since");
  }
}
