package io.cachingproxy.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All settings of one proxy, checked and immutable. Sizes are in bytes.
 *
 * @param kafka where the events go, null if there is no event log
 * @param redactQuery the names of query parameters whose values no event and no log line shows
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
   * @param minDownloadRate the bytes a second that a client has to take of its answer where memory
   *     is short; 0 if it may take its time
   */
  public record Listener(
      @Nullable String host, int port, int maxRequestHeaderSize, long minDownloadRate) {}

  /**
   * What is taken from clients, wherever they connect.
   *
   * @param passHeaders names of fields that reach the origin though it may trust them; they are
   *     part of the cache key
   * @param maxFields how many field lines a request may have; positive
   * @param headTimeout for a whole request head, however steadily it arrives; positive
   * @param minUploadRate at how many bytes a second content must arrive; 0 if at none
   */
  public record Requests(
      List<String> passHeaders, int maxFields, Duration headTimeout, long minUploadRate) {

    public Requests {
      passHeaders = List.copyOf(passHeaders);
    }
  }

  /**
   * The server this proxy stands in front of.
   *
   * @param url its base: the request's path goes behind the URL's
   * @param preserveHost whether it sees the client's Host field in place of its own name
   * @param maxResponseHeaderSize the largest status line with all fields
   */
  public record Origin(HttpUrl url, boolean preserveHost, int maxResponseHeaderSize) {}

  /**
   * What is stored, and for how long.
   *
   * @param memory the bytes that stored responses may take, bodies and heads together
   * @param maxObjectSize the largest body stored; at most {@code memory}
   * @param guesses what freshness a response has that states none
   * @param clientCacheControl whether Cache-Control and Pragma of requests mean anything
   * @param cookies what becomes of responses that set a cookie
   * @param targetedCacheControl the target list of RFC 9213, strongest first; may be empty
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
   * Freshness that no origin stated.
   *
   * @param defaultTtl of a response without Last-Modified; zero if there is none
   * @param heuristicPercent the share of the time since Last-Modified, from 0 (none) to 100
   * @param heuristicMax the longest such share; positive
   * @param harmlessFields names of request fields, beside the usual ones, that change no answer
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
   * The bounds of waiting for one another's responses.
   *
   * @param mostWaiting how many requests may wait at once; 0 if none may
   * @param longestWait for the head of the response; positive
   */
  public record Collapsing(int mostWaiting, Duration longestWait) {}

  /** Whether Cache-Control and Pragma of requests count. */
  public enum ClientCacheControl {
    /** They count, as RFC 9111 §5.2.1 has it. */
    HONOUR,
    /** They are ignored: clients cannot force revalidation. */
    IGNORE
  }

  /** What becomes of a response that sets a cookie. */
  public enum Cookies {
    /** It is stored if it is explicitly fresh (RFC 9111 §7.3). */
    STORE,
    /** It is never stored. */
    BYPASS
  }

  /**
   * How long to wait; none of them bounds a transfer that makes progress.
   *
   * @param connect for a connection to the origin; positive
   * @param firstByte for the first byte of the origin's answer; positive
   * @param staleWait for that, where something stale could do; zero: no less than others
   * @param idle for the next byte on any connection, whichever way it goes; positive
   * @param shutdown for what is in flight when the proxy is told to stop; zero cuts it off
   */
  public record Timeouts(
      Duration connect, Duration firstByte, Duration staleWait, Duration idle, Duration shutdown) {}

  /**
   * How much of this proxy's traffic the origin is to bear.
   *
   * @param connections how many requests may be at the origin at once; positive
   * @param queue how many more may wait for that
   * @param breakerFailures how many requests in a row must fail until the origin counts as down; 0
   *     if it never does
   * @param tunnels how many connections may be upgraded to another protocol at once
   */
  public record OriginLoad(int connections, int queue, int breakerFailures, int tunnels) {}

  /**
   * Where metrics and administration are.
   *
   * @param host the name or address to bind, null for all interfaces
   * @param port 0 for any free one
   * @param adminToken what others than loopback must present to change things, and everybody where
   *     clients connect to the same port; null if nothing lets them
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
   * @param properties more for Kafka's client, not looked at yet
   */
  public record Kafka(String bootstrapServers, String topic, KafkaProperties properties) {}
}
