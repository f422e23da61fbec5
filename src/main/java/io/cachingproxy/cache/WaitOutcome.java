package io.cachingproxy.cache;

/** What came of waiting for a response that another request had been sent for. */
public enum WaitOutcome {
  /** The response answered this request too. */
  SHARED,
  /** The response was for its requester alone, or not for this request: it went on its own. */
  ALONE,
  /** The origin could not be asked at all, for nobody. */
  FAILED,
  /** It took too long: the request went on its own. */
  TIMEOUT,
  /** The client left meanwhile. */
  LEFT,
  /** Too many were waiting already: the request went on its own at once. */
  TOO_MANY
}
