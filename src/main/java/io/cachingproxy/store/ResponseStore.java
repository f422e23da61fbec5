package io.cachingproxy.store;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where stored responses are kept. Thread-safe. Bounded; what has to leave is the store's decision.
 *
 * <p>No method blocks: {@link #find} answers at once from memory, or later from a slower tier.
 */
public interface ResponseStore extends AutoCloseable {

  /**
   * The stored responses (variants) of a key, most recently stored first; an empty list if there
   * are none. Their bodies are not retained for the caller.
   */
  CompletionStage<List<StoredResponse>> find(CacheKey key);

  /**
   * Starts a body.
   *
   * @param announcedLength the Content-Length, or -1 if it isn't known
   * @return null if a body of that length can't be stored (too large for the store, or no room now)
   */
  @Nullable BodyWriter newBody(long announcedLength);

  /**
   * Puts a response, replacing any stored response of the same key with equal selecting fields. The
   * store takes over the caller's hold of {@code response.body()}, whatever happens after; a
   * response for which there is no room leaves at once, and the {@link RemovalListener} hears of
   * it.
   */
  void put(StoredResponse response);

  /**
   * Replaces {@code old}, if that very response is still stored, by {@code freshened}, a response
   * over the same body (RFC 9111 §4.3.4), which comes first among the variants from then on. The
   * store's hold of the body stays as it is.
   *
   * @return false if {@code old} is no longer stored, or there is no room for a larger head;
   *     nothing is changed then
   */
  boolean replace(StoredResponse old, StoredResponse freshened);

  /** Removes that very response, if it is still stored. */
  void remove(StoredResponse response);

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
