package io.cachingproxy.proxy.request;

/** The name and protocol version that this proxy adds to {@code Via} (RFC 9110 §7.6.3). */
public final class Via {

  /** The field's name. */
  public static final String FIELD = "Via";

  /**
   * The name of this proxy in {@code Via} of responses, {@code Cache-Status} and {@code
   * Proxy-Status}: the same for every instance, so that responses don't depend on which one
   * answered. In requests each instance has its own, see {@link Pseudonym}.
   */
  public static final String PSEUDONYM = "caching-proxy";

  /** The value in answers from the store or of the proxy's own. */
  public static final String OWN_ANSWER = of("1.1");

  private Via() {}

  /**
   * The value in a response.
   *
   * @param protocol in which it was received, as in a start line
   */
  public static String of(String protocol) {
    return version(protocol) + " " + PSEUDONYM;
  }

  /** Turns {@code HTTP/1.1} into {@code 1.1}: the protocol's name is left out if it is HTTP. */
  public static String version(String protocol) {
    return protocol.startsWith("HTTP/") ? protocol.substring("HTTP/".length()) : protocol;
  }
}
