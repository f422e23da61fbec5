package io.cachingproxy.store;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One hold of the content of something stored. It is given back once, however often it is closed,
 * or taken over by whoever gives it back instead. Thread-safe.
 */
public final class Hold<S extends Stored> implements AutoCloseable {

  private final S stored;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Hold(S stored) {
    this.stored = stored;
  }

  /** Holds the content for the caller, who closes this; null if the store has let go of it. */
  public static <S extends Stored> @Nullable Hold<S> of(S stored) {
    return stored.tryRetain() ? new Hold<>(stored) : null;
  }

  /** What is held, as long as this is open. */
  public S stored() {
    return stored;
  }

  /**
   * Takes the hold over: the caller releases what is returned.
   *
   * @throws IllegalStateException if it was given back or taken over already
   */
  public S take() {
    if (!open.compareAndSet(true, false)) {
      throw new IllegalStateException("not held any more");
    }
    return stored;
  }

  /** The same hold in other hands: this one is over. */
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
