package io.cachingproxy.rfc9111;

import io.cachingproxy.http.ResponseHead;

/** What an answer to HEAD says about a stored response to GET (RFC 9111 §4.3.5). */
public enum HeadUpdate {
  /** It is the same still: {@link Validation#freshen} it. */
  FRESHEN,
  /** It has changed: remove it, or count it as stale. */
  INVALIDATE,
  /** Nothing. */
  KEEP;

  /**
   * The verdict on a stored response that could have been chosen for the HEAD request.
   *
   * @param storedLength the length of the stored content in bytes
   */
  public static HeadUpdate of(StoredHead stored, long storedLength, ResponseHead head) {
    return KEEP;
  }
}
