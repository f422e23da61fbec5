package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.rfc9111.StoredHead;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A complete stored response: its head, parsed once, and its body. Immutable; a freshened response
 * is a new object with the same body (RFC 9111 §4.3.4). For who owns the body see {@link Stored}.
 *
 * @param key the primary cache key
 * @param head status and fields, parsed
 * @param body the content
 * @param stamp the time of {@code Purges} at which the request to the origin was sent: a purge with
 *     a younger stamp covers it
 */
public record StoredResponse(CacheKey key, StoredHead head, Body body, long stamp)
    implements Stored {

  @Override
  public long completeLength() {
    return body.length();
  }

  @Override
  public boolean holds(ByteRange range) {
    return range.last() < body.length();
  }

  @Override
  public List<ByteBuffer> buffers(ByteRange range) {
    return body.buffers(range.first(), range.length());
  }

  /** Acquires a hold on the body; false if it has been evicted meanwhile. */
  @Override
  public boolean tryRetain() {
    return body.tryRetain();
  }

  @Override
  public void release() {
    body.release();
  }

  @Override
  public StoredResponse withHead(StoredHead newer, long newerStamp) {
    return new StoredResponse(key, newer, body, newerStamp);
  }
}
