package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.Fields;
import java.util.List;

/**
 * The response directives that this cache obeys: those of a valid targeted field, if there is one,
 * in place of Cache-Control and Expires (RFC 9213 §2.2).
 *
 * @param cacheControl the directives
 * @param targeted whether they come from a targeted field
 */
record EffectiveDirectives(CacheControl cacheControl, boolean targeted) {

  static EffectiveDirectives of(Fields response, CachePolicy policy) {
    for (String name : policy.targetedFields()) {
      List<String> lines = response.values(name);
      if (!lines.isEmpty()) {
        CacheControl targeted = CacheControl.parseTargeted(lines);
        if (targeted != null) {
          return new EffectiveDirectives(targeted, true);
        }
      }
    }
    return new EffectiveDirectives(CacheControl.parse(response.values("Cache-Control")), false);
  }
}
