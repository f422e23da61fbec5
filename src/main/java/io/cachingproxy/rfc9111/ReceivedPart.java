package io.cachingproxy.rfc9111;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.ContentRange;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A 206 with a single part, "as if it were an incomplete 200 (OK) response" (RFC 9111 §3.3).
 *
 * @param whole the head of the 200 that it is a part of, to which the rules for storing apply
 * @param range which bytes the part has
 * @param completeLength the length of the whole in bytes
 */
public record ReceivedPart(ResponseHead whole, ByteRange range, long completeLength) {

  /**
   * The part in a response to a range request; null if it can't be used: not a 206, several parts,
   * unknown complete length, or contradictory lengths.
   */
  public static @Nullable ReceivedPart of(ResponseHead response) {
    if (response.status() != 206) {
      return null;
    }
    Fields fields = response.fields();
    ContentRange content = ContentRange.parse(fields.values("Content-Range"));
    if (content == null || isMultipart(fields)) {
      return null;
    }
    long announced = ContentLength.of(fields);
    if (announced != content.range().length() && fields.contains("Content-Length")) {
      return null;
    }
    Fields whole =
        RangeFields.withoutContentFields(fields)
            .with("Content-Length", Long.toString(content.completeLength()));
    return new ReceivedPart(
        new ResponseHead(200, whole), content.range(), content.completeLength());
  }

  private static boolean isMultipart(Fields fields) {
    String type = fields.first("Content-Type");
    return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/byteranges");
  }

  /** Whether this part is the whole. */
  public boolean isComplete() {
    return range.length() == completeLength;
  }

  /**
   * Whether it may replace a whole stored response of the same variant: only if that one is no
   * longer usable, neither fresh nor with a validator, or is another representation, as validators
   * or lengths show. Otherwise a few bytes are no reason to give up all the others.
   *
   * @param head this part's own, parsed
   * @param stored that of the stored response
   * @param storedLength the length of the stored response's content
   */
  public boolean maySupplant(StoredHead head, StoredHead stored, long storedLength) {
    boolean isOfUse =
        stored.isFresh(head.responseTime())
            || stored.etag() != null
            || stored.lastModified() != null;
    return !isOfUse || storedLength != completeLength || hasChanged(head, stored);
  }

  /** RFC 9110 §8.8: by entity tags where both have one, else by Last-Modified. */
  private static boolean hasChanged(StoredHead one, StoredHead other) {
    EntityTag tag = one.etag();
    EntityTag otherTag = other.etag();
    if (tag != null && otherTag != null) {
      return !tag.matchesWeakly(otherTag);
    }
    Instant modified = one.lastModified();
    Instant otherModified = other.lastModified();
    return modified != null && otherModified != null && !modified.equals(otherModified);
  }

  /**
   * Whether it can be combined with the parts of a stored response (RFC 9111 §3.4).
   *
   * @param head this part's own, parsed
   * @param stored that of the stored response
   * @param storedLength the length of the stored response's whole content
   */
  public boolean combinesWith(StoredHead head, StoredHead stored, long storedLength) {
    // With another coding the entity tag would be that of another representation; but a 206 in
    // answer to If-Range may omit Content-Encoding (RFC 9110 §15.3.7).
    String coding = head.fields().first("Content-Encoding");
    return storedLength == completeLength
        && StrongValidator.isSame(head, stored)
        && (coding == null || Objects.equals(coding, stored.fields().first("Content-Encoding")));
  }
}
