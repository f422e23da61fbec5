package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import org.jspecify.annotations.Nullable;

/** The URIs that a response names in Location and Content-Location (RFC 9110 §8.7, §10.2.2). */
final class References {

  private References() {}

  /**
   * What a reference means to this cache; null if nothing. A client of a gateway sees the origin
   * server under another name, the one in its Host field, and the origin is told that name: where a
   * response uses it, the same origin is meant (RFC 9110 §3.7).
   */
  static @Nullable TargetUri resolve(RequestHead request, String reference) {
    TargetUri target = request.target();
    TargetUri named = target.resolve(reference);
    String host = request.fields().first("Host");
    if (named == null || host == null || named.sameOrigin(target)) {
      return named;
    }
    TargetUri asSeen = TargetUri.parse(named.scheme() + "://" + host + "/");
    return asSeen != null && named.sameOrigin(asSeen)
        ? target.withPath(named.path(), named.query())
        : named;
  }
}
