package io.cachingproxy.store;

import java.nio.ByteBuffer;

/**
 * A body that is still arriving. It becomes a {@link Body} only by {@link #complete()}; anything
 * else is an abort, which frees its memory.
 *
 * <p>The caller owns the writer and ends it with exactly one of {@code complete} and {@code abort}.
 * Not thread-safe: one thread at a time.
 */
public interface BodyWriter {

  /**
   * Copies the remaining bytes of {@code chunk}, leaving its position unchanged.
   *
   * @return false if the store has no room for them or the body would be {@linkplain #isTooLarge
   *     too large}: then nothing of the chunk is copied, earlier bytes can still be {@linkplain
   *     #read read}, and the writer must be aborted
   */
  boolean append(ByteBuffer chunk);

  /**
   * A new read-only view of appended bytes: those from {@code first} on that are contiguous in
   * memory, at least one. May also be called after {@link #complete()}, but not while another
   * thread appends. The view is valid until the memory is freed, by an abort or by the last holder
   * of the body.
   *
   * @throws IndexOutOfBoundsException if that byte has not been appended
   */
  ByteBuffer read(long first);

  /** Whether a body of that length exceeds the largest size that is stored. */
  boolean isTooLarge(long bytes);

  /** The number of bytes appended so far. */
  long length();

  /**
   * Ends the writer with the complete content. The caller owns the returned body and must release
   * it.
   */
  Body complete();

  /**
   * Ends the writer and frees its memory. Does nothing after {@link #complete()} or an earlier
   * abort.
   */
  void abort();
}
