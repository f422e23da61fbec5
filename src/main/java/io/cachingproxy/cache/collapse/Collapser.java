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
 * Collapses simultaneous requests for one response into one request to the origin (RFC 9111 §4).
 * The first becomes the leader, the others wait for its response. Thread-safe; nothing blocks.
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
   * Identifies requests that one response may answer. They share the cache key; the selecting
   * values, if it is known what the responses vary on; the foreign origin that asks, if any; and
   * whether they have credentials or fields that may change the answer, since such answers are
   * often for one requester only and others should not wait for them. Clients choose all of that,
   * so only a fingerprint is kept.
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

  /** Whether the answer may depend on who asks, or on a field specific to this request. */
  public boolean isPersonal(RequestHead request) {
    return request.fields().contains("Cookie")
        || request.fields().contains("Authorization")
        || !policy.guessing().harmless().cover(request.fields());
  }

  /** What a request does that can't be answered from the store. */
  public sealed interface Role<A extends Discardable> {

    /** It goes to the origin, and others may wait for it. */
    record Lead<A extends Discardable>(SharedFetch<A> fetch) implements Role<A> {}

    /** It waits for another request. */
    record Wait<A extends Discardable>(Waiting<A> waiting) implements Role<A> {}

    /** It goes to the origin, and no other waits for it. */
    record Alone<A extends Discardable>() implements Role<A> {}
  }

  /** Whether collapsing is turned off. */
  public boolean isOff() {
    return limits.maxWaiting() == 0;
  }

  /** A counter that changes whenever a response may have been stored. */
  public long changes() {
    return changes.get();
  }

  /** How many requests are waiting. */
  public int waiting() {
    return waiting.get();
  }

  /** How many keys are known to have responses for one requester only. */
  public int personal() {
    return personal.size();
  }

  /**
   * Decides the role of a request.
   *
   * @param variants what is stored for the key
   * @param isRevalidation whether the cache's own conditions replace the client's
   * @param next plans the request after its wait
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
    // It demands an answer from the origin, so another request's response can't answer it.
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

  /** Leads unless another request does; null otherwise. For a request that need not wait. */
  public @Nullable SharedFetch<A> lead(CacheKey cacheKey, RequestHead request, Stored stored) {
    Key key = keyOf(cacheKey, request, List.of(stored));
    return fetches.containsKey(key) ? null : lead(key, null);
  }

  /** Leads, perhaps in place of a fetch whose response was purged; null if another request does. */
  private @Nullable SharedFetch<A> lead(Key key, @Nullable SharedFetch<A> purged) {
    SharedFetch<A> fetch = new SharedFetch<>(purges.now(), over -> ended(key, over));
    boolean leads =
        purged == null
            ? fetches.putIfAbsent(key, fetch) == null
            : fetches.replace(key, purged, fetch);
    return leads ? fetch : null;
  }

  private void ended(Key key, SharedFetch<A> fetch) {
    // Counted before the removal: the next leader must see that something may have been stored.
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

  /** Remembers whether responses to such requests can be shared. */
  public void learn(CacheKey cacheKey, RequestHead request, boolean isShared, Instant now) {
    // The variant is ignored: usually all variants can be shared, or none.
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
