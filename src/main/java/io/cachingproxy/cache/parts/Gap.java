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
 * What a stored response lacks of what a client wants (RFC 9111 §3.3): "A cache MAY complete a
 * stored incomplete response by making a subsequent range request".
 *
 * @param held the parts that are stored
 * @param wanted what the client is to have
 * @param isPart whether it asked for a range, so that the answer is a 206
 * @param missing the one range that the origin is asked for, within {@code wanted} and less than it
 * @param validator what makes sure that the parts fit
 */
public record Gap(
    Hold<PartialResponse> held,
    ByteRange wanted,
    boolean isPart,
    ByteRange missing,
    StrongValidator validator) {

  /**
   * The gap that keeps a stored response from answering a request; null if nothing is gained by
   * asking for it: none of what is wanted is there, the parts could not be put together, or the
   * client wants several ranges or sets conditions of its own.
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

  /** Whether all that a request wants is there. */
  public static boolean isNone(RequestHead request, PartialResponse stored) {
    return RangeAnswer.of(request, stored.head(), stored.completeLength())
            instanceof RangeAnswer.Parts parts
        && parts.ranges().stream().allMatch(stored::holds);
  }

  /** What asks the origin for the missing range, of this very representation and no other. */
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

  /** The fields of the whole answer, made of those of the updated stored response. */
  public Fields fields(StoredHead head) {
    return isPart
        ? RangeFields.ofPart(head.fields(), wanted, held.stored().completeLength())
        : head.fields().with("Content-Length", Long.toString(held.stored().completeLength()));
  }
}
