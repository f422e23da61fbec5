package io.cachingproxy.cache.collapse;

import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The content of one response while it is arriving: it is copied into the store's memory, and any
 * number of readers follow it from its first byte on, each at its own speed. Readers don't delay
 * each other or the side that appends.
 *
 * <p>If the store has no room for more, the content will not be stored, and what follows is handed
 * to the readers piece by piece: the next piece comes when every reader has taken the last one.
 *
 * <p>Invariants: a reader sees bytes only after they are counted in {@code visible}, and the end
 * only after the content is stored; the memory is released when the last reader has closed and the
 * store does not hold it.
 *
 * <p>One thread at a time appends; readers are independent of it and of each other. Callbacks run
 * outside the lock.
 */
public final class ArrivingBody {

  private final BodyWriter writer;
  private final List<Reader> readers = new ArrayList<>(1);
  private long visible;
  private @Nullable ByteBuffer piece;
  private @Nullable Runnable whenTaken;
  private @Nullable Runnable whenAbandoned;
  private @Nullable Body body;
  private boolean readersHoldBody;
  private boolean closedToReaders;
  private boolean givenBack;
  private boolean ended;
  private @Nullable Throwable failure;

  /** Creates empty content; {@code writer} is completed or aborted here. */
  ArrivingBody(BodyWriter writer) {
    this.writer = writer;
  }

  /** The number of bytes copied so far. */
  long length() {
    return writer.length();
  }

  /** Whether the content with {@code more} bytes exceeds the largest size that is stored. */
  boolean isTooLarge(long more) {
    return writer.isTooLarge(writer.length() + more);
  }

  /** Copies a piece, not yet visible to readers; false if there is no room for it. */
  boolean append(ByteBuffer chunk) {
    synchronized (this) {
      return writer.append(chunk);
    }
  }

  /** Makes appended bytes visible to readers. */
  void publish() {
    List<Runnable> woken;
    synchronized (this) {
      visible = writer.length();
      woken = wake();
    }
    woken.forEach(Runnable::run);
  }

  /**
   * Hands a piece to the current readers without copying it; new readers are no longer accepted.
   *
   * @param last whether it is the last piece
   * @param taken runs when no reader needs the piece any more, possibly before this method returns
   */
  void hand(ByteBuffer chunk, boolean last, Runnable taken) {
    List<Runnable> woken;
    synchronized (this) {
      closedToReaders = true;
      piece = chunk;
      visible += chunk.remaining();
      whenTaken = taken;
      ended = last;
      woken = wake();
      woken.add(this::releaseTakenPiece);
    }
    woken.forEach(Runnable::run);
  }

  /** Completes the content: {@code keep} takes it over, then readers see its end. */
  void complete(Consumer<Body> keep) {
    Body whole;
    synchronized (this) {
      whole = writer.complete();
      body = whole;
      readersHoldBody = !readers.isEmpty() && whole.tryRetain();
    }
    try {
      keep.accept(whole);
    } catch (RuntimeException bug) {
      end(bug);
      throw bug;
    }
    end(null);
  }

  /** Ends the content without keeping it. Without a cause readers see a normal end. */
  void end(@Nullable Throwable cause) {
    List<Runnable> woken;
    synchronized (this) {
      visible = Math.max(visible, writer.length());
      ended = true;
      failure = cause;
      closedToReaders = true;
      woken = wake();
      giveBackIfUnused();
    }
    woken.forEach(Runnable::run);
  }

  /** Opens a reader from the first byte on; null if it is too late for that. */
  synchronized @Nullable Reader open() {
    if (closedToReaders || (body != null && !readersHoldBody && !body.tryRetain())) {
      return null;
    }
    readersHoldBody = body != null;
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /** Sets a task that runs each time the last reader has closed before the end. */
  synchronized void onAbandoned(Runnable task) {
    whenAbandoned = task;
  }

  /** Whether there is no reader; if so, none is accepted any more. */
  synchronized boolean closeIfAbandoned() {
    closedToReaders |= readers.isEmpty();
    return readers.isEmpty();
  }

  private List<Runnable> wake() {
    List<Runnable> woken = new ArrayList<>(readers.size() + 1);
    for (Reader reader : readers) {
      if (reader.waiting != null) {
        woken.add(reader.waiting);
        reader.waiting = null;
      }
    }
    return woken;
  }

  private void giveBackIfUnused() {
    if (!readers.isEmpty() || !ended || givenBack) {
      return;
    }
    givenBack = true;
    if (body == null) {
      writer.abort();
    } else if (readersHoldBody) {
      body.release();
    }
  }

  /**
   * Drops the piece when all readers have taken it, and with the first piece the copied content.
   */
  private void releaseTakenPiece() {
    Runnable taken;
    synchronized (this) {
      taken = whenTaken;
      if (taken == null || !readers.stream().allMatch(reader -> reader.taken == visible)) {
        return;
      }
      whenTaken = null;
      piece = null;
      if (!givenBack) {
        givenBack = true;
        writer.abort();
      }
    }
    taken.run();
  }

  /**
   * A piece of the content, valid until the reader reads on or closes.
   *
   * @param last whether nothing follows
   */
  public record Piece(ByteBuffer content, boolean last) {}

  /** Follows the content. Used by one thread at a time. */
  public final class Reader {

    private long given;
    private long taken;
    private @Nullable Runnable waiting;
    private boolean closed;

    private Reader() {}

    /**
     * Returns the next piece; the previous one must not be used any more.
     *
     * @param whenMore runs once when reading is worth another try, if there is no piece now
     * @return null if there is no piece now
     * @throws IOException if the content broke off
     */
    public @Nullable Piece read(Runnable whenMore) throws IOException {
      Piece next;
      synchronized (ArrivingBody.this) {
        taken = given;
        next = next(whenMore);
      }
      releaseTakenPiece();
      return next;
    }

    private @Nullable Piece next(Runnable whenMore) throws IOException {
      if (failure != null) {
        throw new IOException("the content broke off", failure);
      }
      if (given < visible) {
        ByteBuffer content = given < writer.length() ? fromStore() : ofPiece();
        given += content.remaining();
        return new Piece(content, ended && given == visible);
      }
      if (ended) {
        return new Piece(ByteBuffer.allocate(0), true);
      }
      waiting = whenMore;
      return null;
    }

    /** The visible part of a contiguous run of bytes in the store's memory. */
    private ByteBuffer fromStore() {
      ByteBuffer content = writer.read(given);
      long shown = Math.min(visible, writer.length()) - given;
      return shown < content.remaining() ? content.slice(0, (int) shown) : content;
    }

    private ByteBuffer ofPiece() {
      ByteBuffer whole = piece;
      if (whole == null) {
        throw new IllegalStateException("bytes are visible that nobody has");
      }
      int skip = whole.remaining() - (int) (visible - given);
      return whole.slice(whole.position() + skip, whole.remaining() - skip);
    }

    /** Closes the reader. Closing again has no effect. */
    public void close() {
      Runnable abandoned = null;
      synchronized (ArrivingBody.this) {
        if (closed) {
          return;
        }
        closed = true;
        readers.remove(this);
        giveBackIfUnused();
        if (readers.isEmpty() && !ended) {
          abandoned = whenAbandoned;
        }
      }
      releaseTakenPiece();
      if (abandoned != null) {
        abandoned.run();
      }
    }
  }
}
