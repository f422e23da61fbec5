package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.Reception;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.jspecify.annotations.Nullable;

/**
 * Combines stored bytes with those the origin sends into one answer (RFC 9111 §3.4). It owns the
 * hold on the stored parts, and releases it when the exchange is over.
 *
 * <p>Invariant: the client's answer ends normally only if the origin sent exactly the bytes that
 * were missing.
 */
public final class JoinedAnswer implements Recipient {

  private final Recipient client;
  private final Reception.Join join;
  private long missing;
  private boolean begun;
  private @Nullable ByteBuffer heldBack;

  public JoinedAnswer(Recipient client, Reception.Join join) {
    this.client = client;
    this.join = join;
    this.missing = join.length();
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    missing -= content.remaining();
    if (missing < 0 || (last && missing > 0)) {
      callback.failed(new IOException("the origin sent another part than it announced"));
      return;
    }
    Deque<ByteBuffer> pieces = new ArrayDeque<>();
    if (!begun) {
      begun = true;
      pieces.addAll(join.before());
    }
    if (heldBack != null) {
      pieces.add(heldBack);
      heldBack = null;
    }
    pieces.add(last ? content : upToItsEnd(content));
    if (last) {
      pieces.addAll(join.after());
    }
    new Pieces(pieces, last, callback).iterate();
  }

  /**
   * All but the last byte of the answer, which is held back until the origin's part has ended and
   * is stored, so that the client can't consider the answer complete before.
   */
  private ByteBuffer upToItsEnd(ByteBuffer content) {
    if (missing > 0 || !content.hasRemaining() || !join.after().isEmpty()) {
      return content;
    }
    int end = content.remaining() - 1;
    heldBack = ByteBuffer.wrap(new byte[] {content.get(content.position() + end)});
    return content.slice(content.position(), end);
  }

  /** Writes one piece after another. */
  private final class Pieces extends IteratingNestedCallback {

    private final Deque<ByteBuffer> pieces;
    private final boolean last;

    Pieces(Deque<ByteBuffer> pieces, boolean last, Callback callback) {
      super(callback);
      this.pieces = pieces;
      this.last = last;
    }

    @Override
    protected Action process() {
      ByteBuffer piece = pieces.poll();
      if (piece == null) {
        return Action.SUCCEEDED;
      }
      client.write(last && pieces.isEmpty(), piece, this);
      return Action.SCHEDULED;
    }
  }

  @Override
  public boolean isAnswering() {
    return client.isAnswering();
  }

  @Override
  public boolean hasLeft() {
    return client.hasLeft();
  }

  @Override
  public void complete() {
    join.held().close();
    client.complete();
  }

  @Override
  public void abort(Throwable failure) {
    join.held().close();
    if (client.isAnswering()) {
      client.abort(failure);
    } else {
      OriginFailure.INVALID.refuse(client, join.outcome().forward());
    }
  }

  @Override
  public void interim(int status, Fields fields, Runnable whenSent) {
    client.interim(status, fields, whenSent);
  }

  /** Trailers of a part don't apply to the whole (RFC 9110 §6.5.1): they are dropped. */
  @Override
  public void trailers(Supplier<Fields> trailers) {}

  @Override
  public void holdsMemory() {
    client.holdsMemory();
  }

  @Override
  public void begin(int status, Fields fields, CacheOutcome outcome) {
    client.begin(status, fields, outcome);
  }

  @Override
  public void refuse(int status, CacheOutcome outcome, String text) {
    join.held().close();
    client.refuse(status, outcome, text);
  }

  @Override
  public void answer(StoredAnswer answer, CacheOutcome outcome) {
    join.held().close();
    client.answer(answer, outcome);
  }

  @Override
  public void originFailed(OriginFailure kind) {
    client.originFailed(kind);
  }

  @Override
  public void originTook(Duration duration) {
    client.originTook(duration);
  }
}
