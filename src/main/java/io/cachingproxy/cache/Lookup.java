package io.cachingproxy.cache;

import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Finds the keys under which the responses of a target are stored: its own, and one that it shares
 * with targets whose query is equivalent according to No-Vary-Search. Thread-safe.
 */
final class Lookup {

  private static final Comparator<StoredResponse> NEWEST_FIRST =
      Comparator.comparing((StoredResponse stored) -> stored.head().responseTime()).reversed();

  private final ResponseStore store;
  private final Purges purges;
  private final SearchRules rules = new SearchRules();

  Lookup(ResponseStore store, Purges purges) {
    this.store = store;
    this.purges = purges;
  }

  /** The stored responses that may answer requests for the target, including purged ones. */
  CompletionStage<List<StoredResponse>> find(TargetUri target) {
    CompletionStage<List<StoredResponse>> own = unchanged(target, store.find(CacheKey.of(target)));
    SearchRules.Rule rule = rules.of(target);
    if (rule == null) {
      return own;
    }
    return store
        .find(rule.keyOf(target))
        .thenCombine(own, (shared, exact) -> merge(rule.noVarySearch(), shared, exact));
  }

  /**
   * The incomplete responses that may answer requests for the target, including purged ones. They
   * are stored under the target's own key only.
   */
  CompletionStage<List<PartialResponse>> findPartial(TargetUri target) {
    return unchanged(target, store.findPartial(CacheKey.of(target)));
  }

  /**
   * Drops responses that an unsafe request to the same resource has invalidated although their keys
   * differ, because of another spelling or of fields that are part of the key: such keys can't be
   * enumerated (RFC 9111 §4.4).
   */
  private <S extends Stored> CompletionStage<List<S>> unchanged(
      TargetUri target, CompletionStage<List<S>> found) {
    if (target.isOnlySpelling() || purges.knowNoResource()) {
      return found;
    }
    CacheKey resource = CacheKey.of(target.resource());
    return found.thenApply(
        all ->
            all.stream().filter(each -> !purges.coversResource(resource, each.stamp())).toList());
  }

  /** A freshened response may have lost its No-Vary-Search: then it answers its own target only. */
  private static List<StoredResponse> merge(
      NoVarySearch rule, List<StoredResponse> shared, List<StoredResponse> exact) {
    if (shared.isEmpty()) {
      return exact;
    }
    List<StoredResponse> all = new ArrayList<>(shared.size() + exact.size());
    for (StoredResponse candidate : shared) {
      if (candidate.head().noVarySearch().equals(rule)) {
        all.add(candidate);
      }
    }
    all.addAll(exact);
    all.sort(NEWEST_FIRST);
    return all;
  }

  /**
   * The key under which to store the response to a request for the target.
   *
   * @param stamp when the request was sent, by the clock of {@link Purges}
   */
  CacheKey keyToStore(TargetUri target, StoredHead head, long stamp) {
    if (!head.noVarySearch().isDefault()) {
      SearchRules.Rule rule = rules.learn(target, head.noVarySearch(), purges);
      if (rule != null && rule.wasKnownAt(stamp)) {
        return rule.keyOf(target);
      }
    }
    return CacheKey.of(target);
  }

  /** Purges and removes everything that may answer requests for the target. */
  void purge(TargetUri target) {
    purges.purgeResource(CacheKey.of(target.resource()));
    purge(CacheKey.of(target));
    // After the first purge, so that a rule learnt meanwhile is not older than it.
    SearchRules.Rule rule = rules.of(target);
    if (rule != null) {
      purge(rule.keyOf(target));
    }
  }

  private void purge(CacheKey key) {
    purges.purge(key);
    store.remove(key);
  }
}
