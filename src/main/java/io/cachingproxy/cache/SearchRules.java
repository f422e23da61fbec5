package io.cachingproxy.cache;

import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Fingerprint;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, for paths whose responses don't vary on all of their query, the last No-Vary-Search
 * value (draft-ietf-httpbis-no-vary-search). It yields a second cache key, the same for all queries
 * that are equivalent under the rule, so that a look-up stays O(1).
 *
 * <p>Why this never gives a wrong answer: each rule has a number of its own, which is part of its
 * keys, so under one key there are only responses to queries that are equivalent under that rule;
 * and a look-up uses only those responses that still carry the same rule. The keys of a rule that
 * was replaced or forgotten are never looked up again.
 *
 * <p>Bounded in number and in bytes, since origins choose how long a rule is and clients how long a
 * path is: only a path's fingerprint is kept. Thread-safe.
 */
final class SearchRules {

  private static final int MAX_PATHS = 4096;
  private static final int MAX_BYTES = 4 << 20;

  /** A larger rule, with hundreds of names, isn't worth the rules it would displace. */
  private static final int MAX_BYTES_OF_ONE = 64 << 10;

  /** The heap cost of a rule and its map entry, without the names, in bytes. */
  private static final int OVERHEAD = 160;

  private final Map<Fingerprint, Rule> rules = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong numbers = new AtomicLong();

  /** The rule of the target's path, null if there is none. */
  @Nullable Rule of(TargetUri target) {
    return rules.isEmpty() ? null : rules.get(Fingerprint.of(pathOf(target)));
  }

  /**
   * Remembers the rule of a response to a request for that target.
   *
   * @param purges the clock of purges
   * @return null if the rule is too large to be remembered
   */
  @Nullable Rule learn(TargetUri target, NoVarySearch noVarySearch, Purges purges) {
    Fingerprint path = Fingerprint.of(pathOf(target));
    Rule known = rules.get(path);
    if (known != null && known.noVarySearch.equals(noVarySearch)) {
      return known;
    }
    if (noVarySearch.heapBytes() > MAX_BYTES_OF_ONE) {
      return null;
    }
    Rule learnt = new Rule(noVarySearch, numbers.incrementAndGet());
    count(learnt, rules.put(path, learnt));
    // Set only now: purges before this may have missed the rule, later ones do not.
    learnt.knownSince = purges.now();
    while (rules.size() > MAX_PATHS || bytes.get() > MAX_BYTES) {
      forgetAny();
    }
    return learnt;
  }

  private void forgetAny() {
    Iterator<Fingerprint> paths = rules.keySet().iterator();
    if (paths.hasNext()) {
      count(null, rules.remove(paths.next()));
    }
  }

  private void count(@Nullable Rule added, @Nullable Rule gone) {
    bytes.addAndGet(bytesOf(added) - bytesOf(gone));
  }

  private static long bytesOf(@Nullable Rule rule) {
    return rule == null ? 0 : OVERHEAD + rule.noVarySearch.heapBytes();
  }

  /** The approximate heap cost of all rules, in bytes. */
  long bytes() {
    return bytes.get();
  }

  private static String pathOf(TargetUri target) {
    return target.withPath(target.path(), null).key();
  }

  /** The rule of one path. */
  static final class Rule {

    private final NoVarySearch noVarySearch;
    private final long number;
    private volatile long knownSince = Long.MAX_VALUE;

    private Rule(NoVarySearch noVarySearch, long number) {
      this.noVarySearch = noVarySearch;
      this.number = number;
    }

    NoVarySearch noVarySearch() {
      return noVarySearch;
    }

    /**
     * Whether every purge since that stamp also purged this rule's keys. If not, a response to a
     * request sent then is stored for its exact target only.
     */
    boolean wasKnownAt(long stamp) {
      return stamp >= knownSince;
    }

    /** The key shared by equivalent targets. */
    CacheKey keyOf(TargetUri target) {
      return CacheKey.ofEquivalents(
          target.withPath(target.path(), null), number, noVarySearch.canonical(target.query()));
    }
  }
}
