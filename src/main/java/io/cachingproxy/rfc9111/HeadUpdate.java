package io.cachingproxy.rfc9111;

import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;

/** What a response to HEAD says about a stored response to GET (RFC 9111 §4.3.5). */
public enum HeadUpdate {
  /** It is unchanged: {@link Validation#freshen} it. */
  FRESHEN,
  /** It has changed or is gone: remove it. */
  INVALIDATE,
  /** Nothing. */
  KEEP;

  /**
   * The verdict on a stored response that could have been chosen for the HEAD request.
   *
   * @param storedLength the length of the stored content in bytes
   */
  public static HeadUpdate of(StoredHead stored, long storedLength, ResponseHead head) {
    // The RFC covers 200 only; but what is gone for HEAD is gone for GET.
    if (head.status() == 404 || head.status() == 410) {
      return stored.status() == head.status() ? KEEP : INVALIDATE;
    }
    if (head.status() != 200 || stored.status() != 200) {
      return KEEP;
    }
    // "matching values for any received validator fields (ETag and Last-Modified) and, if the HEAD
    // response has a Content-Length header field, the value of Content-Length matches"
    return hasSameValidators(stored, head.fields()) && hasSameLength(storedLength, head.fields())
        ? FRESHEN
        : INVALIDATE;
  }

  private static boolean hasSameValidators(StoredHead stored, Fields head) {
    EntityTag tag = EntityTag.parse(head.first("ETag"));
    EntityTag ours = stored.etag();
    if (tag != null && (ours == null || !ours.matchesWeakly(tag))) {
      return false;
    }
    String modified = head.first("Last-Modified");
    return modified == null || modified.equals(stored.fields().first("Last-Modified"));
  }

  private static boolean hasSameLength(long storedLength, Fields head) {
    String length = head.first("Content-Length");
    return length == null || length.equals(Long.toString(storedLength));
  }
}
