package io.cachingproxy.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All settings of one proxy, checked and immutable. Sizes are in bytes.
 *
 * @param kafka where events are sent, null if there is no event log
 * @param redactQuery the names of query parameters whose values are hidden in events and logs
 */
public record ProxyConfig(
    Listener listener,
    Requests requests,
    Origin origin,
    Cache cache,
    Collapsing collapsing,
    Timeouts timeouts,
    OriginLoad load,
    Management management,
    @Nullable Kafka kafka,
    List<String> redactQuery) {

  public ProxyConfig {
    redactQuery = List.copyOf(redactQuery);
  }

  /**
   * Where clients connect. In a servlet container its connectors decide this instead.
   *
   * @param host the name or address to bind, null for all interfaces
   * @param port 0 for any free one
   * @param maxRequestHeaderSize the largest request line with all fields
   * @param minDownloadRate the minimum rate in bytes per second at which a client must read its
   *     answer while memory is short; 0 for none
   */
  public record Listener(
      @Nullable String host, int port, int maxRequestHeaderSize, long minDownloadRate) {}

  /**
   * What is accepted from clients, wherever they connect.
   *
   * @param passHeaders names of fields that are passed to the origin although it may trust them;
   *     they are part of the cache key
   * @param maxFields how many field lines a request may have; positive
   * @param headTimeout for a whole request head, however steadily it arrives; positive
   * @param minUploadRate the minimum rate of request content in bytes per second; 0 for none
   */
  public record Requests(
      List<String> passHeaders, int maxFields, Duration headTimeout, long minUploadRate) {

    public Requests {
      passHeaders = List.copyOf(passHeaders);
    }
  }

  /**
   * The server behind this proxy.
   *
   * @param url its base URL, to which the request's path is appended
   * @param preserveHost whether it gets the client's Host field instead of its own name
   * @param maxResponseHeaderSize the largest status line with all fields
   */
  public record Origin(HttpUrl url, boolean preserveHost, int maxResponseHeaderSize) {}

  /**
   * What is stored, and for how long.
   *
   * @param memory the limit of stored responses in bytes, bodies and heads together
   * @param maxObjectSize the largest body stored; at most {@code memory}
   * @param guesses the freshness of responses that state none
   * @param clientCacheControl whether Cache-Control and Pragma of requests are obeyed
   * @param cookies whether responses that set a cookie are stored
   * @param targetedCacheControl the target list of RFC 9213, in order of precedence; may be empty
   */
  public record Cache(
      long memory,
      long maxObjectSize,
      Guesses guesses,
      ClientCacheControl clientCacheControl,
      Cookies cookies,
      List<String> targetedCacheControl) {

    public Cache {
      targetedCacheControl = List.copyOf(targetedCacheControl);
    }
  }

  /**
   * The freshness of responses whose origin states none.
   *
   * @param defaultTtl of a response without Last-Modified; zero for none
   * @param heuristicPercent the share of the time since Last-Modified, from 0 (none) to 100
   * @param heuristicMax the longest such share; positive
   * @param harmlessFields names of additional request fields that never affect the answer
   */
  public record Guesses(
      Duration defaultTtl,
      int heuristicPercent,
      Duration heuristicMax,
      List<String> harmlessFields) {

    public Guesses {
      harmlessFields = List.copyOf(harmlessFields);
    }
  }

  /**
   * The limits for collapsed requests.
   *
   * @param mostWaiting how many requests may wait at once; 0 for none
   * @param longestWait for the head of the response; positive
   */
  public record Collapsing(int mostWaiting, Duration longestWait) {}

  /** Whether Cache-Control and Pragma of requests are obeyed. */
  public enum ClientCacheControl {
    /** They are obeyed (RFC 9111 §5.2.1). */
    HONOUR,
    /** They are ignored: clients cannot force revalidation. */
    IGNORE
  }

  /** What happens to a response that sets a cookie. */
  public enum Cookies {
    /** It is stored if it is explicitly fresh (RFC 9111 §7.3). */
    STORE,
    /** It is never stored. */
    BYPASS
  }

  /**
   * How long to wait; none of them limits a transfer that makes progress.
   *
   * @param connect for a connection to the origin; positive
   * @param firstByte for the first byte of the origin's answer; positive
   * @param staleWait for that byte, if a stale response could be served; zero for no shorter wait
   * @param idle for the next byte on any connection, in either direction; positive
   * @param shutdown for requests in flight when the proxy stops; zero aborts them
   */
  public record Timeouts(
      Duration connect, Duration firstByte, Duration staleWait, Duration idle, Duration shutdown) {}

  /**
   * The limits for the load on the origin.
   *
   * @param connections how many requests may be at the origin at once; positive
   * @param queue how many more may wait for that
   * @param breakerFailures how many requests in a row must fail until the origin is considered
   *     down; 0 for never
   * @param tunnels how many connections may be upgraded to another protocol at once
   */
  public record OriginLoad(int connections, int queue, int breakerFailures, int tunnels) {}

  /**
   * Where metrics and administration are.
   *
   * @param host the name or address to bind, null for all interfaces
   * @param port 0 for any free one
   * @param adminToken required to change things from other machines, or from anywhere on a port
   *     shared with clients; null if that is not allowed
   */
  public record Management(@Nullable String host, int port, @Nullable String adminToken) {

    @Override
    public String toString() {
      return "Management[host=%s, port=%d, adminToken=%s]"
          .formatted(host, port, adminToken == null ? "none" : "(hidden)");
    }
  }

  /**
   * The event log.
   *
   * @param bootstrapServers {@code host:port}, separated by commas
   * @param properties for Kafka's client, not checked yet
   */
  public record Kafka(String bootstrapServers, String topic, KafkaProperties properties) {}
}
