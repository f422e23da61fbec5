package io.cachingproxy.cache;

import io.cachingproxy.cache.parts.MultipartRanges;
import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.RangeAnswer;
import io.cachingproxy.rfc9111.RangeFields;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a client gets of a stored response: the stored status, 304 if the client already has it, 206
 * with the requested parts, or 416 if there are none (RFC 9110 §13.2.2, §14.2). Age and Via are not
 * yet included.
 *
 * @param stored the stored response
 * @param fields the stored fields; for a 304, those that belong in it; for a 206 or 416, adapted
 * @param wholeLength the length of the content in bytes if it is the whole response, which is not
 *     yet in the fields; -1 otherwise
 * @param content makes the pieces of the content: views of the stored response's body, which must
 *     be held while they are used
 */
public record StoredAnswer(
    Stored stored,
    int status,
    Fields fields,
    long wholeLength,
    Supplier<List<ByteBuffer>> content) {

  private static final Supplier<List<ByteBuffer>> NO_CONTENT = List::of;

  /**
   * The answer to a request for which the stored response may be used.
   *
   * @throws IllegalStateException if only parts are stored and the request needs others
   */
  static StoredAnswer of(RequestHead request, Stored stored) {
    return of(request, stored, Preconditions.of(request, stored.head()));
  }

  /**
   * The same, where it is known already what the client's conditions mean.
   *
   * @throws IllegalStateException if only parts are stored, and not those that are wanted
   */
  static StoredAnswer of(RequestHead request, Stored stored, Preconditions conditions) {
    Fields fields = stored.head().fields();
    if (conditions == Preconditions.NOT_MODIFIED) {
      Fields kept = Preconditions.notModifiedFields(fields);
      return new StoredAnswer(stored, 304, kept, -1, NO_CONTENT);
    }
    long length = stored.completeLength();
    RangeAnswer answer = RangeAnswer.of(request, stored.head(), length);
    if (answer instanceof RangeAnswer.Parts parts) {
      return part(stored, parts.ranges());
    }
    if (answer instanceof RangeAnswer.Unsatisfiable) {
      Fields unsatisfiable = RangeFields.unsatisfiable(fields, length);
      return new StoredAnswer(stored, 416, unsatisfiable, -1, NO_CONTENT);
    }
    if (stored instanceof StoredResponse response) {
      Body body = response.body();
      return new StoredAnswer(
          stored,
          stored.head().status(),
          fields,
          length,
          request.method().equals("HEAD") ? NO_CONTENT : body::buffers);
    }
    throw new IllegalStateException("parts of a response can't answer for the whole");
  }

  private static StoredAnswer part(Stored stored, List<ByteRange> ranges) {
    Fields fields = stored.head().fields();
    long length = stored.completeLength();
    if (ranges.size() == 1) {
      ByteRange range = ranges.get(0);
      return new StoredAnswer(
          stored, 206, RangeFields.ofPart(fields, range, length), -1, () -> stored.buffers(range));
    }
    // A random boundary: it can't occur in the stored content except by chance.
    MultipartRanges parts =
        new MultipartRanges(
            ranges, length, fields.first("Content-Type"), UUID.randomUUID().toString());
    return new StoredAnswer(
        stored,
        206,
        RangeFields.ofParts(fields, parts.contentType(), parts.contentLength()),
        -1,
        () -> parts.pieces(stored::buffers));
  }
}
