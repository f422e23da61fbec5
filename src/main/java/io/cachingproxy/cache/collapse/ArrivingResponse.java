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
 * A response that is being stored. It is stored only once its content has arrived completely;
 * anything else aborts it. Readers may follow the content while it arrives.
 *
 * <p>One thread at a time supplies the content, and ends it with the last {@link #append} or {@link
 * #hand}, or with {@link #abort}; ending it again has no effect.
 */
public final class ArrivingResponse {

  /** Why it isn't stored: it exceeds the largest size that is stored. */
  public static final String TOO_LARGE = "too-large";

  /** Why it isn't stored: there is no free memory at the moment. */
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
   * Creates a response without any content yet.
   *
   * @param notStored is told why it is not stored, if it isn't: a token from a bounded set
   * @param head of the response
   * @param stamp the time of {@code purges} at which the request was sent
   * @param body where the content is written
   * @param announced its length in bytes, or {@link ContentLength#UNKNOWN}
   * @param keep puts it into the store and takes over the hold on the body; must check once more
   *     whether the response was purged meanwhile
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

  /** The announced length in bytes, or {@link ContentLength#UNKNOWN}. */
  public long announced() {
    return announced;
  }

  /**
   * Sets a task that runs, perhaps twice, when no new readers are accepted: the response is stored,
   * or never will be.
   */
  public void onEnded(Runnable task) {
    whenEnded = task;
  }

  /** Opens a reader from the first byte on; null if it is too late for that. */
  public ArrivingBody.@Nullable Reader read() {
    return content.open();
  }

  /** Sets a task that runs each time the last reader has closed before the end. */
  public void onAbandoned(Runnable task) {
    content.onAbandoned(task);
  }

  /** Delivers the content to readers but doesn't store it: the origin sent more than announced. */
  public void doNotKeep() {
    unfit = true;
  }

  /** Whether there is no reader; if so, none is accepted any more. */
  public boolean closeIfAbandoned() {
    return content.closeIfAbandoned();
  }

  /**
   * Copies a piece of the content. With the last one the response is stored, unless it was purged
   * meanwhile, before any reader can know that it is complete.
   *
   * @param last whether nothing follows
   * @return false if the store has no room: nothing will be stored, and this piece and all that
   *     follow must be {@linkplain #hand handed} to the readers, if any
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
   * Hands a piece to the readers without storing it.
   *
   * @param last whether nothing follows
   * @param taken runs when no reader needs the piece any more, possibly before this method returns
   */
  public void hand(ByteBuffer chunk, boolean last, Runnable taken) {
    ended = last;
    content.hand(chunk, last, taken);
  }

  /** Aborts the response: nothing is stored, and readers see it break off. */
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
