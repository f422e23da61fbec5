package io.cachingproxy.proxy.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The request fields that never reach the origin as a client sent them, because origins trust them
 * and they are not part of the cache key: whoever sends one with a path that isn't cached yet would
 * decide what everybody gets there ("unkeyed input"). Those that the operator names in {@code
 * --pass-header} are passed on and become part of the cache key; so do the fields of {@link
 * #KEYED}, without which applications of widespread frameworks would not work.
 *
 * <p>The table holds what frameworks, servers and content delivery networks are known to trust, for
 * one of these reasons:
 *
 * <ul>
 *   <li>{@link #OURS}: this proxy writes them itself.
 *   <li>{@link #METHODS}: they turn a GET into another method, so its answer is that of a POST or
 *       DELETE.
 *   <li>{@link #TARGETS}: they turn it into a request for another path than the one in the key.
 *   <li>{@link #SITES}: name, scheme, port or prefix of the site, which end up in links, redirects,
 *       script sources and base URLs.
 *   <li>{@link #CLIENTS}: who sent the request. The address decides on access, rates and language;
 *       this proxy sends it in a field of {@link #OURS}. A user's identity, which a proxy in front
 *       may vouch for, makes the answer specific to that user.
 *   <li>{@link #INTERNAL}: they control the internals of a framework or server: which file it
 *       sends, whether it skips its checks, which page it shows.
 *   <li>{@link #FRAMING}: spelled with another character than a dash they don't frame the message
 *       for this proxy, but are taken for the real fields by an origin that maps dashes to
 *       underscores (CGI, WSGI, Rack, PHP).
 * </ul>
 *
 * <p>For that last reason an underscore counts as a dash in all of these names, and so does any
 * other character that is neither letter nor digit: some gateways map all of them to underscores. A
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
          // httpoxy: becomes HTTP_PROXY, which an origin behind CGI takes for its own proxy
          // setting.
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
   * Sent by the client side of Next.js when it asks for a page's data instead of the page: the
   * answer at the same URI has another format, or is empty.
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

  /** Spelled with a dash they are the framing itself (RFC 9112 §6), which is handled elsewhere. */
  private static final List<String> FRAMING = List.of("transfer-encoding", "content-length");

  /** What happens to a field. */
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
   * The table without the fields that the operator wants passed on.
   *
   * @param passed field names in any case; those this proxy writes itself are never passed on
   */
  UnkeyedFields(List<String> passed) {
    Set<String> names = new TreeSet<>();
    for (List<String> group : List.of(OURS, METHODS, TARGETS, SITES, CLIENTS, INTERNAL, FRAMING)) {
      names.addAll(group);
    }
    this.keyed = keyed(passed);
    // Spelled with dashes, as in the key, a field is passed on; with underscores it is not.
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
   * @param passed the fields that the operator wants passed on
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

  /** What happens to a field of that name, as a client sent it. */
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

  /** Whether an origin may take {@code name} for {@code unkeyed}, which is in lower case. */
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

  /** For characters of field names, with capitals in lower case. */
  private static boolean isNeitherLetterNorDigit(char c) {
    return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
  }
}
