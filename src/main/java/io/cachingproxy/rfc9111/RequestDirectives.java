package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.FieldMembers;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import java.util.List;

/**
 * The directives in a request's Cache-Control and Pragma (RFC 9111 §5.2.1, §5.4); none if the
 * operator has them ignored.
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

  /** Whether the client accepts only a stored response, or else 504 (RFC 9111 §5.2.1.7). */
  public static boolean onlyIfCached(RequestHead request, CachePolicy policy) {
    return of(request, policy).onlyIfCached();
  }

  /** Whether the client forbids storing any response to it (RFC 9111 §5.2.1.5). */
  public static boolean noStore(RequestHead request, CachePolicy policy) {
    return of(request, policy).noStore();
  }

  /**
   * Whether no stored response is acceptable, however new: no-cache, or a max-age of 0 (RFC 9111
   * §5.2.1.1, §5.2.1.4, §5.4).
   */
  public static boolean wantsOrigin(RequestHead request, CachePolicy policy) {
    CacheControl asked = of(request, policy);
    return asked.has("no-cache") || asked.maxAge().orElse(1) == 0 || pragmaNoCache(request, policy);
  }

  /** Whether Pragma: no-cache applies: only without Cache-Control (RFC 9111 §5.4). */
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
