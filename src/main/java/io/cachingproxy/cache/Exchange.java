package io.cachingproxy.cache;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One finished exchange with a client, as reported to listeners.
 *
 * @param start when the request's head had arrived
 * @param method the request method
 * @param scheme {@code http} or {@code https}, as the client sees the proxy
 * @param authority the Host the client asked for; empty if it sent none
 * @param path the raw path, without the query
 * @param query the raw query, or null
 * @param protocolVersion {@code 1.0}, {@code 1.1} or {@code 2}
 * @param clientAddress the IP address of the client's connection
 * @param userAgent the request's User-Agent, or null
 * @param cacheKey the primary cache key as a string
 * @param status the status sent to the client, 0 if the connection was lost before that
 * @param outcome how the cache handled it, null if that was never decided
 * @param bytesSent content bytes written to the client's connection
 * @param duration from {@code start} until the last byte was written or the exchange failed
 * @param originDuration the part spent waiting for or reading from the origin, null if it wasn't
 *     asked
 * @param failed whether the answer was cut short, by the client or by the origin
 */
public record Exchange(
    Instant start,
    String method,
    String scheme,
    String authority,
    String path,
    @Nullable String query,
    String protocolVersion,
    String clientAddress,
    @Nullable String userAgent,
    String cacheKey,
    int status,
    @Nullable CacheOutcome outcome,
    long bytesSent,
    Duration duration,
    @Nullable Duration originDuration,
    boolean failed) {

  /** A copy with the final values of an exchange that continued as a tunnel. */
  public Exchange ended(long bytes, Duration whole, boolean broken) {
    return new Exchange(
        start,
        method,
        scheme,
        authority,
        path,
        query,
        protocolVersion,
        clientAddress,
        userAgent,
        cacheKey,
        status,
        outcome,
        bytes,
        whole,
        originDuration,
        broken);
  }
}
