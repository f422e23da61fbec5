package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.http.Fields;
import io.cachingproxy.store.Hold;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with the head of a response that arrived from the origin: the decision of
 * {@link HttpCache#receive}.
 */
public sealed interface Reception {

  /**
   * Lets go of what the decision holds, when it won't be carried out, or only half. Does nothing
   * about what was given back or ended already.
   */
  default void discard(Throwable why) {}

  /** Has the one case carried out that this decision is. */
  void accept(Visitor visitor);

  /** What is done in each case: the compiler sees to it that none is forgotten. */
  interface Visitor {

    void answer(Answer answer);

    void relay(Relay relay);

    void join(Join join);

    void askAgain(AskAgain again);
  }

  /**
   * Drop the origin's response and answer from the store: it was confirmed, or may stand in for an
   * error.
   *
   * @param held what is answered with; the caller closes it or takes it over
   * @param answer what the client gets of it
   * @param outcome how it came to that
   * @param shared the same as far as others may have it, not held; null if it is for its requester
   *     alone
   */
  record Answer(
      Hold<Stored> held, StoredAnswer answer, CacheOutcome outcome, @Nullable Stored shared)
      implements Reception {

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
   * Pass the response on to the client, and into the store if there is a {@code storing}.
   *
   * @param outcome why it was forwarded and whether it is being stored
   * @param storing where the body goes as well; the caller ends it by completing or aborting it;
   *     null if the response is not stored
   * @param clientHasIt whether the client's own conditions say that it has the response already: it
   *     gets a 304, and the content is for the store alone
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
   * @param length how many bytes the origin sends; with any other number the answer is broken
   * @param after stored bytes that come last
   * @param outcome why it was forwarded and whether the part is being stored
   * @param storing where the origin's part goes as well; the caller ends it by completing or
   *     aborting it; null if it is not stored
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
   * Ask again, without conditions: the origin confirmed something that isn't stored (RFC 9111
   * §4.3.3).
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
