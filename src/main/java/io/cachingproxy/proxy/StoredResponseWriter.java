package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.Fields;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Answers a client straight from the store, with 200 or whatever was stored, or with 304 when the
 * client has it already. The bytes go from the store's memory to the socket without a copy.
 *
 * <p>It owns the hold of the stored response's body that it is given, and lets go when the exchange
 * is over.
 */
final class StoredResponseWriter extends IteratingCallback {

  private final ClientExchange client;
  private final StoredResponse stored;
  private final List<ByteBuffer> pieces;
  private int next;

  private StoredResponseWriter(
      ClientExchange client, StoredResponse stored, List<ByteBuffer> pieces) {
    this.client = client;
    this.stored = stored;
    this.pieces = pieces;
  }

  /** Sends {@code stored} to the client and ends the exchange. */
  static void answer(ClientExchange client, StoredResponse stored, CacheOutcome outcome) {
    Fields fields = stored.head().fields();
    int status = stored.head().status();
    List<ByteBuffer> pieces = List.of();
    switch (Preconditions.of(client.head(), stored.head())) {
      case NOT_MODIFIED -> {
        status = 304;
        fields = Preconditions.notModifiedFields(fields);
      }
      case PROCEED, PASS_ON -> {
        fields = fields.with("Content-Length", Long.toString(stored.body().length()));
        if (!client.isHead()) {
          pieces = stored.body().buffers();
        }
      }
    }
    Fields.Builder answer = fields.without("Age").toBuilder();
    answer.add("Age", Long.toString(outcome.age().orElse(0)));
    answer.add("Via", "1.1 " + ForwardedFields.PSEUDONYM);
    client.begin(status, answer.build(), outcome);
    new StoredResponseWriter(client, stored, pieces).iterate();
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
    stored.body().release();
    client.complete();
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    stored.body().release();
    client.abort(failure);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
