package io.cachingproxy.http;

/**
 * One member of a Proxy-Status field (RFC 9209): why a proxy got no response.
 *
 * @param proxy the name of the proxy, a token
 * @param error the type of the error, a token of RFC 9209 §2.3
 */
public record ProxyStatus(String proxy, String error) {

  /** The name of the field; each proxy on the way adds a member at its end. */
  public static final String FIELD = "Proxy-Status";

  /** The member as a structured item with its parameters. */
  public String print() {
    return proxy + "; error=" + error;
  }
}
