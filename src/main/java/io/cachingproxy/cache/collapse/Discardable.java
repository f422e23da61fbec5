package io.cachingproxy.cache.collapse;

/** Something to be done, which holds what is needed for it. */
public interface Discardable {

  /** Lets go of what it holds, when it won't be done after all. */
  void discard();
}
