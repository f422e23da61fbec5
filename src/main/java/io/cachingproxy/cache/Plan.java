package io.cachingproxy.cache;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with a request, and why: the decision of {@link HttpCache#plan}, carried out
 * by the room that has the sockets.
 */
public sealed interface Plan {

  /**
   * Answer from the store, fresh or allowed to be stale.
   *
   * @param response what to answer with, whole or at least as far as the request wants it; it is
   *     held for whoever carries out the plan, who releases it
   * @param outcome fresh or stale, with age and remaining lifetime
   * @param refresh what to ask the origin in the background meanwhile (RFC 5861 §3); null if
   *     nothing. When it is over, {@link HttpCache#refreshEnded} is called with the key of {@code
   *     response}
   */
  record Answer(Stored response, CacheOutcome outcome, @Nullable AskOrigin refresh)
      implements Plan {}

  /**
   * Ask the origin.
   *
   * <p>Whoever carries out the plan calls {@link HttpCache#receive} with the origin's answer, or
   * {@link HttpCache#originFailed} if there is none, exactly one of them, which lets go of what the
   * plan holds.
   *
   * @param key the primary cache key
   * @param request the client's request
   * @param forward why it can't be answered from the store
   * @param candidates stored responses that a 304 could confirm, held; empty for a plain fetch
   * @param validators what makes the request conditional, and the range that the cache itself asks
   *     for; empty for a plain fetch
   * @param isRefresh whether it is for the store alone, whatever the client's conditions were
   * @param stamp the time of {@link Purges} before the request is sent
   * @param gap what a stored response lacks and is asked for; null if this is about nothing of the
   *     kind
   */
  record AskOrigin(
      CacheKey key,
      RequestHead request,
      CacheOutcome.Forward forward,
      List<Stored> candidates,
      Fields validators,
      boolean isRefresh,
      long stamp,
      @Nullable Gap gap)
      implements Plan {

    /** The client's request as it is. */
    static AskOrigin plain(
        CacheKey key, RequestHead request, CacheOutcome.Forward forward, long stamp) {
      return new AskOrigin(key, request, forward, List.of(), Fields.empty(), false, stamp, null);
    }

    /** Whether a range is asked for, so that a 206 may come. */
    boolean asksForRange() {
      Fields sent = replacesConditions() ? validators : request.fields();
      return request.method().equals("GET") && sent.contains("Range");
    }

    /**
     * Whether this is a conditional request of the cache's own, in place of the client's
     * conditions.
     */
    public boolean isRevalidation() {
      return validators.size() > 0;
    }

    /**
     * Whether there is a stored response that its origin forbids to serve without asking (RFC 9111
     * §5.2.2.2): if the origin can't be asked, the answer is 504.
     */
    public boolean mustBeValidated() {
      return candidates.stream().anyMatch(candidate -> candidate.head().mustBeValidated());
    }

    /** Whether the client's conditions, and its wish for a part, stay behind. */
    public boolean replacesConditions() {
      return isRevalidation() || isRefresh;
    }
  }

  /**
   * Answer with an error of the proxy's own.
   *
   * @param status the status code
   * @param outcome the reason
   */
  record Refuse(int status, CacheOutcome outcome) implements Plan {}
}
