package io.cachingproxy.store;

/**
 * The primary cache key (RFC 9111 §2): the target URI as the origin sees it, byte for byte. The
 * method is not part of it: only GET responses are stored, and a HEAD is answered from them.
 *
 * <p>Clients choose the URIs, and could choose a hundred thousand with the same hash code. Keys are
 * comparable so that hash maps can search colliding ones in logarithmic time.
 *
 * @param uri the target URI, and anything else the client chooses that the origin is told
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
