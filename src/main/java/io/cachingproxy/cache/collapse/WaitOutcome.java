package io.cachingproxy.cache.collapse;

/** What came of waiting for a response that another request had been sent for. */
public enum WaitOutcome {
  /** The response answered this request too. */
  SHARED,
  /** The response was for its requester alone, or not for this request: it went on its own. */
  ALONE,
  /** The origin failed: there was its error for all, or something stale in place of it. */
  FAILED,
  /** The origin took long, and something stale could do meanwhile. */
  STALE,
  /** The one who had asked left: another of those who waited asks. */
  AGAIN,
  /** It took too long: the request went on its own. */
  TIMEOUT,
  /** The client left meanwhile. */
  LEFT,
  /** Too many were waiting already: the request went on its own at once. */
  TOO_MANY
}
