package io.cachingproxy.cache;

import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A response on its way into the store. It gets there only by {@link #complete()}, when its content
 * has arrived whole; anything else is an abort.
 *
 * <p>Not thread-safe: one thread at a time. Ending it twice does nothing.
 */
public final class Storing {

  private final Purges purges;
  private final CacheListener listener;
  private final CacheKey key;
  private final Set<CacheGroup> groups;
  private final long stamp;
  private final BodyWriter body;
  private final long announced;
  private final Consumer<Body> whenComplete;
  private boolean ended;

  /**
   * Content of which nothing has arrived yet.
   *
   * @param groups those the response belongs to (RFC 9875)
   * @param stamp the time of {@code purges} at which the request was sent
   * @param body where the content goes
   * @param announced its length in bytes, or {@link ContentLength#UNKNOWN}
   * @param whenComplete puts it into the store and takes over the hold of the body; it has to look
   *     once more whether the response was purged meanwhile
   */
  Storing(
      Purges purges,
      CacheListener listener,
      CacheKey key,
      Set<CacheGroup> groups,
      long stamp,
      BodyWriter body,
      long announced,
      Consumer<Body> whenComplete) {
    this.purges = purges;
    this.listener = listener;
    this.key = key;
    this.groups = groups;
    this.stamp = stamp;
    this.body = body;
    this.announced = announced;
    this.whenComplete = whenComplete;
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
    if (announced != ContentLength.UNKNOWN && body.length() != announced) {
      abort();
      return;
    }
    ended = true;
    if (purges.coversFetched(key, groups, stamp)) {
      body.abort();
      listener.notStored("purged");
      return;
    }
    whenComplete.accept(body.complete());
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
