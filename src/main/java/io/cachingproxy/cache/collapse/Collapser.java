package io.cachingproxy.cache.collapse;

import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.RequestDirectives;
import io.cachingproxy.rfc9111.SelectingFields;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Fingerprint;
import io.cachingproxy.store.Stored;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that simultaneous requests for one response cause one request to the origin (RFC 9111
 * §4). Thread-safe; nothing blocks.
 */
public final class Collapser<A extends Discardable> {

  private final CachePolicy policy;
  private final Purges purges;
  private final CollapseLimits limits;
  private final Consumer<WaitOutcome> listener;
  private final ConcurrentMap<Key, SharedFetch<A>> fetches = new ConcurrentHashMap<>();
  private final PersonalKeys<Key> personal = new PersonalKeys<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong changes = new AtomicLong();

  public Collapser(
      CachePolicy policy, Purges purges, CollapseLimits limits, Consumer<WaitOutcome> listener) {
    this.policy = policy;
    this.purges = purges;
    this.limits = limits;
    this.listener = listener;
  }

  /**
   * Requests that one response may be good for: they have the cache key in common, the selecting
   * values where it is known what the responses vary by, the other site that asks, if one does, and
   * whether there are credentials, or fields that may change the answer: what comes of them is
   * often for one alone, and nobody else should wait for it. Clients choose all of that, so only
   * the fingerprint is kept.
   */
  public record Key(Fingerprint fingerprint) {}

  public Key keyOf(CacheKey key, RequestHead request, List<? extends Stored> variants) {
    String origin = policy.guessing().harmless().foreignOrigin(request.fields());
    String kind = isPersonal(request) ? "personal" : origin == null ? "common" : "from " + origin;
    if (variants.isEmpty()) {
      return new Key(Fingerprint.of(key.text(), kind));
    }
    SelectingFields variant = variants.get(0).head().selecting().withValuesOf(request);
    return new Key(Fingerprint.of(key.text(), kind, variant.canonical()));
  }

  /** Whether the answer may have to do with who asks, or with what only this request says. */
  public boolean isPersonal(RequestHead request) {
    return request.fields().contains("Cookie")
        || request.fields().contains("Authorization")
        || !policy.guessing().harmless().cover(request.fields());
  }

  /** What a request does that can't be answered from the store. */
  public sealed interface Role<A extends Discardable> {

    /** It goes to the origin, and may be waited for. */
    record Lead<A extends Discardable>(SharedFetch<A> fetch) implements Role<A> {}

    /** It waits for another. */
    record Wait<A extends Discardable>(Waiting<A> waiting) implements Role<A> {}

    /** It goes to the origin, and nobody waits for it. */
    record Alone<A extends Discardable>() implements Role<A> {}
  }

  /** Whether no request ever waits for another. */
  public boolean isOff() {
    return limits.maxWaiting() == 0;
  }

  /** A count that has changed if, meanwhile, something may have come into the store. */
  public long changes() {
    return changes.get();
  }

  /** How many requests wait now. */
  public int waiting() {
    return waiting.get();
  }

  /** How many responses are known to be for their requester alone. */
  public int personal() {
    return personal.size();
  }

  /**
   * What that request does.
   *
   * @param variants what is stored for the key
   * @param isRevalidation whether the cache's own conditions take the place of the client's
   * @param next the plan for when a wait has brought none
   */
  public Role<A> roleOf(
      CacheKey cacheKey,
      RequestHead request,
      ForwardReason forward,
      List<? extends Stored> variants,
      boolean isRevalidation,
      Waiting.Next<A> next,
      Instant now) {
    boolean mayShare = isRevalidation || !request.fields().contains("Range");
    if (isOff()
        || forward == ForwardReason.REQUEST
        || !mayShare
        || RequestDirectives.noStore(request, policy)) {
      return new Role.Alone<>();
    }
    if (personal.size() > 0 && personal.contains(keyOf(cacheKey, request, List.of()), now)) {
      return new Role.Alone<>();
    }
    Key key = keyOf(cacheKey, request, variants);
    boolean mayLead = isRevalidation || !isConditional(request);
    // What is stored for another's request is of no use to it: waiting for that would be in vain.
    boolean mayWait = !RequestDirectives.wantsOrigin(request, policy);
    while (true) {
      SharedFetch<A> fetch = fetches.get(key);
      if (fetch == null || purges.coversFetched(cacheKey, fetch.groups(), fetch.stamp())) {
        SharedFetch<A> led = mayLead ? lead(key, fetch) : null;
        if (led != null || !mayLead) {
          return led == null ? new Role.Alone<>() : new Role.Lead<>(led);
        }
      } else if (!mayWait) {
        return new Role.Alone<>();
      } else {
        Role<A> role = waitFor(fetch, request, forward, next, now);
        if (role != null) {
          return role;
        }
      }
    }
  }

  /** Leads if nobody does; null otherwise. For a request that nobody has to wait with. */
  public @Nullable SharedFetch<A> lead(CacheKey cacheKey, RequestHead request, Stored stored) {
    Key key = keyOf(cacheKey, request, List.of(stored));
    return fetches.containsKey(key) ? null : lead(key, null);
  }

  /** Takes the place of a fetch whose response was purged on its way; null if somebody else did. */
  private @Nullable SharedFetch<A> lead(Key key, @Nullable SharedFetch<A> purged) {
    SharedFetch<A> fetch = new SharedFetch<>(purges.now(), over -> ended(key, over));
    boolean leads =
        purged == null
            ? fetches.putIfAbsent(key, fetch) == null
            : fetches.replace(key, purged, fetch);
    return leads ? fetch : null;
  }

  private void ended(Key key, SharedFetch<A> fetch) {
    // The count first: whoever leads from now on must see that something has come.
    changes.incrementAndGet();
    fetches.remove(key, fetch);
  }

  /** Null if the fetch has just ended. */
  private @Nullable Role<A> waitFor(
      SharedFetch<A> fetch,
      RequestHead request,
      ForwardReason forward,
      Waiting.Next<A> next,
      Instant now) {
    if (waiting.incrementAndGet() > limits.maxWaiting()) {
      waiting.decrementAndGet();
      listener.accept(WaitOutcome.TOO_MANY);
      return new Role.Alone<>();
    }
    Waiting<A> wait = fetch.join(() -> new Waiting<>(request, forward, next, this::waitEnded), now);
    if (wait == null) {
      waiting.decrementAndGet();
      return null;
    }
    return new Role.Wait<>(wait);
  }

  /** Remembers whether waiting for a response like that one is worth it. */
  public void learn(CacheKey cacheKey, RequestHead request, boolean isShared, Instant now) {
    // What it varies by makes no difference: as a rule all variants are shared, or none is.
    Key key = keyOf(cacheKey, request, List.of());
    if (isShared) {
      personal.forget(key);
    } else {
      personal.remember(key, now);
    }
  }

  private void waitEnded(WaitOutcome outcome) {
    waiting.decrementAndGet();
    listener.accept(outcome);
  }

  private static boolean isConditional(RequestHead request) {
    return request.fields().contains("If-None-Match")
        || request.fields().contains("If-Modified-Since")
        || request.fields().contains("If-Match")
        || request.fields().contains("If-Unmodified-Since");
  }
}
