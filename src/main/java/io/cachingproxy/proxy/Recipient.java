package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.Fields;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.util.Callback;

/**
 * Whoever is to have the answer to a request that goes to the origin: a client, or nobody but the
 * store.
 *
 * <p>Used by one thread at a time. Exactly one of {@link #complete}, {@link #abort}, {@link
 * #refuse} and {@link #answer} ends it.
 */
interface Recipient {

  /**
   * Sets status and fields of the answer, and says in it where it came from. Nothing is sent yet.
   */
  void begin(int status, Fields fields, CacheOutcome outcome);

  /** Writes a piece of the content, see {@link ClientStream#write}. */
  void write(boolean last, ByteBuffer content, Callback callback);

  /** Whether any part of the answer may already be on its way, so that it can't be taken back. */
  boolean isAnswering();

  /** Ends the exchange after the last write. */
  void complete();

  /** Breaks the exchange off. */
  void abort(Throwable failure);

  /**
   * Answers with an error of the proxy's own, in place of anything begun before: a status and one
   * line of text.
   */
  void refuse(int status, CacheOutcome outcome, String text);

  /** Answers with a stored response, whose hold it takes over. */
  void answer(Stored stored, CacheOutcome outcome);

  /** Hears how long a request to the origin took. */
  void originTook(Duration duration);
}
