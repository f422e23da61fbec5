package io.cachingproxy.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses URIs and references (RFC 3986), leaving everything unchanged that needs no change. */
final class UriParser {

  private UriParser() {}

  /** Parses an absolute URI; its path stays unchanged. */
  static @Nullable TargetUri absolute(String text) {
    int colon = text.indexOf("://");
    if (colon < 0) {
      return null;
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    return scheme.equals("http") || scheme.equals("https")
        ? hierarchical(scheme, text.substring(colon + 3))
        : null;
  }

  /** Parses what follows the two slashes: authority, path, query, fragment. */
  private static @Nullable TargetUri hierarchical(String scheme, String rest) {
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = authority(scheme, rest.substring(0, end));
    return authority == null ? null : withPath(scheme, authority, rest.substring(end));
  }

  /** Host and port in lower case without the default port; null if they are invalid. */
  private static @Nullable String authority(String scheme, String text) {
    String authority = text.toLowerCase(Locale.ROOT);
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    if (host.isEmpty() || (!host.startsWith("[") && host.indexOf(':') >= 0)) {
      return null;
    }
    if (hasPort) {
      String port = authority.substring(colon + 1);
      if (!port.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      if (port.isEmpty() || port.equals(scheme.equals("http") ? "80" : "443")) {
        authority = host;
      }
    }
    return authority.indexOf('@') < 0 && isClean(authority) ? authority : null;
  }

  private static @Nullable TargetUri withPath(String scheme, String authority, String rest) {
    String text = withoutFragment(rest);
    if (!isClean(text)) {
      return null;
    }
    int mark = text.indexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    String query = mark < 0 ? null : text.substring(mark + 1);
    return new TargetUri(scheme, authority, path.isEmpty() ? "/" : path, query);
  }

  /** RFC 3986 §5.2.2. */
  static @Nullable TargetUri resolve(TargetUri base, String reference) {
    String text = withoutFragment(DirectiveParser.trim(reference));
    if (text.isEmpty()) {
      return base;
    }
    TargetUri target = transform(base, text);
    return target == null
        ? null
        : new TargetUri(
            target.scheme(), target.authority(), removeDotSegments(target.path()), target.query());
  }

  private static @Nullable TargetUri transform(TargetUri base, String text) {
    if (hasScheme(text)) {
      return absolute(text);
    }
    if (text.startsWith("//")) {
      return hierarchical(base.scheme(), text.substring(2));
    }
    String directory =
        base.path().startsWith("/")
            ? base.path().substring(0, base.path().lastIndexOf('/') + 1)
            : "/";
    String path =
        switch (text.charAt(0)) {
          case '/' -> text;
          case '?' -> base.path() + text;
          default -> directory + text;
        };
    return withPath(base.scheme(), base.authority(), path);
  }

  /** Whether a colon precedes any slash or question mark: an absolute reference. */
  private static boolean hasScheme(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        return i > 0;
      }
      if (c == '/' || c == '?') {
        return false;
      }
    }
    return false;
  }

  private static String withoutFragment(String text) {
    int hash = text.indexOf('#');
    return hash < 0 ? text : text.substring(0, hash);
  }

  /** RFC 3986 §5.2.4. */
  private static String removeDotSegments(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    StringBuilder out = new StringBuilder(path.length());
    int at = 0;
    while (at < path.length()) {
      int end = path.indexOf('/', at + 1);
      String segment = path.substring(at, end < 0 ? path.length() : end);
      boolean last = end < 0;
      if (segment.equals("/..")) {
        out.setLength(Math.max(0, out.lastIndexOf("/")));
      } else if (!segment.equals("/.")) {
        out.append(segment);
        last = false;
      }
      if (last) {
        out.append('/');
      }
      at = end < 0 ? path.length() : end;
    }
    return out.toString();
  }

  /** Whether it contains no control characters or spaces. */
  private static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
