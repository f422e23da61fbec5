package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.rfc9111.StoredHead;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A stored response of which some bytes are missing (RFC 9111 §3.3): it can only answer requests
 * for ranges that it holds. Immutable.
 *
 * @param key the primary cache key
 * @param head the head of the whole response: a 206 is stored "as if it were an incomplete 200"
 * @param body the stored parts of the content
 * @param stamp the time of {@code Purges} at which the latest request to the origin was sent
 */
public record PartialResponse(CacheKey key, StoredHead head, PartialBody body, long stamp)
    implements Stored {

  @Override
  public long completeLength() {
    return body.completeLength();
  }

  @Override
  public boolean holds(ByteRange range) {
    return body.missing(range) == null;
  }

  @Override
  public List<ByteBuffer> buffers(ByteRange range) {
    return body.buffers(range);
  }

  @Override
  public boolean tryRetain() {
    return body.tryRetain();
  }

  @Override
  public void release() {
    body.release();
  }

  @Override
  public PartialResponse withHead(StoredHead newer, long newerStamp) {
    return new PartialResponse(key, newer, body, newerStamp);
  }
}
