package io.cachingproxy.cache;

import io.cachingproxy.http.ForwardReason;
import org.jspecify.annotations.Nullable;

/** Why the origin gave no usable answer. Implemented by the code that asks it. Immutable. */
public interface FetchFailure {

  /** Whose fault it may be. */
  Cause cause();

  /**
   * The plan for a request that waited for the failed one.
   *
   * @param forward why the waiting request would have been forwarded
   * @param mustBeValidated whether a stored response must not be served without asking the origin,
   *     see {@link Plan.AskOrigin#mustBeValidated}
   */
  Plan.Refuse refusal(@Nullable ForwardReason forward, boolean mustBeValidated);

  /** Whose fault a failure may be. */
  enum Cause {
    /** The origin's or the network's: other requests will fail as well. */
    ORIGIN,
    /** Perhaps the request's: it may have overstrained the origin. */
    REQUEST,
    /** The client's: it disconnected, for example. */
    CLIENT
  }
}
