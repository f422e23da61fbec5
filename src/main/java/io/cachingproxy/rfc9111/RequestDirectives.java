package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.FieldMembers;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import java.util.List;

/**
 * What a request's Cache-Control and Pragma ask of a cache (RFC 9111 §5.2.1, §5.4): nothing, if the
 * operator wants clients ignored.
 */
public final class RequestDirectives {

  private RequestDirectives() {}

  /** The request's directives; parsed only if it has any. */
  static CacheControl of(RequestHead request, CachePolicy policy) {
    if (!policy.honourClientCacheControl()) {
      return CacheControl.none();
    }
    List<String> lines = request.fields().values("Cache-Control");
    return lines.isEmpty() ? CacheControl.none() : CacheControl.parse(lines);
  }

  /** Whether the client wants a stored response or 504 (RFC 9111 §5.2.1.7). */
  public static boolean onlyIfCached(RequestHead request, CachePolicy policy) {
    return of(request, policy).onlyIfCached();
  }

  /** Whether the client forbids storing any response to it (RFC 9111 §5.2.1.5). */
  public static boolean noStore(RequestHead request, CachePolicy policy) {
    return of(request, policy).noStore();
  }

  /**
   * Whether no stored response will do, however new it is: no-cache, or a max-age of 0 (RFC 9111
   * §5.2.1.1, §5.2.1.4, §5.4).
   */
  public static boolean wantsOrigin(RequestHead request, CachePolicy policy) {
    CacheControl asked = of(request, policy);
    return asked.has("no-cache") || asked.maxAge().orElse(1) == 0 || pragmaNoCache(request, policy);
  }

  /** Whether Pragma: no-cache counts: where there is no Cache-Control (RFC 9111 §5.4). */
  static boolean pragmaNoCache(RequestHead request, CachePolicy policy) {
    return policy.honourClientCacheControl()
        && isPragmaNoCache(request.fields())
        && !request.fields().contains("Cache-Control");
  }

  static boolean isPragmaNoCache(Fields fields) {
    if (!fields.contains("Pragma")) {
      return false;
    }
    for (String member : FieldMembers.of(fields.values("Pragma"))) {
      if (member.equalsIgnoreCase("no-cache")) {
        return true;
      }
    }
    return false;
  }
}
