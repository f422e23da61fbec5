package io.cachingproxy.cache;

import io.cachingproxy.store.StoredResponse;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with the head of a response that arrived from the origin: the decision of
 * {@link HttpCache#receive}.
 */
public sealed interface Reception {

  /**
   * Drop the origin's response and answer from the store: it was confirmed, or may stand in for an
   * error.
   *
   * @param response what to answer with; its body is held for the caller, who releases it
   * @param outcome how it came to that
   */
  record Answer(StoredResponse response, CacheOutcome outcome) implements Reception {}

  /**
   * Pass the response on to the client, and into the store if there is a {@code storing}.
   *
   * @param outcome why it was forwarded and whether it is being stored
   * @param storing where the body goes as well; the caller ends it by completing or aborting it;
   *     null if the response is not stored
   * @param clientHasIt whether the client's own conditions say that it has the response already: it
   *     gets a 304, and the content is for the store alone
   */
  record Relay(CacheOutcome outcome, @Nullable Storing storing, boolean clientHasIt)
      implements Reception {}

  /**
   * Ask again, without conditions: the origin confirmed something that isn't stored (RFC 9111
   * §4.3.3).
   *
   * @param plan the next request to the origin
   */
  record AskAgain(Plan.AskOrigin plan) implements Reception {}
}
