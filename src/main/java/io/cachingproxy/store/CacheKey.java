package io.cachingproxy.store;

/**
 * The primary cache key (RFC 9111 §2): the target URI as the origin sees it, byte for byte. The
 * method is not part of it: only GET responses are stored, and a HEAD is answered from them.
 *
 * <p>Clients choose the URIs, and can choose a hundred thousand whose hash codes are the same: keys
 * have an order, by which hash maps find one among those without looking at them all.
 *
 * @param uri the target URI and what else of the client's choice the origin is told
 */
public record CacheKey(String uri) implements Comparable<CacheKey> {

  @Override
  public int compareTo(CacheKey other) {
    return uri.compareTo(other.uri);
  }

  @Override
  public String toString() {
    return uri;
  }
}
