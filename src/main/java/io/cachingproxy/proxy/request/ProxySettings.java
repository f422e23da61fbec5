package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Redaction;
import java.time.Duration;
import java.util.List;

/**
 * What the proxy room needs to know of the operator's settings.
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
 * @param staleWait how long a client waits for that where something stale could do; 0: as long as
 *     others
 * @param idleTimeout how long a connection under use may be silent, on either side
 * @param maxRequestHeaderBytes the largest request head taken from a client, in bytes
 * @param maxResponseHeaderBytes the largest response head taken from the origin, in bytes
 * @param requests what is taken from clients
 * @param redaction what is hidden where a request is printed
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
   * What is taken from clients.
   *
   * @param passedFields the names of fields that are passed on whatever {@link UnkeyedFields} says,
   *     and are part of the cache key
   * @param maxFields how many field lines a request may have
   * @param minUploadRate at how many bytes a second its content must come, averaged; 0 if at none
   */
  public record Requests(List<String> passedFields, int maxFields, long minUploadRate) {

    public Requests {
      passedFields = List.copyOf(passedFields);
    }
  }

  /**
   * For what this proxy adds to a request: Via, Forwarded and the like, the validators of what is
   * stored, a range. All of them are bounded where they are made.
   */
  private static final int OWN_FIELDS_BYTES = 16 * 1024;

  /** The largest head of a request to the origin: a client's with all that is added to it. */
  public int maxOriginHeadBytes() {
    return maxRequestHeaderBytes
        + OWN_FIELDS_BYTES
        + pathPrefix.length()
        // A space behind each colon.
        + requests.maxFields();
  }

  /** The origin's base address. */
  public String originUrl() {
    return scheme + "://" + authority + pathPrefix;
  }
}
