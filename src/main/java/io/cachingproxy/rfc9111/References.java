package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import org.jspecify.annotations.Nullable;

/** The URIs in Location and Content-Location of a response (RFC 9110 §8.7, §10.2.2). */
final class References {

  private References() {}

  /**
   * Resolves a reference to a target of this cache; null if it is none. Clients know the origin
   * server by the name in their Host field, which the origin is told. So a reference to that name
   * means the same origin (RFC 9110 §3.7).
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
