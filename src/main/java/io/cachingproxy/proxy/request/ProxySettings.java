package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Redaction;
import java.time.Duration;
import java.util.List;

/**
 * The operator's settings that the proxy needs.
 *
 * @param origin where requests go
 * @param requests what is accepted from clients
 * @param timeouts how long to wait
 * @param redaction what is hidden when a request is logged
 */
public record ProxySettings(
    Origin origin, Requests requests, Timeouts timeouts, Redaction redaction) {

  /**
   * The origin.
   *
   * @param scheme {@code http} or {@code https}
   * @param host its host name or address, an IPv6 address in brackets
   * @param port its port
   * @param authority host and port as a Host field carries them: lower case, without the scheme's
   *     default port
   * @param pathPrefix the path every request path is appended to; empty or starting with a slash,
   *     never ending with one
   * @param preserveHost whether the client's Host reaches the origin instead of the origin's own
   * @param maxHeaderBytes the largest response head accepted from it, in bytes
   */
  public record Origin(
      String scheme,
      String host,
      int port,
      String authority,
      String pathPrefix,
      boolean preserveHost,
      int maxHeaderBytes) {

    /** Its base address. */
    public String url() {
      return scheme + "://" + authority + pathPrefix;
    }
  }

  /**
   * What is accepted from clients.
   *
   * @param passedFields the names of fields that are passed on whatever {@link UnkeyedFields} says,
   *     and are part of the cache key
   * @param maxHeaderBytes the largest request head, in bytes
   * @param maxFields how many field lines a request may have
   * @param minUploadRate the minimum average rate of its content, in bytes per second; 0 for none
   */
  public record Requests(
      List<String> passedFields, int maxHeaderBytes, int maxFields, long minUploadRate) {

    public Requests {
      passedFields = List.copyOf(passedFields);
    }
  }

  /**
   * How long to wait.
   *
   * @param connect how long a connection to the origin may take
   * @param firstByte how long the origin may take from the request to the first byte of its
   *     response
   * @param staleWait how long a client waits for that if a stale response could be served; 0 to
   *     wait no shorter than others
   * @param idle how long a connection in use may be silent, on either side
   */
  public record Timeouts(Duration connect, Duration firstByte, Duration staleWait, Duration idle) {}

  /**
   * Room for what this proxy adds to a request: Via, Forwarded and the like, validators, a range.
   * All of them are bounded where they are created.
   */
  private static final int OWN_FIELDS_BYTES = 16 * 1024;

  /**
   * The largest head of a request to the origin, in bytes: a client's with everything added to it.
   */
  public int maxOriginHeadBytes() {
    return requests.maxHeaderBytes()
        + OWN_FIELDS_BYTES
        + origin.pathPrefix().length()
        // A space after each colon.
        + requests.maxFields();
  }
}
