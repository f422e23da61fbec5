package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.Plan;
import java.time.Instant;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** What becomes of the origin's response to one request. Used by one thread at a time. */
interface ResponseHandler {

  /**
   * The head of the final response is here.
   *
   * @param requestTime when the request was sent
   */
  void decide(Response response, Instant requestTime);

  /** The content begins to come. */
  void content(Response response, Content.Source content);

  /** The response, whose head was here, did not come whole. */
  void brokenOff(Throwable failure);

  /** A bug: whoever waits must not wait for ever, and what is held is let go of. */
  void fail(Throwable bug);

  /** Whether the head has arrived, and the client has or will have an answer. */
  boolean isDecided();

  /** Whether the response goes its way without its client. */
  boolean isFollowed();

  /** What to ask the origin next, when this response is over; null if nothing. */
  Plan.@Nullable AskOrigin next();
}
