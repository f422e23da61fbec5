package io.cachingproxy.cache.purge;

import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Stored;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A logical clock of purges: a purge is a stamp, not a scan.
 *
 * <p>Every request to the origin takes the {@linkplain #now() stamp} at which it was sent. A
 * response counts only if no purge that covers it is younger, so a fetch that was under way during
 * a purge can't bring the old response back. Thread-safe; nothing here blocks for longer than a map
 * operation.
 *
 * <p>The store removes what an invalidation of one URI covers at once; its stamp is remembered here
 * for the fetches that are still under way. Nobody goes looking for the members of a group (RFC
 * 9875): they are found to be purged when they are looked up. What is remembered is bounded, see
 * {@link Stamps}.
 */
public final class Purges {

  /** How many invalidated keys are remembered for the fetches under way. */
  private static final int REMEMBERED_KEYS = 10_000;

  /**
   * How many invalidated groups are remembered for the responses that are stored. As they are: hits
   * look for them, and origins give them their names, which are short.
   */
  private static final int REMEMBERED_GROUPS = 10_000;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLong everything = new AtomicLong();
  private final Stamps<CacheKey> keys = new Stamps<>(REMEMBERED_KEYS, CacheKey::fingerprint);
  private final Stamps<CacheKey> resources = new Stamps<>(REMEMBERED_KEYS, CacheKey::fingerprint);
  private final Stamps<CacheGroup> groups = new Stamps<>(REMEMBERED_GROUPS, group -> group);

  /** The stamp of a request that is sent to the origin now. */
  public long now() {
    return clock.get();
  }

  /** Purges every response whose request was sent before this call. */
  public void purgeEverything() {
    // Of two at once, the younger counts.
    everything.accumulateAndGet(clock.incrementAndGet(), Math::max);
  }

  /** Purges the responses of one key whose requests were sent before this call. */
  public void purge(CacheKey key) {
    keys.purge(key, clock);
  }

  /**
   * Purges what is stored for one resource, in whatever way it was asked for (RFC 9111 §4.4), and
   * whose request was sent before this call.
   *
   * @param key that of the one spelling that stands for all
   */
  public void purgeResource(CacheKey key) {
    resources.purge(key, clock);
  }

  /** Whether no resource was ever purged. */
  public boolean knowNoResource() {
    return resources.areNone();
  }

  /** Whether a response to a request that was sent at that stamp was purged with its resource. */
  public boolean coversResource(CacheKey key, long stamp) {
    return resources.cover(key, stamp);
  }

  /** Purges the responses of one group whose requests were sent before this call. */
  public void purge(CacheGroup group) {
    groups.purge(group, clock);
  }

  /** Whether a stored response was purged with everything else or with one of its groups. */
  public boolean coversStored(Stored stored) {
    return coversAnywhere(stored.head().groups(), stored.stamp());
  }

  /**
   * Whether the response to a request that was sent at that stamp was purged meanwhile.
   *
   * @param memberOf the groups it belongs to
   */
  public boolean coversFetched(CacheKey key, Set<CacheGroup> memberOf, long stamp) {
    return keys.cover(key, stamp) || coversAnywhere(memberOf, stamp);
  }

  private boolean coversAnywhere(Set<CacheGroup> memberOf, long stamp) {
    if (stamp < everything.get()) {
      return true;
    }
    if (!memberOf.isEmpty()) {
      for (CacheGroup group : memberOf) {
        if (groups.cover(group, stamp)) {
          return true;
        }
      }
    }
    return false;
  }
}
