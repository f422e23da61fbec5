package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.rfc9111.StoredHead;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the store keeps: a whole response, or parts of one (RFC 9111 §3.3). The two are types of
 * their own, so that the one is never taken for the other; here is what they have in common.
 *
 * <p>Nothing stored owns its content: the store does, for as long as it is in it. A reader calls
 * {@link #tryRetain()} before it uses the content and {@link #release()} after.
 */
public sealed interface Stored permits StoredResponse, PartialResponse {

  /** The primary cache key. */
  CacheKey key();

  /** Status, fields and what they mean; of the whole response, even if only parts are stored. */
  StoredHead head();

  /** The time of {@code Purges} at which the request to the origin was sent. */
  long stamp();

  /** The length of the whole content in bytes. */
  long completeLength();

  /**
   * Whether both are the very same entry of the store. Its identity is its head, which is made anew
   * for each response that is received and each that is freshened, and stays when the store moves
   * the content: an entry that was looked up before that is still the one.
   */
  @SuppressWarnings("ReferenceEquality")
  default boolean isSameEntry(Stored other) {
    return head() == other.head() && stamp() == other.stamp();
  }

  /** Whether all bytes of that range are stored. */
  boolean holds(ByteRange range);

  /**
   * The bytes of a range that {@linkplain #holds is stored}, as read-only buffers that are valid
   * only while the caller holds the content.
   */
  List<ByteBuffer> buffers(ByteRange range);

  /** Holds the content for a reader; false if the store has let go of it meanwhile. */
  boolean tryRetain();

  /** Gives one hold back. */
  void release();

  /** The same content with a newer head (RFC 9111 §4.3.4). */
  Stored withHead(StoredHead newer, long newerStamp);
}
