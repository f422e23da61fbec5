package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.Fields;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;

/**
 * The recipient of an answer to a request that goes to the origin: a client, or only the store.
 *
 * <p>Used by one thread at a time. Exactly one of {@link #complete}, {@link #abort}, {@link
 * #refuse} and {@link #answer} ends it.
 */
public interface Recipient {

  /**
   * Passes on an interim response of the origin (RFC 9110 §15.2), before {@link #begin}.
   *
   * @param fields its end-to-end fields
   * @param whenSent runs when it has been sent or dropped
   */
  void interim(int status, Fields fields, Runnable whenSent);

  /** Reports that the origin gave no usable response, before another answer is given. */
  void originFailed(OriginFailure failure);

  /** Sets status and fields of the answer, including where it came from. Nothing is sent yet. */
  void begin(int status, Fields fields, CacheOutcome outcome);

  /**
   * Announces, between {@link #begin} and the first write, that trailer fields may follow the
   * content (RFC 9110 §6.5).
   *
   * @param trailers called when the content has ended
   */
  void trailers(Supplier<Fields> trailers);

  /**
   * Writes a piece of the content, after the head if that isn't sent yet; an empty piece sends the
   * head alone. The next write must wait until {@code callback} is called; until then the buffer
   * belongs to the recipient.
   *
   * @param last whether this is the end of the content
   */
  void write(boolean last, ByteBuffer content, Callback callback);

  /** Whether part of the answer may already be on its way, so that it can't be replaced. */
  boolean isAnswering();

  /**
   * Whether the client is known to have disconnected or, as long as nothing of its answer was
   * written, to have closed its sending side.
   */
  boolean hasLeft();

  /** Whether the answer is for the store only. */
  default boolean isNobody() {
    return false;
  }

  /**
   * Declares that memory of the store is held until the exchange is over: a client that reads too
   * slowly may then be disconnected when memory is short.
   */
  default void holdsMemory() {}

  /** Ends the exchange after the last write. */
  void complete();

  /** Aborts the exchange. */
  void abort(Throwable failure);

  /**
   * Answers with an error of the proxy's own, a status and one line of text, in place of anything
   * begun before.
   */
  void refuse(int status, CacheOutcome outcome, String text);

  /** Writes the last piece of the content, or all there is, and ends the exchange. */
  default void end(ByteBuffer content) {
    write(
        true,
        content,
        Callback.from(Callback.InvocationType.NON_BLOCKING, this::complete, this::abort));
  }

  /** Ends the exchange after a bug, so that the client doesn't wait for ever. */
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

  /**
   * Ends the exchange because the content broke off: with an error, as long as that can be told.
   */
  default void breakOff(Throwable failure) {
    if (isAnswering()) {
      abort(failure);
    } else {
      OriginFailure.BROKEN_OFF.refuse(this, null);
    }
  }

  /** Answers with a stored response. Takes over its hold, even if this throws. */
  void answer(StoredAnswer answer, CacheOutcome outcome);

  /** Reports how long a request to the origin took. */
  void originTook(Duration duration);
}
