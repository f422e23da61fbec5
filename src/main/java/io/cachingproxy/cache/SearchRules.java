package io.cachingproxy.cache;

import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.store.CacheKey;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the paths whose responses don't vary on all of their query: the No-Vary-Search
 * value (draft-ietf-httpbis-no-vary-search) that was seen there last. From it comes a second cache
 * key, the same for all queries that are equivalent under it, so that a look-up stays O(1).
 *
 * <p>Why this never gives a wrong answer: each rule has a number of its own, which is part of its
 * keys, so under one key there is nothing but responses to queries that are equivalent under that
 * rule; and whoever looks up uses of them only those that still carry the very rule themselves. A
 * rule that was replaced or forgotten takes its keys with it.
 *
 * <p>Bounded and thread-safe.
 */
final class SearchRules {

  private static final int MOST_PATHS = 4096;
  private static final int LONGEST_PATH = 2048;

  private final Map<String, Rule> rules = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /** The rule of the target's path, null if there is none. */
  @Nullable Rule of(TargetUri target) {
    return rules.isEmpty() ? null : rules.get(pathOf(target));
  }

  /**
   * Remembers the rule that a response to a request for that target carries.
   *
   * @param purges the clock of purges
   * @return null if the path is too long to be remembered
   */
  @Nullable Rule learn(TargetUri target, NoVarySearch noVarySearch, Purges purges) {
    String path = pathOf(target);
    Rule known = rules.get(path);
    if (known != null && known.noVarySearch.equals(noVarySearch)) {
      return known;
    }
    if (path.length() > LONGEST_PATH) {
      return null;
    }
    Rule learnt = new Rule(path, noVarySearch, numbers.incrementAndGet());
    rules.put(path, learnt);
    // Only now: a purge that is older than this may not have known the rule, a younger one has.
    learnt.knownSince = purges.now();
    if (rules.size() > MOST_PATHS) {
      forgetAny();
    }
    return learnt;
  }

  private void forgetAny() {
    Iterator<String> paths = rules.keySet().iterator();
    if (paths.hasNext()) {
      paths.next();
      paths.remove();
    }
  }

  private static String pathOf(TargetUri target) {
    return target.withPath(target.path(), null).key();
  }

  /** The rule of one path. */
  static final class Rule {

    private final String path;
    private final NoVarySearch noVarySearch;
    private final long number;
    private volatile long knownSince = Long.MAX_VALUE;

    private Rule(String path, NoVarySearch noVarySearch, long number) {
      this.path = path;
      this.noVarySearch = noVarySearch;
      this.number = number;
    }

    NoVarySearch noVarySearch() {
      return noVarySearch;
    }

    /**
     * Whether every purge since that stamp knew of this rule, and so purged its keys as well: if
     * not, a response to a request that was sent then is kept for its exact target alone.
     */
    boolean wasKnownAt(long stamp) {
      return stamp >= knownSince;
    }

    /** The key that the target shares with its equivalents: no target has a space in it. */
    CacheKey keyOf(TargetUri target) {
      return new CacheKey(path + " " + number + " " + noVarySearch.canonical(target.query()));
    }
  }
}
