package io.cachingproxy.store;

/**
 * The primary cache key (RFC 9111 §2): the target URI as the origin sees it. The method is not part
 * of it: only GET responses are stored, and a HEAD is answered from them.
 *
 * @param uri the normalised target URI
 */
public record CacheKey(String uri) {

  @Override
  public String toString() {
    return uri;
  }
}
