package io.cachingproxy.cache;

import io.cachingproxy.http.ForwardReason;
import org.jspecify.annotations.Nullable;

/** Why the origin gave no answer, as the room knows it that has asked. Immutable. */
public interface FetchFailure {

  /** Whose doing it may be. */
  Cause cause();

  /**
   * The plan for one who waited for the same.
   *
   * @param forward why its request would have been sent to the origin
   * @param mustBeValidated whether there is something stored that may not be served without asking,
   *     see {@link Plan.AskOrigin#mustBeValidated}
   */
  Plan.Refuse refusal(@Nullable ForwardReason forward, boolean mustBeValidated);

  /** Whose doing it may be that the origin gave no answer. */
  enum Cause {
    /** The origin's, or the way to it: whoever asks next will find the same. */
    ORIGIN,
    /** Something in the request may have been too much for the origin. */
    REQUEST,
    /** The client's alone: it left, for example. */
    CLIENT
  }
}
