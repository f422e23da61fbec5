package io.cachingproxy.rfc9111;

import io.cachingproxy.http.EntityTag;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a representation byte for byte (RFC 9110 §8.8.1): parts may be combined only if they
 * have the same one (RFC 9111 §3.4).
 *
 * @param fieldValue the value for If-Range (RFC 9110 §13.1.5)
 */
public record StrongValidator(String fieldValue) {

  /**
   * The strong validator of a response, null if it has none: its entity tag unless that is weak, or
   * without a tag its Last-Modified if that is clearly older than the message (RFC 9110 §8.8.2.2).
   */
  public static @Nullable StrongValidator of(StoredHead head) {
    EntityTag tag = head.etag();
    if (tag != null) {
      return tag.weak() ? null : new StrongValidator(tag.toString());
    }
    Instant modified = head.lastModified();
    String field = head.fields().first("Last-Modified");
    return modified == null || field == null || !modified.isBefore(head.date())
        ? null
        : new StrongValidator(field);
  }

  /** Whether both responses have one, and the same. */
  public static boolean isSame(StoredHead one, StoredHead other) {
    StrongValidator validator = of(one);
    return validator != null && validator.equals(of(other));
  }
}
