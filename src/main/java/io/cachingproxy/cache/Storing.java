package io.cachingproxy.cache;

import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A response on its way into the store. It gets there only by {@link #complete()}, when its content
 * has arrived whole; anything else is an abort.
 *
 * <p>Not thread-safe: one thread at a time. Ending it twice does nothing.
 */
public final class Storing {

  private final ResponseStore store;
  private final Purges purges;
  private final CacheListener listener;
  private final CacheKey key;
  private final StoredHead head;
  private final long stamp;
  private final BodyWriter body;
  private final List<StoredResponse> superseded;
  private boolean ended;

  Storing(
      ResponseStore store,
      Purges purges,
      CacheListener listener,
      CacheKey key,
      StoredHead head,
      long stamp,
      BodyWriter body,
      List<StoredResponse> superseded) {
    this.store = store;
    this.purges = purges;
    this.listener = listener;
    this.key = key;
    this.head = head;
    this.stamp = stamp;
    this.body = body;
    this.superseded = superseded;
  }

  StoredHead head() {
    return head;
  }

  /**
   * Copies a piece of the content. When the store has no room for it, the response will simply not
   * be stored.
   */
  public void append(ByteBuffer chunk) {
    if (!ended && !body.append(chunk)) {
      ended = true;
      listener.notStored("no-room");
    }
  }

  /** The content has arrived whole: the response is stored, unless it was purged on its way. */
  public void complete() {
    if (ended) {
      return;
    }
    ended = true;
    if (purges.coversFetched(key, head.groups(), stamp)) {
      body.abort();
      listener.notStored("purged");
      return;
    }
    StoredResponse response = new StoredResponse(key, head, body.complete(), stamp);
    store.put(response);
    superseded.forEach(store::remove);
    if (purges.coversFetched(key, head.groups(), stamp)) {
      store.remove(response);
    }
  }

  /** The content did not arrive whole: nothing of it stays. */
  public void abort() {
    if (!ended) {
      ended = true;
      body.abort();
      listener.notStored("incomplete");
    }
  }
}
