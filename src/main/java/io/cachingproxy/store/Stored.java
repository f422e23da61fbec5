package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.rfc9111.StoredHead;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A stored response, complete or in parts (RFC 9111 §3.3). Two separate types, so that one is never
 * taken for the other; this is what they have in common.
 *
 * <p>A stored response does not own its content: the store does, for as long as the response is
 * stored. A reader must call {@link #tryRetain()} before it uses the content and {@link #release()}
 * after.
 */
public sealed interface Stored permits StoredResponse, PartialResponse {

  /** The primary cache key. */
  CacheKey key();

  /** Status and fields, parsed; of the whole response, even if only parts are stored. */
  StoredHead head();

  /** The time of {@code Purges} at which the request to the origin was sent. */
  long stamp();

  /** The length of the whole content in bytes. */
  long completeLength();

  /**
   * Whether both are the same entry of the store. The head is an entry's identity: it is created
   * for each response that is received or freshened, and is kept when the store moves the content,
   * so that an earlier look-up still refers to the same entry.
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

  /** Acquires a hold on the content; false if it has been evicted meanwhile. */
  boolean tryRetain();

  /** Releases one hold. */
  void release();

  /** A copy with a newer head and the same content (RFC 9111 §4.3.4). */
  Stored withHead(StoredHead newer, long newerStamp);
}
