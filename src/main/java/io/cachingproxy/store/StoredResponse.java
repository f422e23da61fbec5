package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.rfc9111.StoredHead;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One stored response: its head with everything the rules need, parsed once, and its body.
 * Immutable; a freshened response is a new one over the same body (RFC 9111 §4.3.4).
 *
 * <p>A stored response does not own its body: the store does, for as long as the response is in it.
 * A reader calls {@link #tryRetain()} before it uses the body and {@link Body#release()} after.
 *
 * @param key the primary cache key
 * @param head status, fields and what they mean
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

  /** Holds the body for a reader; false if the store has let go of it meanwhile. */
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
