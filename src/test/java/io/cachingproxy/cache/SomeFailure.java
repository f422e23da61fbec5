package io.cachingproxy.cache;

import io.cachingproxy.http.ForwardReason;
import org.jspecify.annotations.Nullable;

/** An origin that gave no answer, for tests that don't mind why. */
record SomeFailure(Cause cause) implements FetchFailure {

  static final SomeFailure ORIGIN = new SomeFailure(Cause.ORIGIN);

  @Override
  public Plan.Refuse refusal(@Nullable ForwardReason forward, boolean mustBeValidated) {
    return new Plan.Refuse(
        mustBeValidated ? 504 : 502, CacheOutcome.proxyMade(forward, "closed").shared(), "closed");
  }
}
