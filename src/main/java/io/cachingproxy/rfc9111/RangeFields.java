package io.cachingproxy.rfc9111;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.Fields;
import java.util.Locale;
import java.util.Set;

/** The fields of answers with a part of a stored representation, or with none of it. */
public final class RangeFields {

  /** Fields that describe the content of the stored message, and not a part of it. */
  private static final Set<String> OF_WHOLE_CONTENT =
      Set.of("content-length", "content-range", "content-digest", "content-md5");

  /**
   * Fields that are dropped from a 416 made from a stored 200: those by which another cache might
   * store the answer to one range, and the validators of what is not sent.
   */
  private static final Set<String> NOT_OF_416 =
      Set.of("cache-control", "expires", "pragma", "etag", "last-modified");

  private RangeFields() {}

  /**
   * The fields of a 206 with one part (RFC 9110 §15.3.7.1): all fields of the 200. Those that may
   * be omitted after If-Range are included too, which does no harm to clients that have them.
   */
  public static Fields ofPart(Fields stored, ByteRange range, long completeLength) {
    return ofContent(stored)
        .add("Content-Range", range.contentRange(completeLength))
        .add("Content-Length", Long.toString(range.length()))
        .build();
  }

  /**
   * The fields of a 206 with several parts (RFC 9110 §15.3.7.2), each of which has its own
   * Content-Range.
   */
  public static Fields ofParts(Fields stored, String contentType, long contentLength) {
    return ofContent(stored.without("Content-Type"))
        .add("Content-Type", contentType)
        .add("Content-Length", Long.toString(contentLength))
        .build();
  }

  /** The fields of a 416, including the length that the client did not know (RFC 9110 §15.5.17). */
  public static Fields unsatisfiable(Fields stored, long completeLength) {
    return Preconditions.notModifiedFields(stored)
        .without(
            line -> {
              String name = line.name().toLowerCase(Locale.ROOT);
              return NOT_OF_416.contains(name)
                  || name.endsWith("-cache-control")
                  || name.startsWith("content-");
            })
        .toBuilder()
        .add("Cache-Control", "no-store")
        .add("Content-Range", "bytes */" + completeLength)
        .add("Content-Length", "0")
        .build();
  }

  /** The fields that are true of a part of the content as well. */
  static Fields withoutContentFields(Fields fields) {
    return fields.without(line -> OF_WHOLE_CONTENT.contains(line.name().toLowerCase(Locale.ROOT)));
  }

  private static Fields.Builder ofContent(Fields stored) {
    return withoutContentFields(stored).toBuilder();
  }
}
