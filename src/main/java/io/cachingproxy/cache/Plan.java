package io.cachingproxy.cache;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with a request, and why: the decision of {@link HttpCache#plan}, carried out
 * by the room that has the sockets.
 */
public sealed interface Plan {

  /** Lets go of what the plan holds, when it won't be carried out after all. */
  default void discard() {}

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
      implements Plan {

    /** The same, for one that the origin was not asked for again. */
    Answer shared() {
      return new Answer(response, outcome.shared(), refresh);
    }

    @Override
    public void discard() {
      response.release();
      if (refresh != null) {
        refresh.discard();
      }
    }
  }

  /**
   * Answer with a response that another request has been sent for, and that is still arriving.
   *
   * @param content from its first byte on; whoever carries out the plan closes it
   * @param head what is known of the response
   * @param length of the content in bytes, or {@link io.cachingproxy.http.ContentLength#UNKNOWN}
   * @param outcome why it was not answered from the store
   */
  record Follow(Arriving.Reader content, StoredHead head, long length, CacheOutcome outcome)
      implements Plan {

    @Override
    public void discard() {
      content.close();
    }
  }

  /**
   * Wait for what another request has been sent for: that will lead to another plan.
   *
   * @param waiting the wait, which may be broken off
   */
  record Wait(Waiting waiting) implements Plan {

    @Override
    public void discard() {
      waiting.leave();
    }
  }

  /**
   * Answer that the origin has failed, as another request has just found out.
   *
   * @param forward why this one would have been sent
   * @param failure what happened to the other
   * @param mustBeValidated whether the other was to validate what may not be served otherwise, see
   *     {@link AskOrigin#mustBeValidated}
   */
  record Unanswered(CacheOutcome.Forward forward, Throwable failure, boolean mustBeValidated)
      implements Plan {}

  /**
   * Ask the origin.
   *
   * <p>Whoever carries out the plan calls {@link HttpCache#receive} with the origin's answer, or
   * {@link HttpCache#originFailed} if there is none, or {@link #discard} if it doesn't get as far:
   * each of them lets go of what the plan holds, and after one of them the others do nothing more.
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
   * @param flight who else may wait for the response; null if nobody
   */
  record AskOrigin(
      CacheKey key,
      RequestHead request,
      CacheOutcome.Forward forward,
      List<Hold<Stored>> candidates,
      Fields validators,
      boolean isRefresh,
      long stamp,
      @Nullable Gap gap,
      @Nullable Flight flight)
      implements Plan {

    @Override
    public void discard() {
      try {
        letGo();
      } finally {
        if (flight != null) {
          flight.lands();
        }
      }
    }

    /** Lets go of what is stored; a second time there is nothing left to let go of. */
    void letGo() {
      candidates.forEach(Hold::close);
      if (gap != null) {
        gap.held().close();
      }
    }

    /** The same request, which others may wait for. */
    AskOrigin led(@Nullable Flight by) {
      return new AskOrigin(
          key, request, forward, candidates, validators, isRefresh, stamp, gap, by);
    }

    /** The client's request as it is. */
    static AskOrigin plain(
        CacheKey key, RequestHead request, CacheOutcome.Forward forward, long stamp) {
      return new AskOrigin(
          key, request, forward, List.of(), Fields.empty(), false, stamp, null, null);
    }

    /**
     * The request for the rest of a response that broke off.
     *
     * @param conditions the range, and on what condition
     */
    public AskOrigin forRest(Fields conditions) {
      return new AskOrigin(key, request, forward, List.of(), conditions, true, stamp, null, null);
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
      return candidates.stream().anyMatch(each -> each.stored().head().mustBeValidated());
    }

    /**
     * Whether there is something stored that could stand in for an origin that fails, by what it
     * says itself (RFC 9111 §4.2.4).
     */
    boolean mayBeStale() {
      return candidates.stream().anyMatch(each -> !each.stored().head().mustBeValidated());
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
   * @param text the same in a short sentence
   * @param more fields that the answer has beside the usual ones
   */
  record Refuse(int status, CacheOutcome outcome, String text, Fields more) implements Plan {

    Refuse(int status, CacheOutcome outcome, String text) {
      this(status, outcome, text, Fields.empty());
    }
  }
}
