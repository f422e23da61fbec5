package io.cachingproxy.proxy.request;

import io.cachingproxy.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A client's request as it was read: what the cache and the origin see of it, or why it is refused.
 *
 * @param head the request; if it is refused, with the best known target
 * @param refusal null if it is not refused
 * @param isFinal whether it must not be forwarded (RFC 9110 §7.6.2)
 */
public record ClientRequest(RequestHead head, @Nullable Refusal refusal, boolean isFinal) {

  /**
   * Why a request is answered with an error without looking at what it asks for.
   *
   * @param status the status of the answer
   * @param token the reason in one word, for Cache-Status
   * @param text one line for the client
   */
  public record Refusal(int status, String token, String text) {}
}
