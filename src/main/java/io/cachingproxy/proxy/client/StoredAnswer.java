package io.cachingproxy.proxy.client;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.RangeAnswer;
import io.cachingproxy.rfc9111.RangeFields;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * What a client gets of a stored response: the stored status, 304 if the client already has it, 206
 * with the requested parts, or 416 if there are none (RFC 9110 §13.2.2, §14.2). Age and Via are not
 * yet included.
 *
 * @param fields the stored fields; for a 304, those that belong in it; for a 206 or 416, adapted
 * @param wholeLength the length of the content in bytes if it is the whole response, which is not
 *     yet in the fields; -1 otherwise
 * @param pieces the content: views of the stored response's body, which must be held while they are
 *     used
 */
record StoredAnswer(int status, Fields fields, long wholeLength, List<ByteBuffer> pieces) {

  private StoredAnswer(int status, Fields fields, List<ByteBuffer> pieces) {
    this(status, fields, -1, pieces);
  }

  /**
   * The answer to a request for which the stored response may be used.
   *
   * @throws IllegalStateException if only parts are stored and the request needs others
   */
  static StoredAnswer of(RequestHead request, Stored stored) {
    Fields fields = stored.head().fields();
    if (Preconditions.of(request, stored.head()) == Preconditions.NOT_MODIFIED) {
      return new StoredAnswer(304, Preconditions.notModifiedFields(fields), List.of());
    }
    long length = stored.completeLength();
    RangeAnswer answer = RangeAnswer.of(request, stored.head(), length);
    if (answer instanceof RangeAnswer.Parts parts) {
      return part(stored, parts.ranges());
    }
    if (answer instanceof RangeAnswer.Unsatisfiable) {
      return new StoredAnswer(416, RangeFields.unsatisfiable(fields, length), List.of());
    }
    if (stored instanceof StoredResponse response) {
      return new StoredAnswer(
          stored.head().status(),
          fields,
          length,
          request.method().equals("HEAD") ? List.of() : response.body().buffers());
    }
    throw new IllegalStateException("parts of a response can't answer for the whole");
  }

  private static StoredAnswer part(Stored stored, List<ByteRange> ranges) {
    Fields fields = stored.head().fields();
    long length = stored.completeLength();
    if (ranges.size() == 1) {
      ByteRange range = ranges.get(0);
      return new StoredAnswer(
          206, RangeFields.ofPart(fields, range, length), stored.buffers(range));
    }
    // A random boundary: it can't occur in the stored content except by chance.
    MultipartRanges parts =
        new MultipartRanges(
            ranges, length, fields.first("Content-Type"), UUID.randomUUID().toString());
    return new StoredAnswer(
        206,
        RangeFields.ofParts(fields, parts.contentType(), parts.contentLength()),
        parts.pieces(stored::buffers));
  }
}
