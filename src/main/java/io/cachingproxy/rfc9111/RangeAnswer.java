package io.cachingproxy.rfc9111;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.ByteRanges;
import io.cachingproxy.http.RequestHead;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a stored representation a request is answered with (RFC 9110 §14.2). To be asked
 * after {@link Preconditions}: a 304 comes before any range (RFC 9110 §13.2.2).
 */
public sealed interface RangeAnswer {

  /** All of it, with 200: no range was asked for, or it is to be ignored. */
  record Whole() implements RangeAnswer {}

  /**
   * Parts of it, with 206 (RFC 9110 §15.3.7).
   *
   * @param ranges at least one, disjoint and not adjacent, in the order asked for
   */
  record Parts(List<ByteRange> ranges) implements RangeAnswer {
    public Parts {
      ranges = List.copyOf(ranges);
    }
  }

  /** Nothing, with 416: it ends before all ranges (RFC 9110 §15.5.17). */
  record Unsatisfiable() implements RangeAnswer {}

  /**
   * The most ranges that are answered as such; readers of archives and documents ask for dozens.
   */
  int MAX_RANGES = 100;

  /** Beyond so many, ranges that are not in ascending order are not answered as such. */
  int MANY_RANGES = 16;

  /** RFC 9110 §14.2 lets a server ignore "more than two overlapping ranges". */
  int MAX_OVERLAPS = 2;

  RangeAnswer WHOLE = new Whole();
  RangeAnswer UNSATISFIABLE = new Unsatisfiable();

  /**
   * The answer to a request for which the stored response may be used.
   *
   * @param completeLength the length of the representation in bytes
   */
  static RangeAnswer of(RequestHead request, StoredHead stored, long completeLength) {
    // §14.2: "A server MUST ignore a Range header field received with a request method that is
    // unrecognized or for which range handling is not defined. For this specification, GET is the
    // only method", and it is evaluated only where the answer would be 200
    if (!request.fields().contains("Range")
        || !request.method().equals("GET")
        || stored.status() != 200) {
      return WHOLE;
    }
    List<String> lines = request.fields().values("Range");
    ByteRanges asked = lines.size() == 1 ? ByteRanges.parse(lines.get(0)) : null;
    if (asked == null || !Preconditions.ifRangeHolds(request, stored)) {
      return WHOLE;
    }
    List<ByteRange> ranges = asked.resolve(completeLength);
    if (ranges.isEmpty()) {
      // §14.1.2: a suffix is satisfiable even of nothing, but there is no Content-Range to say so.
      return completeLength == 0 && asksForSuffix(asked) ? WHOLE : UNSATISFIABLE;
    }
    return isAbusive(ranges) ? WHOLE : new Parts(coalesce(ranges));
  }

  private static boolean asksForSuffix(ByteRanges asked) {
    return asked.specs().stream().anyMatch(spec -> spec.first() < 0 && spec.last() > 0);
  }

  /**
   * RFC 9110 §17.15: sets that no client has a use for, but that make the answer many times as
   * large as the representation, or a great effort.
   */
  private static boolean isAbusive(List<ByteRange> ranges) {
    if (ranges.size() > MAX_RANGES) {
      return true;
    }
    int overlaps = 0;
    boolean ascending = true;
    for (int i = 1; i < ranges.size(); i++) {
      ByteRange range = ranges.get(i);
      ascending &= range.first() > ranges.get(i - 1).first();
      if (ranges.subList(0, i).stream().anyMatch(range::overlaps)) {
        overlaps++;
      }
    }
    return overlaps > MAX_OVERLAPS || (!ascending && ranges.size() > MANY_RANGES);
  }

  /**
   * RFC 9110 §15.3.7.2: ranges that overlap or touch become one, where the first of them stood; the
   * others keep their order.
   */
  private static List<ByteRange> coalesce(List<ByteRange> ranges) {
    List<ByteRange> parts = new ArrayList<>(ranges.size());
    for (ByteRange range : ranges) {
      ByteRange joined = range;
      int place = parts.size();
      int i = parts.size() - 1;
      while (i >= 0) {
        if (parts.get(i).touches(joined)) {
          joined = parts.remove(i).hull(joined);
          place = Math.min(place, i);
          // The larger one may touch what the smaller one did not.
          i = parts.size();
        }
        i--;
      }
      parts.add(place, joined);
    }
    return parts;
  }
}
