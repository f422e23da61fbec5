package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.ArrivingBody;
import io.cachingproxy.cache.collapse.Discardable;
import io.cachingproxy.cache.collapse.SharedFetch;
import io.cachingproxy.cache.collapse.Waiting;
import io.cachingproxy.cache.parts.Gap;
import io.cachingproxy.cache.purge.Purges;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.Hold;
import io.cachingproxy.store.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with a request, and why: the decision of {@link HttpCache#plan}, carried out
 * by the room that has the sockets.
 */
public sealed interface Plan extends Discardable {

  @Override
  default void discard() {}

  /** Has the one case carried out that this plan is. */
  void accept(Visitor visitor);

  /** What is done in each case: the compiler sees to it that none is forgotten. */
  interface Visitor {

    void answer(Answer answer);

    void follow(Follow follow);

    void await(Wait wait);

    void ask(AskOrigin ask);

    void refuse(Refuse refusal);
  }

  /**
   * Answer from the store, fresh or allowed to be stale.
   *
   * @param answer what the client gets, made of something stored that is held for whoever carries
   *     out the plan, who releases it
   * @param outcome fresh or stale, with age and remaining lifetime
   * @param refresh what to ask the origin in the background meanwhile (RFC 5861 §3); null if
   *     nothing. When it is over, {@link HttpCache#refreshEnded} is called with the key of {@code
   *     answer}
   */
  record Answer(StoredAnswer answer, CacheOutcome outcome, @Nullable Refresh refresh)
      implements Plan {

    @Override
    public void accept(Visitor visitor) {
      visitor.answer(this);
    }

    /** What is answered with. */
    public Stored response() {
      return answer.stored();
    }

    /** The same, for one that the origin was not asked for again. */
    Answer shared() {
      return new Answer(answer, outcome.shared(), refresh);
    }

    @Override
    public void discard() {
      answer.stored().release();
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
  record Follow(ArrivingBody.Reader content, StoredHead head, long length, CacheOutcome outcome)
      implements Plan {

    @Override
    public void accept(Visitor visitor) {
      visitor.follow(this);
    }

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
  record Wait(Waiting<Plan> waiting) implements Plan {

    @Override
    public void accept(Visitor visitor) {
      visitor.await(this);
    }

    @Override
    public void discard() {
      waiting.leave();
    }
  }

  /**
   * Ask the origin, in one of several ways.
   *
   * <p>Whoever carries out the plan calls {@link HttpCache#receive} with the origin's answer, or
   * {@link HttpCache#originFailed} if there is none, or {@link #discard} if it doesn't get as far:
   * each of them lets go of what the plan holds, and after one of them the others do nothing more.
   */
  sealed interface AskOrigin extends Plan permits Fetch, Revalidate, Refresh, Complete, Pass {

    @Override
    default void accept(Visitor visitor) {
      visitor.ask(this);
    }

    /** What is asked for, and by whom else. */
    Asked asked();

    /** The primary cache key. */
    default CacheKey key() {
      return asked().key();
    }

    /** The client's request. */
    default RequestHead request() {
      return asked().request();
    }

    /** Why it can't be answered from the store. */
    default ForwardReason forward() {
      return asked().forward();
    }

    /** The time of {@link Purges} before the request is sent. */
    default long stamp() {
      return asked().stamp();
    }

    /** Who else waits for the response. */
    default SharedFetch<Plan> shared() {
      return asked().shared();
    }

    /** Stored responses that a 304 could confirm, or that could stand in for the answer; held. */
    default List<Hold<Stored>> candidates() {
      return List.of();
    }

    /** What makes the request conditional, and the range that the cache itself asks for. */
    default Fields conditions() {
      return Fields.empty();
    }

    /** Whether the client's conditions, and its wish for a part, stay behind. */
    default boolean replacesConditions() {
      return false;
    }

    /** The same request, which others may wait for. */
    AskOrigin led(SharedFetch<Plan> by);

    @Override
    default void discard() {
      try {
        letGo();
      } finally {
        shared().endsUnshared();
      }
    }

    /**
     * The request for the rest of a response that broke off, for the store alone.
     *
     * @param rest the range, and on what condition
     */
    default Refresh forRest(Fields rest) {
      return new Refresh(new Asked(key(), request(), forward(), stamp()), List.of(), rest);
    }

    /** Lets go of what is stored; a second time there is nothing left to let go of. */
    default void letGo() {
      candidates().forEach(Hold::close);
    }

    /** Whether a range is asked for, so that a 206 may come. */
    default boolean asksForRange() {
      Fields sent = replacesConditions() ? conditions() : request().fields();
      return request().method().equals("GET") && sent.contains("Range");
    }

    /**
     * Whether there is a stored response that its origin forbids to serve without asking (RFC 9111
     * §5.2.2.2): if the origin can't be asked, the answer is 504.
     */
    default boolean mustBeValidated() {
      return candidates().stream().anyMatch(each -> each.stored().head().mustBeValidated());
    }

    /**
     * Whether there is something stored that could stand in for an origin that fails, by what it
     * says itself (RFC 9111 §4.2.4).
     */
    default boolean mayBeStale() {
      return candidates().stream().anyMatch(each -> !each.stored().head().mustBeValidated());
    }
  }

  /**
   * What the origin is asked for.
   *
   * @param key the primary cache key
   * @param request the client's request
   * @param forward why it can't be answered from the store
   * @param stamp the time of {@link Purges} before the request is sent
   * @param shared who else may wait for the response
   */
  record Asked(
      CacheKey key,
      RequestHead request,
      ForwardReason forward,
      long stamp,
      SharedFetch<Plan> shared) {

    /** Nobody else waits for it. */
    Asked(CacheKey key, RequestHead request, ForwardReason forward, long stamp) {
      this(key, request, forward, stamp, SharedFetch.unshared());
    }

    Asked by(SharedFetch<Plan> leader) {
      return new Asked(key, request, forward, stamp, leader);
    }
  }

  /**
   * Send the client's request as it is.
   *
   * @param candidates stored responses that could stand in if the origin fails; held
   */
  record Fetch(Asked asked, List<Hold<Stored>> candidates) implements AskOrigin {

    /** Nothing stored could stand in. */
    Fetch(Asked asked) {
      this(asked, List.of());
    }

    @Override
    public Fetch led(SharedFetch<Plan> by) {
      return new Fetch(asked.by(by), candidates);
    }
  }

  /**
   * Ask whether something stored is still what the origin would answer (RFC 9111 §4.3.1).
   *
   * @param candidates stored responses that a 304 could confirm, held
   * @param conditions their validators, in place of the client's conditions; never empty
   */
  record Revalidate(Asked asked, List<Hold<Stored>> candidates, Fields conditions)
      implements AskOrigin {

    @Override
    public boolean replacesConditions() {
      return true;
    }

    @Override
    public Revalidate led(SharedFetch<Plan> by) {
      return new Revalidate(asked.by(by), candidates, conditions);
    }
  }

  /**
   * Ask for the store alone, while something stale is served (RFC 5861 §3).
   *
   * @param candidates stored responses that a 304 could confirm, held
   * @param conditions their validators; empty if they have none
   */
  record Refresh(Asked asked, List<Hold<Stored>> candidates, Fields conditions)
      implements AskOrigin {

    @Override
    public boolean replacesConditions() {
      return true;
    }

    @Override
    public Refresh led(SharedFetch<Plan> by) {
      return new Refresh(asked.by(by), candidates, conditions);
    }
  }

  /**
   * Ask for what a stored response lacks (RFC 9111 §3.3).
   *
   * @param gap what is missing; it holds the stored parts
   */
  record Complete(Asked asked, Gap gap) implements AskOrigin {

    @Override
    public Fields conditions() {
      return gap.request();
    }

    @Override
    public void letGo() {
      gap.held().close();
    }

    @Override
    public boolean replacesConditions() {
      return true;
    }

    @Override
    public Complete led(SharedFetch<Plan> by) {
      return new Complete(asked.by(by), gap);
    }
  }

  /** Pass the request on; the answer is none of the cache's business. */
  record Pass(Asked asked) implements AskOrigin {

    @Override
    public Pass led(SharedFetch<Plan> by) {
      return new Pass(asked.by(by));
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

    @Override
    public void accept(Visitor visitor) {
      visitor.refuse(this);
    }

    public Refuse(int status, CacheOutcome outcome, String text) {
      this(status, outcome, text, Fields.empty());
    }
  }
}
