package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.http.Fields;
import io.cachingproxy.store.Hold;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to do with the head of the origin's response: decided by {@link HttpCache#receive}. */
public sealed interface Reception {

  /**
   * Releases what the decision holds, if it is not carried out, or not to its end. Has no effect on
   * what was released or ended already.
   */
  default void discard(Throwable why) {}

  /** Dispatches on the kind of decision. */
  void accept(Visitor visitor);

  /** Handles each kind of decision. */
  interface Visitor {

    void answer(Answer answer);

    void relay(Relay relay);

    void join(Join join);

    void askAgain(AskAgain again);
  }

  /**
   * Drop the origin's response and answer from the store: the stored response was confirmed, or may
   * be served instead of an error.
   *
   * @param held the stored response; the caller closes it or takes it over
   * @param answer what the client gets of it
   * @param outcome how the request was handled
   * @param shared the response as far as waiting requests may share it, not held; null if it is for
   *     the leader only
   */
  record Answer(
      Hold<Stored> held, StoredAnswer answer, CacheOutcome outcome, @Nullable Stored shared)
      implements Reception {

    @SuppressWarnings("ReferenceEquality") // what is held is what is answered with
    public Answer {
      if (held.stored() != answer.stored()) {
        throw new IllegalArgumentException("an answer made of something else than is held");
      }
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.answer(this);
    }

    @Override
    public void discard(Throwable why) {
      held.close();
    }
  }

  /**
   * Relay the response to the client, and store it if {@code storing} is given.
   *
   * @param outcome why it was forwarded and whether it is being stored
   * @param storing where the content is stored; the caller completes or aborts it; null if the
   *     response is not stored
   * @param clientHasIt whether, by its own conditions, the client already has the response: it gets
   *     a 304, and the content is only stored
   */
  record Relay(CacheOutcome outcome, @Nullable ArrivingResponse storing, boolean clientHasIt)
      implements Reception {

    @Override
    public void accept(Visitor visitor) {
      visitor.relay(this);
    }

    @Override
    public void discard(Throwable why) {
      if (storing != null) {
        storing.abort(why);
      }
    }
  }

  /**
   * Answer with stored bytes and, between them, those of the origin's response, which is the part
   * that was missing (RFC 9111 §3.4).
   *
   * @param status 200, or 206 if the client asked for a range
   * @param fields the fields of the answer, Age included
   * @param held the stored parts; the caller closes it when the bytes are sent
   * @param before stored bytes that come first
   * @param length how many bytes the origin must send; with any other number the answer is aborted
   * @param after stored bytes that come last
   * @param outcome why it was forwarded and whether the part is being stored
   * @param storing where the origin's part is stored; the caller completes or aborts it; null if it
   *     is not stored
   */
  record Join(
      int status,
      Fields fields,
      Hold<PartialResponse> held,
      List<ByteBuffer> before,
      long length,
      List<ByteBuffer> after,
      CacheOutcome outcome,
      @Nullable ArrivingResponse storing)
      implements Reception {

    @Override
    public void accept(Visitor visitor) {
      visitor.join(this);
    }

    @Override
    public void discard(Throwable why) {
      try {
        held.close();
      } finally {
        if (storing != null) {
          storing.abort(why);
        }
      }
    }
  }

  /**
   * Ask the origin again with the client's own request, because its response is of no use: a 304
   * for a response that isn't stored (RFC 9111 §4.3.3), or a part that can't be joined.
   *
   * @param plan the next request to the origin
   */
  record AskAgain(Plan.AskOrigin plan) implements Reception {

    @Override
    public void accept(Visitor visitor) {
      visitor.askAgain(this);
    }

    @Override
    public void discard(Throwable why) {
      plan.discard();
    }
  }
}
