package io.cachingproxy.cache.purge;

import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Stored;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A logical clock of purges: a purge records a stamp and scans nothing.
 *
 * <p>Every request to the origin takes the {@linkplain #now() stamp} at which it was sent. A
 * response is valid only if no purge that covers it is younger, so a fetch that was in flight
 * during a purge can't bring the old response back. Thread-safe; nothing here blocks for longer
 * than a map operation.
 *
 * <p>When one URI is invalidated, the store removes its responses at once; the stamp is kept here
 * for the fetches still in flight. The members of a group (RFC 9875) are not searched for: they are
 * found to be purged when they are looked up. What is remembered is bounded, see {@link Stamps}.
 */
public final class Purges {

  /** How many invalidated keys are remembered for fetches in flight. */
  private static final int REMEMBERED_KEYS = 10_000;

  /**
   * How many invalidated groups are remembered for stored responses. They are kept as they are, not
   * as fingerprints, since every hit looks them up; their names are chosen by origins and are
   * short.
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
    // Of two concurrent purges the younger counts.
    everything.accumulateAndGet(clock.incrementAndGet(), Math::max);
  }

  /** Purges the responses of one key whose requests were sent before this call. */
  public void purge(CacheKey key) {
    keys.purge(key, clock);
  }

  /**
   * Purges the stored responses of one resource under all its keys (RFC 9111 §4.4), if their
   * requests were sent before this call.
   *
   * @param key the key of the spelling that represents all others
   */
  public void purgeResource(CacheKey key) {
    resources.purge(key, clock);
  }

  /** Whether no resource was ever purged. */
  public boolean knowNoResource() {
    return resources.areNone();
  }

  /** Whether a response to a request sent at that stamp has been purged with its resource. */
  public boolean coversResource(CacheKey key, long stamp) {
    return resources.cover(key, stamp);
  }

  /** Purges the responses of one group whose requests were sent before this call. */
  public void purge(CacheGroup group) {
    groups.purge(group, clock);
  }

  /** Whether a stored response has been purged with everything else or with one of its groups. */
  public boolean coversStored(Stored stored) {
    return coversAnywhere(stored.head().groups(), stored.stamp());
  }

  /**
   * Whether the response to a request sent at that stamp has been purged since.
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
