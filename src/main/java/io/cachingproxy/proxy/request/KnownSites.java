package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Site;
import org.jspecify.annotations.Nullable;

/**
 * A direct-mapped cache of the sites that are asked for repeatedly, so that they need not be
 * validated and normalised for each request. Bounded: a new site replaces the one in its slot.
 * Thread-safe without locks; a race at most costs a repeated validation.
 */
final class KnownSites {

  private static final int PLACES = 256;

  private final @Nullable Known[] known = new @Nullable Known[PLACES];

  private record Known(String scheme, String name, int port, Site site) {
    boolean is(String otherScheme, String otherName, int otherPort) {
      return port == otherPort && name.equals(otherName) && scheme.equals(otherScheme);
    }
  }

  /** See {@link Site#of}. */
  @Nullable Site of(String scheme, String name, int port) {
    int hash = name.hashCode() + port;
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    Known before = known[place];
    if (before != null && before.is(scheme, name, port)) {
      return before.site();
    }
    Site site = Site.of(scheme, name, port);
    if (site != null) {
      known[place] = new Known(scheme, name, port, site);
    }
    return site;
  }
}
