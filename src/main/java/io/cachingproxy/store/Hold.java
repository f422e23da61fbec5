package io.cachingproxy.store;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One hold on the content of a stored response. It is released once, however often it is closed, or
 * taken over by whoever then releases it. Thread-safe.
 */
public final class Hold<S extends Stored> implements AutoCloseable {

  private final S stored;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Hold(S stored) {
    this.stored = stored;
  }

  /**
   * Holds the content for the caller, who must close this; null if the response has been evicted.
   */
  public static <S extends Stored> @Nullable Hold<S> of(S stored) {
    return stored.tryRetain() ? new Hold<>(stored) : null;
  }

  /** The held response, valid as long as this is open. */
  public S stored() {
    return stored;
  }

  /**
   * Takes the hold over: the caller must release the returned response.
   *
   * @throws IllegalStateException if it was closed or taken over already
   */
  public S take() {
    if (!open.compareAndSet(true, false)) {
      throw new IllegalStateException("not held any more");
    }
    return stored;
  }

  /** Transfers the hold to a new object, and ends this one. */
  public Hold<S> handOn() {
    return new Hold<>(take());
  }

  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      stored.release();
    }
  }
}
