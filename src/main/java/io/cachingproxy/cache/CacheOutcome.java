package io.cachingproxy.cache;

import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.rfc9111.StoredHead;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How the cache handled one request, and why: the source of {@code X-Cache}, {@code Cache-Status}
 * (RFC 9211), the metric labels and the event.
 *
 * @param source where the bytes of the answer came from
 * @param forward why the request was forwarded (RFC 9211 §2.2), null if it was not
 * @param forwardStatus the status the origin answered with (RFC 9211 §2.3), 0 if none
 * @param stored whether the response was being stored (RFC 9211 §2.5)
 * @param ttl the remaining freshness lifetime in seconds, negative if stale (RFC 9211 §2.4); empty
 *     if unknown
 * @param age the current age in seconds of an answer from the store; empty otherwise
 * @param detail the decision as a token from a bounded set, for example {@code no-store}, {@code
 *     stale-while-revalidate}; null if there is nothing to add
 * @param collapsed whether it was answered by the response to another request (RFC 9211 §2.6)
 */
public record CacheOutcome(
    Source source,
    @Nullable ForwardReason forward,
    int forwardStatus,
    boolean stored,
    OptionalLong ttl,
    OptionalLong age,
    @Nullable String detail,
    boolean collapsed) {

  /** The outcome of an answer from the store for which the origin was not asked. */
  static CacheOutcome fromStore(
      Source source, StoredHead head, Instant now, @Nullable String detail) {
    OptionalLong ttl = OptionalLong.of(head.ttl(now));
    OptionalLong age = OptionalLong.of(head.age(now));
    return new CacheOutcome(source, null, 0, false, ttl, age, detail, false);
  }

  /** This outcome, reached after asking the origin. */
  CacheOutcome after(ForwardReason reason, int status) {
    return new CacheOutcome(source, reason, status, stored, ttl, age, detail, collapsed);
  }

  /** This outcome, for a request that shared the response to another. */
  public CacheOutcome shared() {
    return new CacheOutcome(source, forward, forwardStatus, stored, ttl, age, detail, true);
  }

  /** The outcome of an answer from the origin. */
  static CacheOutcome fromOrigin(
      ForwardReason reason, int status, boolean stored, @Nullable String detail) {
    OptionalLong unknown = OptionalLong.empty();
    return new CacheOutcome(Source.MISS, reason, status, stored, unknown, unknown, detail, false);
  }

  /**
   * The outcome of an answer that this proxy generates itself.
   *
   * @param reason why the request was sent to the origin, null if it wasn't
   * @param detail the reason as a token from a bounded set
   */
  public static CacheOutcome proxyMade(@Nullable ForwardReason reason, String detail) {
    OptionalLong unknown = OptionalLong.empty();
    return new CacheOutcome(Source.PROXY, reason, 0, false, unknown, unknown, detail, false);
  }

  /** Where the bytes of an answer came from. */
  public enum Source {
    /** The store, fresh. */
    HIT,
    /** The store, stale and allowed to be. */
    STALE,
    /** The store, after the origin confirmed it (304). */
    REVALIDATED,
    /** The origin. */
    MISS,
    /** This proxy: an error, or a refusal such as 504 for only-if-cached. */
    PROXY;

    /** What {@code X-Cache} says: HIT if the bytes came from the store, MISS otherwise. */
    public boolean isHit() {
      return this == HIT || this == STALE || this == REVALIDATED;
    }
  }
}
