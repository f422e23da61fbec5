package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.Fields;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;

/** The recipient of a background request, whose response goes to the store only (RFC 5861 §3). */
public final class BackgroundRefresh implements Recipient {

  private final Consumer<Boolean> whenEnded;
  private boolean failed;

  /**
   * Creates a recipient for a request that has not been sent yet.
   *
   * @param whenEnded is told whether the refresh has failed, that is, brought nothing new
   */
  public BackgroundRefresh(Consumer<Boolean> whenEnded) {
    this.whenEnded = whenEnded;
  }

  @Override
  public void interim(int status, Fields fields, Runnable whenSent) {
    whenSent.run();
  }

  @Override
  public boolean isNobody() {
    return true;
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
    whenEnded.accept(failed);
  }

  @Override
  public void abort(Throwable failure) {
    whenEnded.accept(true);
  }

  @Override
  public void refuse(int status, CacheOutcome outcome, String text) {
    whenEnded.accept(true);
  }

  @Override
  public void answer(StoredAnswer answer, CacheOutcome outcome) {
    answer.stored().release();
    whenEnded.accept(outcome.source() != CacheOutcome.Source.REVALIDATED);
  }

  @Override
  public void originTook(Duration duration) {}
}
