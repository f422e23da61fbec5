package io.cachingproxy.cache.collapse;

import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way into the store. It gets there only when its content has arrived whole;
 * anything else is an abort. Readers may follow the content while it arrives.
 *
 * <p>Whoever brings the content is one thread at a time, and ends it by {@link #append} or {@link
 * #hand} of the last piece, or by {@link #abort}; ending it twice does nothing.
 */
public final class ArrivingResponse {

  /** Why it isn't stored: it is larger than anything that is. */
  public static final String TOO_LARGE = "too-large";

  /** Why it isn't stored: the memory is taken, now. */
  public static final String NO_ROOM = "no-room";

  private final Purges purges;
  private final Consumer<String> notStored;
  private final CacheKey key;
  private final StoredHead head;
  private final long stamp;
  private final long announced;
  private final ArrivingBody content;
  private final Consumer<Body> keep;
  private Runnable whenEnded = () -> {};
  private boolean ended;
  private boolean handing;
  private boolean unfit;

  /**
   * Content of which nothing has arrived yet.
   *
   * @param notStored hears why it is not stored, if it isn't: a token of bounded variety
   * @param head of the response that it belongs to
   * @param stamp the time of {@code purges} at which the request was sent
   * @param body where the content goes
   * @param announced its length in bytes, or {@link ContentLength#UNKNOWN}
   * @param keep puts it into the store and takes over the hold of the body; it has to look once
   *     more whether the response was purged meanwhile
   */
  public ArrivingResponse(
      Purges purges,
      Consumer<String> notStored,
      CacheKey key,
      StoredHead head,
      long stamp,
      BodyWriter body,
      long announced,
      Consumer<Body> keep) {
    this.purges = purges;
    this.notStored = notStored;
    this.key = key;
    this.head = head;
    this.stamp = stamp;
    this.announced = announced;
    this.content = new ArrivingBody(body);
    this.keep = keep;
  }

  public StoredHead head() {
    return head;
  }

  /** The length that was announced, or {@link ContentLength#UNKNOWN}. */
  public long announced() {
    return announced;
  }

  /** Runs when no further reader can come: it is stored, or never will be. */
  public void onEnded(Runnable task) {
    whenEnded = task;
  }

  /** One who reads the content from its first byte on; null if it is too late for that. */
  public ArrivingBody.@Nullable Reader read() {
    return content.open();
  }

  /** Runs the task each time the last reader has left before the content was whole. */
  public void onAbandoned(Runnable task) {
    content.onAbandoned(task);
  }

  /** Readers get the content, but it is not kept: its origin sent more than it had announced. */
  public void doNotKeep() {
    unfit = true;
  }

  /** Whether nobody reads; if so, nobody ever will. */
  public boolean closeIfAbandoned() {
    return content.closeIfAbandoned();
  }

  /**
   * Copies a piece of the content. With the last one the response is stored, unless it was purged
   * on its way, before any reader can know that it is complete.
   *
   * @param last whether nothing follows
   * @return false if the store has no room for it: nothing will be stored, and it and all that
   *     follows is to be {@linkplain #hand handed} on if there are readers
   */
  public boolean append(ByteBuffer chunk, boolean last) {
    if (ended || handing) {
      return ended;
    }
    if (chunk.hasRemaining() && !content.append(chunk)) {
      handing = true;
      notStored.accept(content.isTooLarge(chunk.remaining()) ? TOO_LARGE : NO_ROOM);
      whenEnded.run();
      return false;
    }
    if (last) {
      complete();
    } else {
      content.publish();
    }
    return true;
  }

  private void complete() {
    if (announced != ContentLength.UNKNOWN && content.length() != announced) {
      abort(new IOException("another length than announced"));
      return;
    }
    ended = true;
    try {
      boolean purged = purges.coversFetched(key, head.groups(), stamp);
      if (unfit || purged) {
        notStored.accept(unfit ? "surplus" : "purged");
        content.end(null);
      } else {
        content.complete(keep);
      }
    } finally {
      whenEnded.run();
    }
  }

  /**
   * Hands a piece on that is not stored.
   *
   * @param last whether nothing follows
   * @param taken runs when no reader needs the piece any more, perhaps at once
   */
  public void hand(ByteBuffer chunk, boolean last, Runnable taken) {
    ended = last;
    content.hand(chunk, last, taken);
  }

  /** The content did not arrive whole: nothing of it stays, and readers see it break off. */
  public void abort(Throwable failure) {
    if (!ended) {
      ended = true;
      if (!handing) {
        notStored.accept("incomplete");
      }
      content.end(failure);
      whenEnded.run();
    }
  }
}
