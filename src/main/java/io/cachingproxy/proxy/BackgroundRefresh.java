package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.http.Fields;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;

/** Nobody waits for the answer: it is for the store alone (RFC 5861 §3). */
final class BackgroundRefresh implements Recipient {

  private final HttpCache cache;
  private final CacheKey key;
  private boolean failed;

  BackgroundRefresh(HttpCache cache, CacheKey key) {
    this.cache = cache;
    this.key = key;
  }

  @Override
  public void interim(int status, Fields fields, Runnable whenSent) {
    whenSent.run();
  }

  @Override
  public void originFailed(OriginFailure failure) {}

  @Override
  public void begin(int status, Fields fields, CacheOutcome outcome) {
    failed = status >= 500;
  }

  @Override
  public void trailers(Supplier<Fields> trailers) {}

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    callback.succeeded();
  }

  @Override
  public boolean isAnswering() {
    return true;
  }

  @Override
  public boolean hasLeft() {
    return false;
  }

  @Override
  public void complete() {
    cache.refreshEnded(key, failed);
  }

  @Override
  public void abort(Throwable failure) {
    cache.refreshEnded(key, true);
  }

  @Override
  public void refuse(int status, CacheOutcome outcome, String text) {
    cache.refreshEnded(key, true);
  }

  @Override
  public void answer(Stored stored, CacheOutcome outcome) {
    stored.release();
    cache.refreshEnded(key, outcome.source() != CacheOutcome.Source.REVALIDATED);
  }

  @Override
  public void originTook(Duration duration) {}
}
