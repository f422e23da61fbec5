package io.cachingproxy.proxy.client;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.request.Via;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Answers a client from the store, see {@link StoredAnswer}. The bytes go from the store's memory
 * to the socket without a copy.
 *
 * <p>It owns the hold on the stored response that it is given, and releases it when the exchange is
 * over.
 */
public final class StoredResponseWriter extends IteratingCallback {

  private final ClientExchange client;
  private final Stored stored;
  private final List<ByteBuffer> pieces;
  private int next;

  /** Usually set before {@link #iterate} returns, because the socket takes everything at once. */
  private volatile boolean over;

  private StoredResponseWriter(ClientExchange client, Stored stored, List<ByteBuffer> pieces) {
    this.client = client;
    this.stored = stored;
    this.pieces = pieces;
  }

  /** Sends an answer, whose hold it takes over, to the client, and ends the exchange. */
  static void answer(ClientExchange client, StoredAnswer answer, CacheOutcome outcome) {
    List<ByteBuffer> pieces;
    try {
      pieces = answer.content().get();
      begin(client, answer, outcome);
    } catch (RuntimeException | Error gone) {
      answer.stored().release();
      throw gone;
    }
    StoredResponseWriter writer = new StoredResponseWriter(client, answer.stored(), pieces);
    writer.iterate();
    if (!writer.over) {
      client.holdsMemory();
    }
  }

  private static void begin(ClientExchange client, StoredAnswer answer, CacheOutcome outcome) {
    long age = outcome.age().orElse(0);
    boolean isAsStored =
        answer.wholeLength() >= 0 || answer.status() == HttpStatus.NOT_MODIFIED_304;
    if (isAsStored && answer.fields() instanceof FieldBlock block) {
      client.beginStored(answer.status(), block, answer.wholeLength(), age, outcome);
    } else {
      client.begin(answer.status(), withOurs(answer.fields(), ContentLength.UNKNOWN, age), outcome);
    }
  }

  /**
   * The fields of an answer from the store: the stored fields, with Age, Via and perhaps
   * Content-Length added.
   *
   * @param length the Content-Length, in bytes; {@link ContentLength#UNKNOWN} to leave the stored
   *     one as it is
   * @param age in seconds
   */
  public static Fields withOurs(Fields stored, long length, long age) {
    Fields.Builder fields =
        (length < 0 ? stored : stored.without("Content-Length")).without("Age").toBuilder();
    if (length >= 0) {
      fields.add("Content-Length", Long.toString(length));
    }
    return fields.add("Age", Long.toString(age)).add("Via", Via.OWN_ANSWER).build();
  }

  @Override
  protected Action process() {
    if (next > 0 && next >= pieces.size()) {
      return Action.SUCCEEDED;
    }
    boolean last = next >= pieces.size() - 1;
    ByteBuffer piece = pieces.isEmpty() ? BufferUtil.EMPTY_BUFFER : pieces.get(next);
    next++;
    client.write(last, piece, this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onCompleteSuccess() {
    over = true;
    stored.release();
    client.complete();
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    over = true;
    stored.release();
    client.abort(failure);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
