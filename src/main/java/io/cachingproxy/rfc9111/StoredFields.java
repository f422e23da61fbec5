package io.cachingproxy.rfc9111;

import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.Fields;
import java.util.Locale;
import java.util.Set;

/** Which fields of a response are stored (RFC 9111 §3.1). */
final class StoredFields {

  private StoredFields() {}

  /** Whether a cookie would be stored. */
  static boolean setCookie(Fields received, CacheControl directives) {
    return received.contains("Set-Cookie")
        && !directives.privateFields().contains("set-cookie")
        && !directives.noCacheFields().contains("set-cookie");
  }

  static Fields of(Fields received, CacheControl directives) {
    Set<String> isPrivate = directives.privateFields();
    Set<String> noCache = directives.noCacheFields();
    Fields stored = EndToEnd.response(received).without("Age");
    return isPrivate.isEmpty() && noCache.isEmpty()
        ? stored
        : stored.without(
            line -> {
              String name = line.name().toLowerCase(Locale.ROOT);
              return isPrivate.contains(name) || noCache.contains(name);
            });
  }
}
