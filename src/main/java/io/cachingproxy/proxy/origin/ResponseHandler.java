package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.Plan;
import io.cachingproxy.proxy.relay.OriginFailure;
import java.time.Instant;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** Handles the origin's response to one request. Used by one thread at a time. */
interface ResponseHandler {

  /**
   * Decides what to do with the response: the head of the final response has arrived.
   *
   * @param requestTime when the request was sent
   */
  void decide(Response response, Instant requestTime);

  /** Takes the content, which begins to arrive. */
  void content(Response response, Content.Source content);

  /** There was no usable response, or what there was is not valid. */
  default void unanswered(OriginFailure kind) {}

  /** The response broke off after its head. */
  void brokenOff(Throwable failure);

  /** Ends the exchange after a bug, so that no client waits for ever and no hold is leaked. */
  void fail(Throwable bug);

  /** Whether the head has arrived, so that the client has been or will be answered. */
  boolean isDecided();

  /** Whether the response continues without its client. */
  boolean isFollowed();

  /** What to ask the origin next, once this response is over; null if nothing. */
  Plan.@Nullable AskOrigin next();
}
