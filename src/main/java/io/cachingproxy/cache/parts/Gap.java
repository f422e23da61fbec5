package io.cachingproxy.cache.parts;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.RangeAnswer;
import io.cachingproxy.rfc9111.RangeFields;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.rfc9111.StrongValidator;
import io.cachingproxy.store.Hold;
import io.cachingproxy.store.PartialResponse;
import org.jspecify.annotations.Nullable;

/**
 * The range of a stored response that a request needs and the store lacks (RFC 9111 §3.3): "A cache
 * MAY complete a stored incomplete response by making a subsequent range request".
 *
 * @param held the stored parts
 * @param wanted the range that the client is to get
 * @param isPart whether it asked for a range, so that the answer is a 206
 * @param missing the one range that the origin is asked for, a proper part of {@code wanted}
 * @param validator ensures that the parts belong together
 */
public record Gap(
    Hold<PartialResponse> held,
    ByteRange wanted,
    boolean isPart,
    ByteRange missing,
    StrongValidator validator) {

  /**
   * The gap that keeps a stored response from answering a request. Null if asking for it gains
   * nothing: nothing that is wanted is stored, the parts could not be combined, or the client wants
   * several ranges or sends conditions of its own.
   */
  public static @Nullable Gap of(RequestHead request, PartialResponse stored) {
    StrongValidator validator = StrongValidator.of(stored.head());
    if (validator == null
        || Preconditions.of(request, stored.head()) != Preconditions.PROCEED
        || !request.method().equals("GET")) {
      return null;
    }
    RangeAnswer answer = RangeAnswer.of(request, stored.head(), stored.completeLength());
    boolean asksForRange = request.fields().contains("Range");
    ByteRange wanted = null;
    if (answer instanceof RangeAnswer.Parts parts && parts.ranges().size() == 1) {
      wanted = parts.ranges().get(0);
    } else if (answer instanceof RangeAnswer.Whole && !asksForRange) {
      wanted = ByteRange.all(stored.completeLength());
    }
    ByteRange missing = wanted == null ? null : stored.body().missing(wanted);
    if (wanted == null || missing == null || missing.equals(wanted)) {
      return null;
    }
    Hold<PartialResponse> held = Hold.of(stored);
    return held == null ? null : new Gap(held, wanted, asksForRange, missing, validator);
  }

  /** Whether everything that a request wants is stored. */
  public static boolean isNone(RequestHead request, PartialResponse stored) {
    return RangeAnswer.of(request, stored.head(), stored.completeLength())
            instanceof RangeAnswer.Parts parts
        && parts.ranges().stream().allMatch(stored::holds);
  }

  /** The fields that ask for the missing range of exactly this representation. */
  public Fields request() {
    boolean toTheEnd = missing.last() == held.stored().completeLength() - 1;
    return Fields.of(
        "Range",
        "bytes=" + missing.first() + "-" + (toTheEnd ? "" : missing.last()),
        "If-Range",
        validator.fieldValue());
  }

  public int status() {
    return isPart ? 206 : 200;
  }

  /** The fields of the whole answer, based on those of the updated stored response. */
  public Fields fields(StoredHead head) {
    return isPart
        ? RangeFields.ofPart(head.fields(), wanted, held.stored().completeLength())
        : head.fields().with("Content-Length", Long.toString(held.stored().completeLength()));
  }
}
