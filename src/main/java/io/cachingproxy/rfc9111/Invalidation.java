package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which stored responses a response invalidates (RFC 9111 §4.4). */
public final class Invalidation {

  /** The methods registered as safe; any other, known or not, may change resources. */
  private static final Set<String> SAFE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PRI", "PROPFIND", "REPORT", "SEARCH", "QUERY");

  private Invalidation() {}

  /**
   * The groups whose stored responses are invalidated (RFC 9875 §3), whatever the status, since the
   * origin says so explicitly. "The Cache-Group-Invalidation header field MUST be ignored on
   * responses to requests that have a safe method".
   */
  public static Set<CacheGroup> groups(RequestHead request, ResponseHead response) {
    return SAFE.contains(request.method())
        ? Set.of()
        : CacheGroup.at(request.target(), CacheGroups.invalidatedBy(response.fields()));
  }

  /** The URIs whose stored responses are invalidated; none after a safe method or an error. */
  public static List<TargetUri> targets(RequestHead request, ResponseHead response) {
    // "a non-error response is one with a 2xx (Successful) or 3xx (Redirection) status code"
    boolean isError = response.status() < 200 || response.status() >= 400;
    if (SAFE.contains(request.method()) || isError) {
      return List.of();
    }
    TargetUri target = request.target();
    List<TargetUri> targets = new ArrayList<>();
    addSpellings(target, targets);
    for (String field : List.of("Location", "Content-Location")) {
      String reference = response.fields().first(field);
      TargetUri other = reference == null ? null : References.resolve(request, reference);
      // "MUST NOT trigger an invalidation under these conditions if the origin of the URI to be
      // invalidated differs from that of the target URI"
      if (other != null && other.sameOrigin(target)) {
        addSpellings(other, targets);
      }
    }
    return List.copyOf(targets);
  }

  /**
   * Adds the URI as written and in its normal form, each with the fields of this request and
   * without: all may have stored responses of their own, but refer to the same changed resource
   * (RFC 3986 §6.2.2).
   */
  private static void addSpellings(TargetUri target, List<TargetUri> targets) {
    TargetUri normal = target.normalForm();
    for (TargetUri spelling :
        List.of(target, normal, target.withoutFields(), normal.withoutFields())) {
      if (!targets.contains(spelling)) {
        targets.add(spelling);
      }
    }
  }
}
