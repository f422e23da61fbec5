package io.cachingproxy.cache;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.cache.collapse.Collapser;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.CacheKey;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Protects the heap from long URLs: what is remembered of a key once its request is over are a few
 * bytes, never the client's text.
 */
final class RememberedKeysTest {

  private final Purges purges = new Purges();

  @Test
  void aPurgeDoesNotKeepTheKey() {
    keepsNothingOf(purges::purge);
    long sent = purges.now() - 1;
    assertThat(purges.coversFetched(longKey(), Set.of(), sent)).isTrue();
  }

  @Test
  void aFailedRefreshDoesNotKeepTheKey() {
    Refreshes refreshes = new Refreshes();
    keepsNothingOf(
        key -> {
          assertThat(refreshes.begin(key, Instant.EPOCH)).isTrue();
          refreshes.end(key, true, Instant.EPOCH);
        });
    assertThat(refreshes.begin(longKey(), Instant.EPOCH)).as("it is remembered").isFalse();
  }

  @Test
  void whatIsForItsRequesterAloneDoesNotKeepTheKey() {
    Collapser<Plan> collapser =
        new Collapser<>(CachePolicy.defaults(), purges, CollapseLimits.defaults(), outcome -> {});
    RequestHead request = new RequestHead("GET", target("/"), Fields.empty());
    keepsNothingOf(key -> collapser.learn(key, request, false, Instant.EPOCH));
    assertThat(collapser.personal()).as("it is remembered").isEqualTo(1);
  }

  @Test
  void theRuleOfAPathDoesNotKeepThePath() {
    SearchRules rules = new SearchRules();
    NoVarySearch rule = NoVarySearch.of(Fields.of("No-Vary-Search", "params=(\"utm\")"));
    keepsNothingOf(key -> rules.learn(target(key.text()), rule, purges));
    assertThat(rules.of(target(longKey().text()))).as("it is remembered").isNotNull();
  }

  @Test
  void theRulesOfPathsAreBoundedInBytes() {
    SearchRules rules = new SearchRules();
    for (int i = 0; i < 2000; i++) {
      String name = ("n" + i).repeat(1000);
      Fields fields = Fields.of("No-Vary-Search", "params=(\"" + name + "\")");
      rules.learn(target("/" + i), NoVarySearch.of(fields), purges);
      assertThat(rules.bytes()).isLessThanOrEqualTo(4 << 20);
    }
    assertThat(rules.bytes()).isGreaterThan(3 << 20);
    Fields huge = Fields.of("No-Vary-Search", "params=(\"" + "x".repeat(40_000) + "\")");
    assertThat(rules.learn(target("/"), NoVarySearch.of(huge), purges)).isNull();
  }

  private static void keepsNothingOf(Consumer<CacheKey> remember) {
    WeakReference<String> text = remember(remember);
    await()
        .until(
            () -> {
              System.gc();
              return text.get() == null;
            });
  }

  /** In a method of its own, so that no variable holds on to the key. */
  private static WeakReference<String> remember(Consumer<CacheKey> remember) {
    CacheKey key = longKey();
    remember.accept(key);
    return new WeakReference<>(key.text());
  }

  private static CacheKey longKey() {
    return new CacheKey("/" + "x".repeat(30_000));
  }

  private static TargetUri target(String path) {
    return requireNonNull(TargetUri.parse("http://origin")).withPath(path, null);
  }
}
