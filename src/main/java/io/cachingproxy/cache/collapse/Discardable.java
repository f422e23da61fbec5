package io.cachingproxy.cache.collapse;

/** Something to be done, which holds resources for it. */
public interface Discardable {

  /** Releases them, if it is not done after all. */
  void discard();
}
