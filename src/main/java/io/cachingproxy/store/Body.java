package io.cachingproxy.store;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The complete content of a stored response, outside the heap, shared by reference count.
 *
 * <p>Whoever obtains a body, or calls {@link #tryRetain()} with success, must call {@link
 * #release()} exactly once; the memory is freed when the last holder has released it. Thread-safe.
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

  /** Like {@link #buffers()}, but only {@code count} bytes starting at {@code first}. */
  List<ByteBuffer> buffers(long first, long count);

  /** Acquires another hold; false if the last holder has already released the body. */
  boolean tryRetain();

  /**
   * Releases one hold.
   *
   * @throws IllegalStateException if it was released more often than acquired
   */
  void release();
}
