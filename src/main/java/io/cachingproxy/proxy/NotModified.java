package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.Fields;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A client that has the response already which the origin sends to the store in full (RFC 9111
 * §4.3.2): it gets a 304 and is done with, while the content goes on into the store.
 */
final class NotModified implements Recipient {

  private final Recipient client;
  private final Supplier<Duration> originTook;
  private boolean answered;
  private boolean ended;

  /**
   * A recipient in front of the client.
   *
   * @param originTook how long the origin has taken until now
   */
  NotModified(Recipient client, Supplier<Duration> originTook) {
    this.client = client;
    this.originTook = originTook;
  }

  @Override
  public void begin(int status, Fields fields, CacheOutcome outcome) {
    client.begin(HttpStatus.NOT_MODIFIED_304, Preconditions.notModifiedFields(fields), outcome);
  }

  /** The first piece, whatever is in it, sends the whole of the answer. */
  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    if (answered) {
      callback.succeeded();
      return;
    }
    answered = true;
    client.write(
        true,
        BufferUtil.EMPTY_BUFFER,
        Callback.from(
            callback.getInvocationType(),
            () -> {
              end(null);
              callback.succeeded();
            },
            callback::failed));
  }

  private void end(@Nullable Throwable failure) {
    if (!ended) {
      ended = true;
      client.originTook(originTook.get());
      if (failure == null) {
        client.complete();
      } else {
        client.abort(failure);
      }
    }
  }

  @Override
  public boolean isAnswering() {
    return answered;
  }

  @Override
  public void complete() {
    end(null);
  }

  @Override
  public void abort(Throwable failure) {
    end(failure);
  }

  @Override
  public void refuse(int status, CacheOutcome outcome, String text) {
    ended = true;
    client.refuse(status, outcome, text);
  }

  @Override
  public void answer(Stored stored, CacheOutcome outcome) {
    ended = true;
    client.answer(stored, outcome);
  }

  /** A 304 has no content that trailer fields could follow. */
  @Override
  public void trailers(Supplier<Fields> trailers) {}

  @Override
  public void interim(int status, Fields fields, Runnable whenSent) {
    client.interim(status, fields, whenSent);
  }

  @Override
  public void originFailed(OriginFailure failure) {
    client.originFailed(failure);
  }

  /** The client has heard of it when its own part ended. */
  @Override
  public void originTook(Duration duration) {}
}
