package io.cachingproxy.proxy.request;

/** What this proxy says of itself in {@code Via} (RFC 9110 §7.6.3). */
public final class Via {

  /** The field's name. */
  public static final String FIELD = "Via";

  /**
   * The name this proxy goes by in {@code Via} of responses, {@code Cache-Status} and {@code
   * Proxy-Status}: whichever of several has answered, the response is the same. In requests each
   * has its own, see {@link Pseudonym}.
   */
  public static final String PSEUDONYM = "caching-proxy";

  /** The value in what is answered without another hop. */
  public static final String OWN_ANSWER = of("1.1");

  private Via() {}

  /**
   * The value in a response.
   *
   * @param protocol in which it was received, as a start line says it
   */
  public static String of(String protocol) {
    return version(protocol) + " " + PSEUDONYM;
  }

  /** {@code 1.1} of {@code HTTP/1.1}: the protocol's name is left out where it is HTTP. */
  public static String version(String protocol) {
    return protocol.startsWith("HTTP/") ? protocol.substring("HTTP/".length()) : protocol;
  }
}
