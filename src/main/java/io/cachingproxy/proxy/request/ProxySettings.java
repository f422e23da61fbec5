package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Redaction;
import java.time.Duration;
import java.util.List;

/**
 * The operator's settings that the proxy needs.
 *
 * @param scheme the origin's scheme, {@code http} or {@code https}
 * @param host the origin's host name or address, an IPv6 address in brackets
 * @param port the origin's port
 * @param authority host and port as a Host field carries them: lower case, without the scheme's
 *     default port
 * @param pathPrefix the path every request path is appended to; empty or starting with a slash,
 *     never ending with one
 * @param preserveHost whether the client's Host reaches the origin instead of the origin's own
 * @param connectTimeout how long a connection to the origin may take
 * @param firstByteTimeout how long the origin may take from the request to the first byte of its
 *     response
 * @param staleWait how long a client waits for that if a stale response could be served; 0 to wait
 *     no shorter than others
 * @param idleTimeout how long a connection in use may be silent, on either side
 * @param maxRequestHeaderBytes the largest request head accepted from a client, in bytes
 * @param maxResponseHeaderBytes the largest response head accepted from the origin, in bytes
 * @param requests what is accepted from clients
 * @param redaction what is hidden when a request is logged
 */
public record ProxySettings(
    String scheme,
    String host,
    int port,
    String authority,
    String pathPrefix,
    boolean preserveHost,
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration staleWait,
    Duration idleTimeout,
    int maxRequestHeaderBytes,
    int maxResponseHeaderBytes,
    Requests requests,
    Redaction redaction) {

  /**
   * What is accepted from clients.
   *
   * @param passedFields the names of fields that are passed on whatever {@link UnkeyedFields} says,
   *     and are part of the cache key
   * @param maxFields how many field lines a request may have
   * @param minUploadRate the minimum average rate of its content, in bytes per second; 0 for none
   */
  public record Requests(List<String> passedFields, int maxFields, long minUploadRate) {

    public Requests {
      passedFields = List.copyOf(passedFields);
    }
  }

  /**
   * Room for what this proxy adds to a request: Via, Forwarded and the like, validators, a range.
   * All of them are bounded where they are created.
   */
  private static final int OWN_FIELDS_BYTES = 16 * 1024;

  /**
   * The largest head of a request to the origin, in bytes: a client's with everything added to it.
   */
  public int maxOriginHeadBytes() {
    return maxRequestHeaderBytes
        + OWN_FIELDS_BYTES
        + pathPrefix.length()
        // A space after each colon.
        + requests.maxFields();
  }

  /** The origin's base address. */
  public String originUrl() {
    return scheme + "://" + authority + pathPrefix;
  }
}
