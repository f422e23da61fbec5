package io.cachingproxy.cache.collapse;

/** The outcome of waiting for another request to the origin. */
public enum WaitOutcome {
  /** The response answered this request too. */
  SHARED,
  /**
   * The response was for its requester only, or did not match this request, which went on its own.
   */
  ALONE,
  /** The origin failed: the request got an error, or a stale response. */
  FAILED,
  /** The origin was slow, and a stale response was served. */
  STALE,
  /**
   * The failure concerned only the leader, which may have disconnected: a waiting request leads.
   */
  AGAIN,
  /** The wait took too long: the request went on its own. */
  TIMEOUT,
  /** The client disconnected. */
  LEFT,
  /** Too many were waiting already: the request went on its own at once. */
  TOO_MANY
}
