package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import java.util.List;
import java.util.Set;

/** Which stored responses an answer makes invalid (RFC 9111 §4.4). */
public final class Invalidation {

  /** The methods registered as safe; any other, known or not, may change things. */
  private static final Set<String> SAFE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PRI", "PROPFIND", "REPORT", "SEARCH", "QUERY");

  private Invalidation() {}

  /** The URIs whose stored responses are invalid now; none after a safe method or an error. */
  public static List<TargetUri> targets(RequestHead request, ResponseHead response) {
    boolean nonError = response.status() >= 200 && response.status() < 400;
    return SAFE.contains(request.method()) || !nonError ? List.of() : List.of(request.target());
  }
}
