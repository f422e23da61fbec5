package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.Fields;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;

/**
 * Whoever is to have the answer to a request that goes to the origin: a client, or nobody but the
 * store.
 *
 * <p>Used by one thread at a time. Exactly one of {@link #complete}, {@link #abort}, {@link
 * #refuse} and {@link #answer} ends it.
 */
public interface Recipient {

  /**
   * Hears of an interim response of the origin (RFC 9110 §15.2), before {@link #begin}.
   *
   * @param fields its end-to-end fields
   * @param whenSent runs when it was passed on or dropped
   */
  void interim(int status, Fields fields, Runnable whenSent);

  /** Hears that the origin gave no usable response, before it is answered otherwise. */
  void originFailed(OriginFailure failure);

  /**
   * Sets status and fields of the answer, and says in it where it came from. Nothing is sent yet.
   */
  void begin(int status, Fields fields, CacheOutcome outcome);

  /**
   * Says between {@link #begin} and the first write that trailer fields may follow the content (RFC
   * 9110 §6.5).
   *
   * @param trailers asked when the content has ended
   */
  void trailers(Supplier<Fields> trailers);

  /**
   * Writes a piece of the content, after the head if that isn't sent yet; an empty piece sends the
   * head alone. One write at a time: the next one follows when {@code callback} was called. The
   * buffer belongs to the recipient until then.
   *
   * @param last whether this is the end of the content
   */
  void write(boolean last, ByteBuffer content, Callback callback);

  /** Whether any part of the answer may already be on its way, so that it can't be taken back. */
  boolean isAnswering();

  /**
   * Whether the client is known to have closed its connection, or, before anything of its answer
   * was written, its side of it.
   */
  boolean hasLeft();

  /** Whether nobody reads the answer, which is asked for on behalf of the store alone. */
  default boolean isNobody() {
    return false;
  }

  /**
   * Says that memory of the store is held until the exchange is over: a client that takes its
   * answer too slowly may be let go when memory is short.
   */
  default void holdsMemory() {}

  /** Ends the exchange after the last write. */
  void complete();

  /** Breaks the exchange off. */
  void abort(Throwable failure);

  /**
   * Answers with an error of the proxy's own, in place of anything begun before: a status and one
   * line of text.
   */
  void refuse(int status, CacheOutcome outcome, String text);

  /** Writes the last piece of the content, or all there is, and ends the exchange. */
  default void end(ByteBuffer content) {
    write(
        true,
        content,
        Callback.from(Callback.InvocationType.NON_BLOCKING, this::complete, this::abort));
  }

  /** Ends the exchange after a bug: whoever waits must not wait for ever. */
  default void fail(Throwable bug) {
    if (!isAnswering()) {
      try {
        refuse(500, CacheOutcome.proxyMade(null, "internal-error"), "internal error");
        return;
      } catch (RuntimeException | Error gone) {
        bug.addSuppressed(gone);
      }
    }
    abort(bug);
  }

  /** Answers with a stored response, whose hold it takes over, even if it throws. */
  void answer(StoredAnswer answer, CacheOutcome outcome);

  /** Hears how long a request to the origin took. */
  void originTook(Duration duration);
}
