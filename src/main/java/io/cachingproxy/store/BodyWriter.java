package io.cachingproxy.store;

import java.nio.ByteBuffer;

/**
 * A body that is still arriving. It becomes a {@link Body} only by {@link #complete()}; anything
 * else is an abort, and its bytes are given back.
 *
 * <p>The caller owns the writer and ends it with exactly one of {@code complete} and {@code abort}.
 * Not thread-safe: one thread at a time.
 */
public interface BodyWriter {

  /**
   * Copies the remaining bytes of {@code chunk}, leaving its position as it was.
   *
   * @return false if the store has no room for them or the body would exceed the largest object
   *     allowed: the writer is then aborted, its memory is given back and nothing of the response
   *     will be stored
   */
  boolean append(ByteBuffer chunk);

  /** The number of bytes appended so far. */
  long length();

  /**
   * Ends the writer: the content has arrived whole. The caller owns the body that is returned and
   * releases it.
   */
  Body complete();

  /**
   * Ends the writer and gives its memory back. Does nothing after {@link #complete()} or an earlier
   * abort.
   */
  void abort();
}
