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
   * @return false if the store has no room for them or the body would be {@linkplain #isTooLarge
   *     too large}: nothing of the chunk is copied, what came before can still be {@linkplain #read
   *     read}, and all that is left to do is to abort
   */
  boolean append(ByteBuffer chunk);

  /**
   * A new read-only view of bytes that were appended: those from {@code first} (inclusive) on, as
   * many as lie together, at least one. It may be called after {@link #complete()} as well, and not
   * while another thread appends; the view is valid until the memory is given back, by an abort or
   * by the last holder of the body.
   *
   * @throws IndexOutOfBoundsException if that byte has not been appended
   */
  ByteBuffer read(long first);

  /** Whether a body of that length is larger than any that is stored. */
  boolean isTooLarge(long bytes);

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
