package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.WaitOutcome;
import java.time.Duration;

/**
 * Is told what the cache does. Called on the thread that does it, often a selector thread:
 * implementations must be thread-safe and fast, and must neither block nor throw.
 */
public interface CacheListener {

  /** An exchange with a client has begun; {@link #exchangeCompleted} follows. */
  default void exchangeStarted() {}

  /** An exchange with a client is over; called exactly once for each. */
  default void exchangeCompleted(Exchange exchange) {}

  /**
   * A request to the origin is over.
   *
   * @param status the final status code, or 0 if there was none (refused, reset, timed out)
   * @param duration from the first attempt to send until the response was complete or failed
   */
  default void originRequestCompleted(int status, Duration duration) {}

  /**
   * A response from the origin was not stored.
   *
   * @param reason a token of bounded variety, for example {@code no-store}, {@code private}, {@code
   *     truncated}
   */
  default void notStored(String reason) {}

  /** A request has waited for another request to the origin; called once per wait. */
  default void waited(WaitOutcome outcome) {}

  /** A response broke off on its way from the origin, and the rest was requested. */
  default void resumed() {}

  /** The content of a client's request arrived too slowly, and the request was aborted. */
  default void uploadGivenUp() {}
}
