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
 * What to do with a request, and why: decided by {@link HttpCache#plan}, carried out by the code
 * that has the sockets.
 */
public sealed interface Plan extends Discardable {

  @Override
  default void discard() {}

  /** Dispatches on the kind of plan. */
  void accept(Visitor visitor);

  /** Handles each kind of plan. */
  interface Visitor {

    void answer(Answer answer);

    void follow(Follow follow);

    void await(Wait wait);

    void ask(AskOrigin ask);

    void refuse(Refuse refusal);
  }

  /**
   * Answer from the store, with a fresh response or one that may be served stale.
   *
   * @param answer what the client gets, made of something stored that is held for whoever carries
   *     out the plan, who releases it
   * @param outcome fresh or stale, with age and remaining lifetime
   * @param refresh what to ask the origin in the background meanwhile (RFC 5861 §3); null if
   *     nothing. When it has ended, {@link HttpCache#refreshEnded} must be called with the key of
   *     {@link #response}
   */
  record Answer(StoredAnswer answer, CacheOutcome outcome, @Nullable Refresh refresh)
      implements Plan {

    @Override
    public void accept(Visitor visitor) {
      visitor.answer(this);
    }

    /** The stored response that the answer is made of. */
    public Stored response() {
      return answer.stored();
    }

    /** A copy for a waiting request, for which the origin was not asked again. */
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
   * Answer with a response that is still arriving for another request.
   *
   * @param content from its first byte on; closed by whoever carries out the plan
   * @param head of the arriving response
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
   * Wait for another request; its outcome leads to another plan.
   *
   * @param waiting the wait, which may be cancelled
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
   * <p>Whoever carries out the plan ends it with {@link HttpCache#receive} for the origin's
   * response, {@link HttpCache#originFailed} if there is none, or {@link #discard} if it doesn't
   * get that far. Each of them releases what the plan holds; later calls do nothing.
   */
  sealed interface AskOrigin extends Plan permits Fetch, Revalidate, Refresh, Complete, Pass {

    @Override
    default void accept(Visitor visitor) {
      visitor.ask(this);
    }

    /** The request, and those that share it. */
    Asked asked();

    /** The primary cache key. */
    default CacheKey key() {
      return asked().key();
    }

    /** The client's request. */
    default RequestHead request() {
      return asked().request();
    }

    /** Why the request can't be answered from the store. */
    default ForwardReason forward() {
      return asked().forward();
    }

    /** The time of {@link Purges} before the request is sent. */
    default long stamp() {
      return asked().stamp();
    }

    /** The requests that wait for the response. */
    default SharedFetch<Plan> shared() {
      return asked().shared();
    }

    /**
     * Held stored responses that a 304 could confirm, or that could be served if the origin fails.
     */
    default List<Hold<Stored>> candidates() {
      return List.of();
    }

    /** The cache's own conditional fields, and the range that it asks for. */
    default Fields conditions() {
      return Fields.empty();
    }

    /** Whether the client's conditional fields and Range are not forwarded. */
    default boolean replacesConditions() {
      return false;
    }

    /** A copy that leads that fetch. */
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
     * A plan to fetch the rest of a response that broke off, for the store only.
     *
     * @param rest the range and its condition
     */
    default Refresh forRest(Fields rest) {
      return new Refresh(new Asked(key(), request(), forward(), stamp()), List.of(), rest);
    }

    /** Releases the stored responses. Calling it again has no effect. */
    default void letGo() {
      candidates().forEach(Hold::close);
    }

    /** Whether a range is asked for, so that a 206 may come. */
    default boolean asksForRange() {
      Fields sent = replacesConditions() ? conditions() : request().fields();
      return request().method().equals("GET") && sent.contains("Range");
    }

    /**
     * Whether there is a stored response that its origin forbids to serve without validation (RFC
     * 9111 §5.2.2.2): if the origin can't be asked, the answer is 504.
     */
    default boolean mustBeValidated() {
      return candidates().stream().anyMatch(each -> each.stored().head().mustBeValidated());
    }

    /**
     * Whether any stored response's own directives allow serving it stale if the origin fails (RFC
     * 9111 §4.2.4).
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
   * @param shared the requests that may wait for the response
   */
  record Asked(
      CacheKey key,
      RequestHead request,
      ForwardReason forward,
      long stamp,
      SharedFetch<Plan> shared) {

    /** Without waiting requests. */
    Asked(CacheKey key, RequestHead request, ForwardReason forward, long stamp) {
      this(key, request, forward, stamp, SharedFetch.unshared());
    }

    Asked by(SharedFetch<Plan> leader) {
      return new Asked(key, request, forward, stamp, leader);
    }
  }

  /**
   * Forward the client's request unchanged.
   *
   * @param candidates stored responses that could be served if the origin fails; held
   */
  record Fetch(Asked asked, List<Hold<Stored>> candidates) implements AskOrigin {

    /** Without a stored response to serve if the origin fails. */
    Fetch(Asked asked) {
      this(asked, List.of());
    }

    @Override
    public Fetch led(SharedFetch<Plan> by) {
      return new Fetch(asked.by(by), candidates);
    }
  }

  /**
   * Ask whether a stored response is still valid (RFC 9111 §4.3.1).
   *
   * @param candidates stored responses that a 304 could confirm; held
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
   * Ask for the store only, while a stale response is served (RFC 5861 §3).
   *
   * @param candidates stored responses that a 304 could confirm; held
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
   * Ask for the missing range of a stored response (RFC 9111 §3.3).
   *
   * @param gap the missing range; it holds the stored parts
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

  /** Forward the request, bypassing the cache. */
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
   * @param text the reason in a short sentence
   * @param more additional fields of the answer
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
