package io.cachingproxy.store;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stores responses. Thread-safe. Bounded: the store decides what it evicts.
 *
 * <p>No method blocks: {@link #find} completes at once from memory, or later from a slower tier.
 */
public interface ResponseStore extends AutoCloseable {

  /**
   * The complete stored responses (variants) of a key, most recently stored first; empty if there
   * are none. Their bodies are not held for the caller.
   */
  CompletionStage<List<StoredResponse>> find(CacheKey key);

  /**
   * The incomplete stored responses of a key (RFC 9111 §3.3), most recently stored first; empty if
   * there are none. They are not held for the caller.
   */
  CompletionStage<List<PartialResponse>> findPartial(CacheKey key);

  /** Whether a body of that length exceeds the largest size that is stored. */
  boolean isTooLarge(long length);

  /**
   * Starts a body.
   *
   * @param announcedLength the Content-Length, or -1 if it isn't known
   * @return null if a body of that length is {@linkplain #isTooLarge too large}, or there is no
   *     room at the moment
   */
  @Nullable BodyWriter newBody(long announcedLength);

  /**
   * Starts the body of a part.
   *
   * @param length the number of bytes of the part
   * @param completeLength the number of bytes of the whole, which must not be too large either
   * @return null if the whole is {@linkplain #isTooLarge too large}, or there is no room at the
   *     moment
   */
  @Nullable BodyWriter newPart(long length, long completeLength);

  // "That very response" is the same entry in the sense of Stored.isSameEntry: its content may have
  // been moved since the look-up.

  /**
   * Stores a response, complete or not, in place of any stored response with the same key and equal
   * selecting fields. The store takes over the caller's hold in any case; a response for which
   * there is no room is evicted at once, and the {@link RemovalListener} is told.
   */
  void put(Stored response);

  /**
   * Stores a response like {@link #put}, unless a complete response with the same key must stay,
   * which is checked atomically.
   *
   * @param stays whether that complete response must stay; pure and fast
   * @return false if one stays; then nothing is changed, and the caller still owns its hold
   */
  boolean putUnless(Stored response, Predicate<StoredResponse> stays);

  /**
   * Replaces {@code old}, if that very response is still stored, by {@code freshened}, a response
   * with the same content (RFC 9111 §4.3.4), which becomes the first variant. The store's hold on
   * the content is unaffected.
   *
   * @return false if {@code old} is no longer stored, or there is no room for a larger head; then
   *     nothing is changed
   */
  boolean replace(Stored old, Stored freshened);

  /**
   * Replaces {@code old}, if that very response is still stored, by its combination with a further
   * part (RFC 9111 §3.4). The store takes over the caller's hold on {@code joined} and releases its
   * own on {@code old}.
   *
   * @return false if {@code old} is no longer stored, or there is no room; then nothing is changed,
   *     and the caller still owns its hold on {@code joined}
   */
  boolean extend(PartialResponse old, Stored joined);

  /** Removes that very response, if it is still stored. */
  void remove(Stored response);

  /** Removes all stored responses of a key. */
  void remove(CacheKey key);

  /** Removes everything, and returns how much that was. */
  Usage clear();

  /** How much is stored. */
  Usage usage();

  @Override
  void close();

  /**
   * An amount of stored responses.
   *
   * @param responses the number of stored responses
   * @param bytes their share of the limit, heads and overhead included
   * @param limit the limit in bytes
   */
  record Usage(long responses, long bytes, long limit) {}

  /** Why a stored response was removed. */
  enum Removal {
    /** It was evicted to make room. */
    SIZE,
    /** A newer response replaced it. */
    REPLACED,
    /** It was invalidated, purged or no longer usable. */
    INVALIDATED,
    /** The whole store was cleared. */
    CLEARED,
    /** The key had too many variants. */
    VARIANTS
  }

  /**
   * Is told of removed responses. Called on the thread that removes them; must not block or throw.
   */
  @FunctionalInterface
  interface RemovalListener {
    void removed(Removal cause, long bytes);
  }
}
