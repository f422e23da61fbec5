package io.cachingproxy.store;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The complete content of a stored response, outside the heap, shared by reference count.
 *
 * <p>Whoever obtained a body, or called {@link #tryRetain()} with success, calls {@link #release()}
 * exactly once; the bytes are given back to the store when the last holder has released.
 * Thread-safe.
 */
public interface Body {

  /** The number of bytes. */
  long length();

  /**
   * The whole content as read-only buffers, in order, none of them empty (so none at all for an
   * empty body). Each call returns new buffer objects over the same memory; they are valid only
   * while the caller holds the body.
   */
  List<ByteBuffer> buffers();

  /**
   * Like {@link #buffers()}, but only the bytes from {@code first} (inclusive), {@code count} of
   * them.
   */
  List<ByteBuffer> buffers(long first, long count);

  /**
   * Takes one more hold of the body; false if the last holder has already released it and its bytes
   * are gone.
   */
  boolean tryRetain();

  /**
   * Gives one hold back. Releasing more often than retained is an error and throws {@link
   * IllegalStateException}.
   */
  void release();
}
