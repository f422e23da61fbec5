package io.cachingproxy.proxy.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The request fields that never reach the origin as a client sent them, since origins believe them
 * and the cache key doesn't hold them: whoever sends one with a path nobody has asked for yet would
 * decide what everybody gets there ("unkeyed input"). What the operator names in {@code
 * --pass-header} is passed on all the same, and is part of the cache key then; so are the fields of
 * {@link #KEYED}, without which applications of widespread frameworks would not work.
 *
 * <p>The table holds what frameworks, servers and content delivery networks are known to trust, for
 * one of these reasons:
 *
 * <ul>
 *   <li>{@link #OURS}: this proxy writes them itself.
 *   <li>{@link #METHODS}: they make a GET something else, and its answer that of a POST or DELETE.
 *   <li>{@link #TARGETS}: they make it a request for another path than the one in the key.
 *   <li>{@link #SITES}: name, scheme, port or prefix of the site, which end up in links, redirects,
 *       script sources and base URLs.
 *   <li>{@link #CLIENTS}: whose request it is. The address decides on access, rates and language;
 *       this proxy tells it in a field of {@link #OURS}. A user's identity, which a proxy in front
 *       may vouch for, makes the answer that user's own.
 *   <li>{@link #INTERNAL}: they steer the inside of a framework or server: which file it sends,
 *       whether it skips its checks, which page it shows.
 *   <li>{@link #FRAMING}: with anything but a dash they are no framing to this proxy, but take the
 *       name of its own fields where an origin turns dashes into underscores (CGI, WSGI, Rack,
 *       PHP).
 * </ul>
 *
 * <p>For that last reason an underscore counts as a dash in all of these names, and so does
 * whatever else is neither letter nor digit: some gateways make an underscore of all of them. A
 * look-up costs a few comparisons of first letters and allocates nothing. Immutable and
 * thread-safe.
 */
public final class UnkeyedFields {

  private static final List<String> OURS =
      List.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");

  private static final List<String> METHODS =
      List.of(
          "x-http-method-override",
          "x-http-method",
          "x-method-override",
          "x-forwarded-method",
          "x-original-method");

  private static final List<String> TARGETS =
      List.of(
          "x-original-url",
          "x-original-uri",
          "x-original-path",
          "x-rewrite-url",
          "x-rewrite-uri",
          "x-forwarded-uri",
          "x-forwarded-url",
          "x-forwarded-path",
          "x-forwarded-query",
          "x-envoy-original-path",
          "x-http-destinationurl",
          "x-override-url",
          "x-proxy-url",
          "request-uri");

  private static final List<String> SITES =
      List.of(
          "x-host",
          "x-original-host",
          "x-forwarded-server",
          "x-forwarded-scheme",
          "x-forwarded-protocol",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-context",
          "x-forwarded-ssl",
          "x-http-host-override",
          "x-host-override",
          "x-backend-host",
          "x-scheme",
          "x-url-scheme",
          "x-script-name",
          "x-base-url",
          "front-end-https",
          "cloudfront-forwarded-proto",
          "fastly-host",
          "fastly-ssl",
          "fly-forwarded-proto",
          "fly-forwarded-ssl",
          "fly-forwarded-port",
          "cf-visitor",
          "x-arr-ssl",
          // httpoxy: HTTP_PROXY, from which an origin behind CGI takes its own proxy.
          "proxy",
          "proxy-host");

  private static final List<String> CLIENTS =
      List.of(
          "x-forwarded",
          "forwarded-for",
          "x-forwarded-by",
          "x-forwarded-client-ip",
          "x-forwarded-client-cert",
          "x-forwarded-user",
          "x-forwarded-email",
          "x-forwarded-groups",
          "x-forwarded-preferred-username",
          "x-original-forwarded-for",
          "x-original-remote-addr",
          "x-real-ip",
          "x-client-ip",
          "client-ip",
          "true-client-ip",
          "cf-connecting-ip",
          "cf-connecting-ipv6",
          "cf-pseudo-ipv4",
          "fastly-client-ip",
          "fly-client-ip",
          "x-cluster-client-ip",
          "x-proxyuser-ip",
          "x-originating-ip",
          "x-remote-ip",
          "x-remote-addr",
          "x-remote-user",
          "remote-addr",
          "remote-user",
          "x-azure-clientip",
          "x-azure-socketip",
          "x-appengine-user-ip",
          "x-envoy-external-address",
          "x-custom-ip-authorization");

  private static final List<String> INTERNAL =
      List.of(
          "x-middleware-subrequest",
          "x-middleware-rewrite",
          "x-middleware-redirect",
          "x-middleware-next",
          "x-middleware-skip",
          "x-middleware-set-cookie",
          "x-middleware-override-headers",
          "x-react-router-spa-mode",
          "x-react-router-prerender-data",
          "x-nuxt-no-ssr",
          "x-nuxt-error",
          "x-astro-path",
          "x-astro-locals",
          "x-invoke-path",
          "x-invoke-query",
          "x-invoke-status",
          "x-invoke-output",
          "x-invoke-error",
          "x-matched-path",
          "x-now-route-matches",
          "x-sendfile-type",
          "x-accel-mapping");

  /**
   * What the client side of Next.js says when it asks for a page's data in place of the page: the
   * answer has another format, or is empty, at the same URI.
   */
  private static final List<String> KEYED =
      List.of(
          "rsc",
          "next-router-state-tree",
          "next-router-prefetch",
          "next-router-segment-prefetch",
          "next-hmr-refresh",
          "next-url",
          "x-nextjs-data",
          "x-middleware-prefetch");

  /** With a dash they are the framing itself (RFC 9112 §6), which is dealt with elsewhere. */
  private static final List<String> FRAMING = List.of("transfer-encoding", "content-length");

  /** What becomes of a field. */
  enum Treatment {
    /** It is passed on. */
    UNTOUCHED,
    /** It is passed on, and part of the cache key. */
    KEYED,
    /** It is kept from the origin. */
    REMOVED
  }

  private final String[][] byLength;
  private final List<String> keyed;

  /**
   * The table without what the operator wants to be passed on.
   *
   * @param passed field names in any case; those this proxy writes itself are never passed on
   */
  UnkeyedFields(List<String> passed) {
    Set<String> names = new TreeSet<>();
    for (List<String> group : List.of(OURS, METHODS, TARGETS, SITES, CLIENTS, INTERNAL, FRAMING)) {
      names.addAll(group);
    }
    this.keyed = keyed(passed);
    // With dashes, as the key has it, a field is passed on; with underscores it still is not.
    keyed.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    this.byLength = new String[longest + 1][];
    for (int length = 0; length <= longest; length++) {
      int wanted = length;
      byLength[length] =
          names.stream().filter(name -> name.length() == wanted).toArray(String[]::new);
    }
  }

  /**
   * The names of the fields that are passed on and are part of the cache key.
   *
   * @param passed what the operator wants to be passed on
   */
  public static List<String> keyed(List<String> passed) {
    List<String> keyed = new ArrayList<>(KEYED);
    for (String name : passed) {
      if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
        keyed.add(name);
      }
    }
    return List.copyOf(keyed);
  }

  /** What becomes of a field of that name, as a client sent it. */
  Treatment treatmentOf(String name) {
    int length = name.length();
    if (length >= byLength.length) {
      return Treatment.UNTOUCHED;
    }
    for (String unkeyed : byLength[length]) {
      if (isSame(name, unkeyed)) {
        return isOneOf(keyed, name)
            ? Treatment.KEYED
            : isOneOf(FRAMING, name) ? Treatment.UNTOUCHED : Treatment.REMOVED;
      }
    }
    return Treatment.UNTOUCHED;
  }

  private static boolean isOneOf(List<String> names, String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an origin may take the first for the second, which is in lower case. */
  private static boolean isSame(String name, String unkeyed) {
    for (int i = 0; i < unkeyed.length(); i++) {
      char c = name.charAt(i);
      char wanted = unkeyed.charAt(i);
      char lower = c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
      if (lower != wanted && !(wanted == '-' && isNeitherLetterNorDigit(lower))) {
        return false;
      }
    }
    return true;
  }

  /** Of the characters that field names have: with capitals made small. */
  private static boolean isNeitherLetterNorDigit(char c) {
    return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
  }
}
