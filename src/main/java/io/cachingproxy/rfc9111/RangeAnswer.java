package io.cachingproxy.rfc9111;

import io.cachingproxy.http.ByteRange;
import io.cachingproxy.http.ByteRanges;
import io.cachingproxy.http.RequestHead;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a stored representation answers a request (RFC 9110 §14.2). To be evaluated after
 * {@link Preconditions}: a 304 takes precedence over ranges (RFC 9110 §13.2.2).
 */
public sealed interface RangeAnswer {

  /** All of it, with 200: no range was asked for, or Range is ignored. */
  record Whole() implements RangeAnswer {}

  /**
   * Parts of it, with 206 (RFC 9110 §15.3.7).
   *
   * @param ranges at least one, disjoint and not adjacent, in the order requested
   */
  record Parts(List<ByteRange> ranges) implements RangeAnswer {
    public Parts {
      ranges = List.copyOf(ranges);
    }
  }

  /** Nothing, with 416: it ends before all ranges (RFC 9110 §15.5.17). */
  record Unsatisfiable() implements RangeAnswer {}

  /** The most ranges in one answer; readers of archives and documents ask for dozens. */
  int MAX_RANGES = 100;

  /** The most ranges in one answer if they are not in ascending order. */
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
      // §14.1.2: a suffix of empty content is satisfiable, but no Content-Range could express it.
      return completeLength == 0 && asksForSuffix(asked) ? WHOLE : UNSATISFIABLE;
    }
    return isAbusive(ranges) ? WHOLE : new Parts(coalesce(ranges));
  }

  private static boolean asksForSuffix(ByteRanges asked) {
    return asked.specs().stream().anyMatch(spec -> spec.first() < 0 && spec.last() > 0);
  }

  /**
   * RFC 9110 §17.15: sets of ranges that no client needs, but that make the answer many times
   * larger than the representation, or costly.
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
   * RFC 9110 §15.3.7.2: ranges that overlap or touch are merged, in the place of the first; the
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
          // The merged range may touch others that the smaller one did not.
          i = parts.size();
        }
        i--;
      }
      parts.add(place, joined);
    }
    return parts;
  }
}
