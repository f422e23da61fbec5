package io.cachingproxy.store;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where stored responses are kept. Thread-safe. Bounded; what has to leave is the store's decision.
 *
 * <p>No method blocks: {@link #find} answers at once from memory, or later from a slower tier.
 */
public interface ResponseStore extends AutoCloseable {

  /**
   * The whole stored responses (variants) of a key, most recently stored first; an empty list if
   * there are none. Their bodies are not retained for the caller.
   */
  CompletionStage<List<StoredResponse>> find(CacheKey key);

  /**
   * The stored responses of a key of which some bytes are missing (RFC 9111 §3.3), most recently
   * stored first; an empty list if there are none. They are not retained for the caller.
   */
  CompletionStage<List<PartialResponse>> findPartial(CacheKey key);

  /** Whether a body of that length is larger than any that is stored. */
  boolean isTooLarge(long length);

  /**
   * Starts a body.
   *
   * @param announcedLength the Content-Length, or -1 if it isn't known
   * @return null if a body of that length is {@linkplain #isTooLarge too large}, or there is no
   *     room now
   */
  @Nullable BodyWriter newBody(long announcedLength);

  /**
   * Starts the body of a part.
   *
   * @param length the number of bytes of the part
   * @param completeLength the number of bytes of the whole, which has to be one that can be stored
   * @return null if the whole is {@linkplain #isTooLarge too large}, or there is no room now
   */
  @Nullable BodyWriter newPart(long length, long completeLength);

  // "That very response" is meant as in Stored.isVery: it may have been moved since it was looked
  // up.

  /**
   * Puts a response, or a part, replacing any stored response of the same key with equal selecting
   * fields, be it whole or not. The store takes over the caller's hold of the content, whatever
   * happens after; a response for which there is no room leaves at once, and the {@link
   * RemovalListener} hears of it.
   */
  void put(Stored response);

  /**
   * Puts a response, or a part, unless a whole response of its key is to stay in its place, as the
   * store finds out in one step with putting.
   *
   * @param stays whether that whole response stays; pure and quick
   * @return false if one stays; nothing is changed then, and the hold of the content is the
   *     caller's still
   */
  boolean putUnless(Stored response, Predicate<StoredResponse> stays);

  /**
   * Replaces {@code old}, if that very response is still stored, by {@code freshened}, a response
   * over the same content (RFC 9111 §4.3.4), which comes first among the variants from then on. The
   * store's hold of the content stays as it is.
   *
   * @return false if {@code old} is no longer stored, or there is no room for a larger head;
   *     nothing is changed then
   */
  boolean replace(Stored old, Stored freshened);

  /**
   * Replaces {@code old}, if that very response is still stored, by what was made of it and a
   * further part (RFC 9111 §3.4). The store takes over the caller's hold of {@code joined} and
   * releases its own of {@code old}.
   *
   * @return false if {@code old} is no longer stored, or there is no room; nothing is changed then,
   *     and the hold of {@code joined} is the caller's still
   */
  boolean extend(PartialResponse old, Stored joined);

  /** Removes that very response, if it is still stored. */
  void remove(Stored response);

  /** Removes all stored responses of a key. */
  void remove(CacheKey key);

  /** Removes everything, and says how much that was. */
  Usage clear();

  /** How much is stored now. */
  Usage usage();

  @Override
  void close();

  /**
   * An amount of stored responses.
   *
   * @param responses the number of stored responses
   * @param bytes what they take of the limit, heads and overhead included
   * @param limit the limit in bytes
   */
  record Usage(long responses, long bytes, long limit) {}

  /** Why a stored response left the store. */
  enum Removal {
    /** The limit in bytes was reached. */
    SIZE,
    /** A newer response took its place. */
    REPLACED,
    /** It was invalidated, purged or no longer usable. */
    INVALIDATED,
    /** The whole store was cleared. */
    CLEARED,
    /** The key had too many variants. */
    VARIANTS
  }

  /**
   * Hears of responses that leave. Called on whatever thread removed them; must not block or throw.
   */
  @FunctionalInterface
  interface RemovalListener {
    void removed(Removal cause, long bytes);
  }
}
